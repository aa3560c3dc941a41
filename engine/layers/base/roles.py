"""What kinds are for: roles for the eye, families for figures, groups of the palette."""

from typing import Final

ROLES: Final = (
    "input", "convolution", "pointwise", "depthwise", "pooling",
    "normalization", "activation", "merge", "reshape",
)  # fmt: skip
"""What a layer is for the eye: the theme has one colour and icon for each."""

FAMILIES: Final = (
    "input", "convolution", "pointwise", "depthwise", "up", "pooling", "dense", "softmax", "normalization",
    "activation", "add", "concat", "multiply", "merge", "reshape",
)  # fmt: skip
"""What figures tell apart: the roles, finer where papers draw a kind its own way."""

GROUPS: Final = ("Input", "Convolution", "Pooling", "Shape and join", "Activation, norm")
"""Headings of the palette, in order."""
