"""A layer as other programs write it: PyTorch code, Keras code and ONNX operators."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.shapes import Shape

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TorchCode:
    """A layer in PyTorch: the module built once (None for a pure function) and the call.

    `call` holds `{self}` for the module and `{0}`, `{1}` … for the inputs, e.g. `{self}({0})`, `{0} + {1}`.
    """

    call: str
    module: str | None = None


@dataclass(frozen=True)
class KerasCode:
    """A layer in Keras 3, channels last: the expression of its map.

    `call` holds `{0}`, `{1}` … for the inputs, `{any}` for a map of the network of which only the number of
    pictures counts, and `{name}` for the argument that names the layer with the weights, e.g.
    `layers.Dense(10, {name})({0})`.
    """

    call: str
    weights: "Mapping[str, Callable[[Mapping[str, Array]], Array]]" = dataclasses.field(default_factory=dict)
    """By Keras' name of a variable (`kernel`): how its values come of the layer's parameters."""
    helpers: tuple[str, ...] = ()
    """Functions that the call uses (see `engine.formats.keras.source`)."""


@dataclass(frozen=True)
class OnnxConstant:
    """A fixed tensor: int64 where all values are whole Python ints, else float32."""

    values: tuple[int, ...] | tuple[float, ...]
    shape: Shape | None = None
    """A vector where None; () is a scalar."""


@dataclass(frozen=True)
class OnnxNode:
    """A layer as an ONNX operator (opset `ONNX_OPSET`), or as a chain of them through `then`.

    The operator's inputs are, in this order: the layer's inputs (in a `then` operator: the output of the
    one before), the layer's inputs numbered in `again`, the `parameters` by name, the `constants`.
    """

    op_type: str
    attributes: Mapping[str, int | float | str | Sequence[int]] = dataclasses.field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    reshaped: Mapping[str, Shape] = dataclasses.field(default_factory=dict)
    """Parameters whose tensor has another shape in ONNX, e.g. (C, 1, 1) for (C,)."""
    constants: tuple[OnnxConstant | None, ...] = ()
    """Inputs that are fixed; None leaves an optional one out."""
    again: tuple[int, ...] = ()
    then: "OnnxNode | None" = None


ONNX_OPSET: Final = 21
"""The operator set in which `Layer.onnx` speaks: the first with GroupNormalization per channel."""
