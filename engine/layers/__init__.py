"""The layer kinds. Every module in this folder is loaded here: a new kind is found by being there."""

from importlib import import_module
from pkgutil import iter_modules

from engine.layers.base.layer import (
    FAMILIES,
    GROUPS,
    NO_OPERATIONS,
    ONNX_OPSET,
    ROLES,
    Layer,
    OnnxConstant,
    OnnxNode,
    Operations,
    PaletteEntry,
    Setting,
    TorchCode,
)
from engine.layers.base.registry import layer_from_json, layer_kinds

for _module in sorted(info.name for info in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

__all__ = [
    "FAMILIES",
    "GROUPS",
    "NO_OPERATIONS",
    "ONNX_OPSET",
    "ROLES",
    "Layer",
    "OnnxConstant",
    "OnnxNode",
    "Operations",
    "PaletteEntry",
    "Setting",
    "TorchCode",
    "layer_from_json",
    "layer_kinds",
]
