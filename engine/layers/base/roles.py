"""What kinds are for: roles for the eye, families for figures, groups and entries of the palette."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.layers.base.layer import Layer

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


@dataclass(frozen=True)
class PaletteEntry:
    """What the palette offers: a caption and the layer that is dropped."""

    label: str
    layer: "Layer"
    aliases: tuple[str, ...] = ()
    """What else this entry is called, beside the words of its kind."""
    often: int = 0
    """Its place among what is used most, from 1; 0 for all others."""
    follows: tuple[str, ...] = ()
    """Roles of the layers that it mostly stands behind."""

    @property
    def words(self) -> tuple[str, ...]:
        """All that a search finds it by."""
        kind = type(self.layer)
        return self.label, self.layer.kind, kind.title, *kind.aliases, *self.aliases
