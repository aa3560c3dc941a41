"""What a layer kind is: its settings, and everything the rest of the program asks of it.

A layer is a frozen value holding its own settings only. What depends on the input (in_channels, shapes,
costs) is computed from the input shapes handed in, never stored. A new kind is one new file in this
folder with one class under `@layer`: palette, form, JSON, analysis and export follow from it.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from math import gcd, prod
from typing import TYPE_CHECKING, Any, ClassVar

from engine.errors import ShapeError, UnsupportedLayer, quoted
from engine.formula import Rule
from engine.image.preprocessing import Preprocessing
from engine.layers.arithmetic import Arithmetic, usual_arithmetic
from engine.layers.base import rules
from engine.layers.base.cost import NO_OPERATIONS, Operations
from engine.layers.base.lowering import Form
from engine.layers.base.roles import FAMILIES, GROUPS, ROLES, PaletteEntry
from engine.layers.base.settings import Setting, field, settings_of, to_plain
from engine.layers.base.written import ONNX_OPSET, KerasCode, OnnxConstant, OnnxNode, TorchCode
from engine.shapes import Pair, Reach, Shape, Window, is_map, shape_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.layers.convolution import Conv2d

    Array = npt.NDArray[np.float32]
    """Float32, batch first: (N, C, H, W) or (N, F)."""

Draw = Callable[[tuple[int, ...]], Any]
"""Gives an array of this shape, float32, of numbers of 0…1 by chance."""

__all__ = [
    "FAMILIES",
    "GROUPS",
    "NO_OPERATIONS",
    "ONNX_OPSET",
    "ROLES",
    "Draw",
    "KerasCode",
    "Layer",
    "OnnxConstant",
    "OnnxNode",
    "Operations",
    "PaletteEntry",
    "Setting",
    "TorchCode",
    "field",
    "require_division",
    "require_map",
]


class Layer:
    """Base of all layer kinds. Methods take input shapes without the batch, arrays with it."""

    group: ClassVar[str] = "Shape and join"
    role_name: ClassVar[str] = "reshape"
    title: ClassVar[str] = ""
    rank: ClassVar[int] = 50
    """Place among the kinds of its group, in the palette and in lists; lower comes first."""
    source: ClassVar[str] = ""
    """Where the layer comes from: author, title, year, section."""
    out_setting: ClassVar[str] = ""
    """The setting that says how many channels or features come out; empty where the inputs say it."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """What else people call it, in papers and other frameworks: they search for these words."""
    short: ClassVar[str] = ""
    """As the captions of papers say it (`max pool`, `fc`, `BN`); empty where they use the label."""
    figure_word: ClassVar[str] = ""
    """One word as in GoogLeNet's figure 3 (`MaxPool`); empty where the label does."""
    family_name: ClassVar[str] = ""
    """What figures draw it as, where that is not its role."""
    passes_on: ClassVar[bool] = False
    """Whether the output is the input, once a network is trained."""
    flattens: ClassVar[bool] = False
    """Whether it does nothing but lay maps out in a row."""
    moves: ClassVar[bool] = False
    """Whether each value that comes out is one that came in, or a number that fills a border."""
    commutes_with_flatten: ClassVar[bool] = False
    """Whether it does the same to inputs of equal shape before a Flatten and behind it."""
    bends: ClassVar[bool] = False
    """Whether it is, piece by piece, no straight line of its inputs plus what a bias adds."""
    averages: ClassVar[bool] = False
    """Whether each output is the mean of what it reads of its own map."""
    rectifies: ClassVar[bool] = False
    """Whether it is a ReLU: what is negative becomes 0, the rest passes (up to a ceiling)."""
    reframes: ClassVar[bool] = False
    """Whether it does nothing but add or cut borders, so that maps meet."""
    min_inputs: ClassVar[int] = 1
    max_inputs: ClassVar[int | None] = 1
    """None: any number."""
    counted: ClassVar[bool] = True
    """Whether its multiply–adds and what it sees are known."""
    non_trainable: ClassVar[tuple[str, ...]] = ()
    """Names of parameters that are not trained (running statistics)."""
    often: ClassVar[int] = 0
    """Place among the kinds that are used most, from 1; 0 for all others."""
    follows: ClassVar[tuple[str, ...]] = ()
    """Roles of the layers that it mostly stands behind."""
    gives_shares: ClassVar[bool] = False
    """Whether a vector that it makes holds shares that add up to 1: a network's answer."""
    transposed: ClassVar[bool] = False
    """Whether each input value stamps its kernel onto the output: weights are (in, out / groups, …)."""

    reads_in_place: ClassVar[bool] = False
    """Whether `forward` takes maps however they lie in memory: none is copied for it."""

    @property
    def preprocessing(self) -> Preprocessing | None:
        """What is made of a photograph that enters here; None for a layer that reads from others."""
        return None

    @property
    def kind(self) -> str:
        """The registered name, spelled as in PyTorch."""
        return type(self).__name__

    @property
    def role(self) -> str:
        """One of `ROLES`; may depend on the settings (a 1×1 convolution is "pointwise")."""
        return self.role_name

    def slides_over(self, shape: Shape) -> "tuple[Layer, Shape, Pair]":
        """What slides over which map, as it is drawn: the layer itself over its input, whose values stand
        (1, 1) apart; a transposed convolution as the plain one that it equals, over a wider map."""
        return self, shape, (1, 1)

    @property
    def family(self) -> str:
        """One of `FAMILIES`: what figures draw it as."""
        return self.family_name or self.role

    @property
    def label(self) -> str:
        """Short caption on a card: `Conv 3×3 · 64`."""
        return self.title or self.kind

    @property
    def detail(self) -> str:
        """Second line of a card: `stride 2 · same`; empty when there is nothing to say."""
        return ""

    @property
    def window(self) -> Window | None:
        """The sliding window, or None for a layer that has none."""
        return None

    @property
    def kernel(self) -> Window | None:
        """The window whose kernel slides over the input, or is stamped onto the output; None without one."""
        return self.window

    @property
    def is_input(self) -> bool:
        """Whether the photograph enters here; a learned map reads nothing either, and is none."""
        return self.role == "input"

    @property
    def is_convolution(self) -> bool:
        """Whether kernels with weights slide over its maps."""
        return self.role in ("convolution", "pointwise", "depthwise") and not self.transposed

    def as_convolution(self, shape: Shape) -> "Conv2d | None":
        """The convolution with the same numbers that computes the same of maps of this shape; None if none.

        Of a dense layer that is the one behind a Flatten of such maps.
        """
        return None

    def covers(self, shape: Shape) -> bool:
        """Whether its one output sees all of these maps and nothing else: a dense layer in disguise."""
        return False

    @property
    def outputs(self) -> int | None:
        """How many channels or features come out, where a setting says it."""
        return int(getattr(self, self.out_setting)) if self.out_setting else None

    @property
    def lacks_bias(self) -> bool:
        """Whether it could add one learned number to each channel, and its setting `bias` is off."""
        return not getattr(self, "bias", True)

    @property
    def weight_groups(self) -> int:
        """Into how many groups a setting parts the channels: weights reach no further than their group."""
        return 1

    @property
    def whole_input(self) -> bool:
        """Whether each output value depends on the whole input map (global pooling, dense layers)."""
        return False

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach] | None:
        """What one output reads of each input map, per axis (height, width): that of the window.

        None for a layer that works at each position on its own. Of a layer with `whole_input` the reach
        is not asked.
        """
        if self.window is None or not is_map(inputs[0]):
            return None
        return self.window.reach((inputs[0][1], inputs[0][2]))

    def reads(self, output: int, axis: int, *inputs: Shape, of: int = 0) -> tuple[int, ...]:
        """The rows (`axis` 0) or columns (1) of an input map that this row or column of the output reads, in
        order; `of` says which input. What lies in the padding is left out."""
        size = inputs[of][1 + axis]
        if self.whole_input:
            return tuple(range(size))
        reach = self.reach(*inputs)
        if reach is None:
            return (0 if size == 1 else output,)  # what is 1 high is repeated over a larger map
        return reach[axis].taps(output, size)

    @classmethod
    def palette(cls) -> tuple[PaletteEntry, ...]:
        """What the palette offers of this kind."""
        return (PaletteEntry(cls.title or cls.__name__, cls(), often=cls.often, follows=cls.follows),)

    @classmethod
    def settings(cls) -> tuple[Setting, ...]:
        """The kind's settings in the order of the form."""
        return settings_of(cls)

    def replace(self, **changes: Any) -> "Layer":
        """The same layer with other settings; `ShapeError` names a setting that is out of range."""
        unknown = changes.keys() - {setting.name for setting in self.settings()}
        if unknown:
            raise ShapeError(f"{self.kind} has no setting {quoted(sorted(unknown)[0])}")
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]  # @layer makes the dataclass

    def output_shape(self, *inputs: Shape) -> Shape:
        """Shape that comes out; `ShapeError` says what does not fit and a way out."""
        return inputs[0]

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        """Shapes of the parameters by name (`weight`, `bias`, `running_mean`, …)."""
        return {}

    def channel_rule(self, *inputs: Shape) -> Rule:
        """How the number of channels (or features) that come out was computed."""
        return rules.channels(self, inputs)

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        """How the height (`axis` 0) or width (1) that comes out was computed."""
        return rules.size(self, axis, inputs)

    def parameter_rule(self, name: str, *inputs: Shape) -> Rule:
        """How the number of values of a parameter was computed."""
        return rules.parameter(self, name, inputs)

    def macs_rule(self, *inputs: Shape) -> Rule:
        """How the multiply–adds were computed."""
        return rules.macs(self, inputs)

    def initial_value(self, name: str) -> float:
        """What a parameter that is no matrix starts from: 1 for scales and variances, 0 for shifts."""
        return 1.0 if name in ("weight", "running_var") else 0.0

    def misfit_of(self, name: str, values: "Array") -> str:
        """Why these numbers of the right shape cannot be this parameter, for people; empty where they can."""
        return ""

    def fan_in(self, *inputs: Shape) -> float:
        """How many weighted values one output sums up, for weights drawn at random."""
        return prod(self.param_shapes(*inputs)["weight"][1:])

    def macs(self, *inputs: Shape) -> int:
        """Multiply–adds of convolution and linear layers; bias and everything else counts 0."""
        return 0

    def operations(self, *inputs: Shape) -> Operations:
        """All arithmetic by kind for one image."""
        return NO_OPERATIONS

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        """The layer's map, float32, batch first."""
        return inputs[0]

    def in_training(self, x: "Array") -> "tuple[Array, Mapping[str, Array]]":
        """The map that training makes of this one, and what it measures on it: the `non_trainable`, by name.

        Everything that is learned is as it was drawn.
        """
        return x, {}

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        """Gradient with respect to each input, given that of the output."""
        return (dy,)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        """Gradient of each trained parameter by its name, summed over the batch, given that of the output."""
        return {}

    def forward_in_training(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", draw: Draw
    ) -> "tuple[Array, Mapping[str, Array]]":
        """The map while it is trained, and what the way back needs of it; under the names of `non_trainable`
        parameters stand their new values. `draw(shape)` gives numbers of 0…1 by chance."""
        return self.forward(inputs, params), {}

    def backward_in_training(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array",
        kept: "Mapping[str, Array]", dy: "Array",
    ) -> "tuple[tuple[Array, ...], Mapping[str, Array]]":  # fmt: skip
        """The gradients of `backward` and of `parameter_gradients` for what `forward_in_training` gave."""
        slopes = self.parameter_gradients(inputs, params, output, dy)
        return self.backward(inputs, params, output, dy), slopes

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """How the value at (channel, row, column), or (feature,), of the output comes about.

        `inputs` are batch first, `params` as `forward` takes them. What moves values says from where, and
        what is a function of each value alone what it makes of it; `UnsupportedLayer` where a kind says
        nothing of its own and is neither.
        """
        return usual_arithmetic(self, inputs, at)

    @property
    def can_be_taken_apart(self) -> bool:
        """Whether `taken_apart` says how a value comes about."""
        return type(self).taken_apart is not Layer.taken_apart or self.moves or self.role == "activation"

    def lowering(self, *inputs: Shape) -> Form | None:
        """What the planner makes fast work of; None: `forward` is called, there is no fast path."""
        return None

    def torch(self, *inputs: Shape) -> TorchCode:
        """The layer as PyTorch code."""
        raise UnsupportedLayer(f"{self.kind} cannot be written as PyTorch")

    def keras(self, *inputs: Shape) -> KerasCode:
        """The layer as Keras code."""
        raise UnsupportedLayer(f"{self.kind} cannot be written as Keras")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        """The layer as an ONNX operator."""
        raise UnsupportedLayer(f"{self.kind} cannot be written as ONNX")

    def to_json(self) -> dict[str, Any]:
        """Kind and all settings, JSON-ready; `layer_from_json` is the way back."""
        return {"kind": self.kind} | {s.name: to_plain(getattr(self, s.name)) for s in self.settings()}

    @property
    def hindrance(self) -> str:
        """Why it cannot be computed on this machine, for people; empty where it can."""
        return ""

    def _validate(self) -> None:
        """Checks between settings, after each has passed its own range."""


def require_map(kind: str, shape: Shape) -> None:
    """`ShapeError` unless the shape is (C, H, W)."""
    if not is_map(shape):
        raise ShapeError(
            f"{kind} needs maps (C×H×W), but its input is a vector of {shape_text(shape)}."
            " It belongs before the Flatten."
        )


def require_division(
    groups: int, in_channels: int, out_channels: int | None = None, *, setting: str = "groups"
) -> None:
    """`ShapeError` with the nearest way out unless the groups divide both channel counts."""
    common = in_channels if out_channels is None else gcd(in_channels, out_channels)
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels or groups)):
        if channels % groups:
            nearest = max(d for d in range(1, min(groups, common) + 1) if common % d == 0)
            raise ShapeError(
                f"{setting}={groups} does not divide {name}={channels}. {nearest} does.", setting=setting
            )
