"""The package `onnx`, imported when it is first needed: a start need not wait for it, nor have it."""

from importlib import import_module
from typing import Any

from engine.errors import FormatError


def onnx_package() -> Any:
    """The package; `FormatError` says how to get it where it is not installed."""
    try:
        return import_module("onnx")
    except ImportError:
        raise FormatError(
            "ONNX files need the Python package onnx, which is not installed: pip install onnx"
        ) from None
