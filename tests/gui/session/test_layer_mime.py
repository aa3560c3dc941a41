from PySide6.QtCore import QMimeData
from pytestqt.qtbot import QtBot

from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.shapes import Padding
from gui.session.layer_mime import BLOCK_MIME, MIME, decode_block, decode_layer, encode_block, encode_layer
from presets import blocks


def test_a_drag_gives_back_the_layer_it_was_given(qtbot: QtBot) -> None:
    for layer in (Conv2d(out_channels=7, padding=Padding.of((1, 0, 2, 0))), Input(shape=(192, 28, 28))):
        assert decode_layer(encode_layer(layer)) == layer


def test_another_drag_carries_no_layer(qtbot: QtBot) -> None:
    text = QMimeData()
    text.setText("a photograph")
    assert decode_layer(text) is None


def test_bytes_that_are_no_layer_carry_none(qtbot: QtBot) -> None:
    deep = b'{"kind": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    huge = b'{"kind": "Dropout", "p": 1' + b"0" * 400 + b"}"
    for content in (
        b"", b"{", b"\xff", b"[1]", b'{"kind": "Teapot"}', b'{"kind": "Conv2d", "stride": 0}', deep, huge,
    ):  # fmt: skip
        data = QMimeData()
        data.setData(MIME, content)
        assert decode_layer(data) is None


def test_a_drag_of_a_block_gives_back_the_block_and_no_layer(qtbot: QtBot) -> None:
    for block in blocks():
        data = encode_block(block.name)
        assert decode_block(data) is block
        assert decode_layer(data) is None


def test_another_drag_carries_no_block(qtbot: QtBot) -> None:
    assert decode_block(encode_layer(Conv2d())) is None
    for content in (b"", b"teapot", b"\xff"):
        data = QMimeData()
        data.setData(BLOCK_MIME, content)
        assert decode_block(data) is None
