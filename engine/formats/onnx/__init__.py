"""`.onnx`: the network with its weights, as every other runtime and viewer reads it.

The package `onnx` is imported when a file is read or written, no sooner.
"""

from typing import Final

from engine.formats.format import Format
from engine.formats.onnx.reading import read, read_at
from engine.formats.onnx.writer import write, write_at

MAX_BYTES: Final = (1 << 31) - 1
"""What a protocol buffer can hold."""

FORMAT: Final = Format(
    name="ONNX model",
    endings=(".onnx",),
    read=read,
    read_at=read_at,
    max_bytes=MAX_BYTES,
    write=write,
    write_at=write_at,
)
