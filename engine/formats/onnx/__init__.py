"""`.onnx`: the network with its weights, as every other runtime and viewer reads it.

The package `onnx` is imported when a file is written, no sooner.
"""

from typing import Final

from engine.formats.format import Format
from engine.formats.onnx.writer import write, write_at

FORMAT: Final = Format(name="ONNX model", endings=(".onnx",), write=write, write_at=write_at)
