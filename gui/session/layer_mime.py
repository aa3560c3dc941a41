"""A layer or a block on its way from the palette to the canvas: what the drag carries."""

import json
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData

from engine.errors import EngineError
from engine.layers import Layer, layer_from_json
from presets import Block, block

MIME: Final = "application/x-onebyone-layer"
"""Its bytes are the JSON of `Layer.to_json`, UTF-8."""

BLOCK_MIME: Final = "application/x-onebyone-block"
"""Its bytes are the name of a block, UTF-8."""


def encode_layer(layer: Layer) -> QMimeData:
    """What a drag of this layer carries."""
    data = QMimeData()
    data.setData(MIME, QByteArray(json.dumps(layer.to_json(), ensure_ascii=False).encode()))
    return data


def decode_layer(data: QMimeData) -> Layer | None:
    """The layer that a drag carries; None for any other drag, and for bytes that are no layer."""
    if not data.hasFormat(MIME):
        return None
    try:
        record = json.loads(bytes(data.data(MIME).data()).decode())
        return layer_from_json(record) if isinstance(record, dict) else None
    except (ValueError, OverflowError, RecursionError, EngineError):  # any program can begin a drag
        return None


def encode_block(name: str) -> QMimeData:
    """What a drag of the block of this name carries."""
    data = QMimeData()
    data.setData(BLOCK_MIME, QByteArray(name.encode()))
    return data


def decode_block(data: QMimeData) -> Block | None:
    """The block that a drag carries; None for any other drag, and for a name that no block has."""
    if not data.hasFormat(BLOCK_MIME):
        return None
    try:
        return block(bytes(data.data(BLOCK_MIME).data()).decode())
    except (UnicodeDecodeError, EngineError):
        return None
