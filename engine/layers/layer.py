"""What a layer kind is: its settings, and everything the rest of the program asks of it.

A layer is a frozen value holding its own settings only. What depends on the input (in_channels, shapes,
costs) is computed from the input shapes handed in, never stored. A new kind is one new file in this
folder with one class under `@layer`: palette, form, JSON, analysis and export follow from it.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd, prod
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast, dataclass_transform

from engine.errors import FormatError, ShapeError, UnsupportedLayer
from engine.shapes import Padding, Pair, Reach, Shape, Window, is_map, shape_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float32]
    """Float32, batch first: (N, C, H, W) or (N, F)."""


@dataclass(frozen=True)
class Setting:
    """One setting of a layer kind as forms, JSON and documentation need it."""

    name: str
    type: str
    """"int", "float", "bool", "choice", "pair", "padding" or "shape"."""
    default: Any
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    label: str
    help: str
    advanced: bool
    """Shown under "More" in the inspector."""


@dataclass(frozen=True)
class Operations:
    """Arithmetic operations by kind, all exact counts for one image.

    `multiply_add` is the layer's MACs. Subtractions count as `add`, maxima as `compare`. `exp` counts
    every function that is no plain arithmetic: exponentials, erf, powers and roots. Padding is counted
    as if it were image, as for MACs.
    """

    multiply_add: int = 0
    add: int = 0
    multiply: int = 0
    compare: int = 0
    divide: int = 0
    exp: int = 0

    def __add__(self, other: "Operations") -> "Operations":
        return Operations(*(a + b for a, b in zip(self.values(), other.values(), strict=True)))

    def times(self, count: int) -> "Operations":
        """That many times as much."""
        return Operations(*(count * value for value in self.values()))

    def values(self) -> tuple[int, ...]:
        """The counts in the order of the fields."""
        return (self.multiply_add, self.add, self.multiply, self.compare, self.divide, self.exp)

    @property
    def total(self) -> int:
        """All operations, a multiply–add counted as two."""
        return self.multiply_add + sum(self.values())


NO_OPERATIONS: Final = Operations()


@dataclass(frozen=True)
class PaletteEntry:
    """What the palette offers: a caption and the layer that is dropped."""

    label: str
    layer: "Layer"


@dataclass(frozen=True)
class TorchCode:
    """A layer in PyTorch: the module built once (None for a pure function) and the call.

    `call` holds `{self}` for the module and `{0}`, `{1}` … for the inputs, e.g. `{self}({0})`, `{0} + {1}`.
    """

    call: str
    module: str | None = None


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


def field(
    *,
    default: Any,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Sequence[str] = (),
    label: str = "",
    help: str = "",
    advanced: bool = False,
) -> Any:
    """A setting with its default, range and explanation; the annotation names its type."""
    about = dict(
        minimum=minimum, maximum=maximum, choices=tuple(choices), label=label, help=help, advanced=advanced
    )
    return dataclasses.field(default=default, metadata=about)


ROLES: Final = (
    "input", "convolution", "pointwise", "depthwise", "pooling",
    "normalization", "activation", "merge", "reshape",
)  # fmt: skip
"""What a layer is for the eye: the theme has one colour and icon for each."""

GROUPS: Final = ("Input", "Convolution", "Pooling", "Shape and join", "Activation, norm")
"""Headings of the palette, in order."""


class Layer:
    """Base of all layer kinds. Methods take input shapes without the batch, arrays with it."""

    group: ClassVar[str] = "Shape and join"
    role_name: ClassVar[str] = "reshape"
    title: ClassVar[str] = ""
    rank: ClassVar[int] = 50
    """Place among the kinds of its group, in the palette and in lists; lower comes first."""
    source: ClassVar[str] = ""
    """Where the layer comes from: author, title, year, section."""
    min_inputs: ClassVar[int] = 1
    max_inputs: ClassVar[int | None] = 1
    """None: any number."""
    non_trainable: ClassVar[tuple[str, ...]] = ()
    """Names of parameters that are not trained (running statistics)."""

    @property
    def kind(self) -> str:
        """The registered name, spelled as in PyTorch."""
        return type(self).__name__

    @property
    def role(self) -> str:
        """One of `ROLES`; may depend on the settings (a 1×1 convolution is "pointwise")."""
        return self.role_name

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

    @classmethod
    def palette(cls) -> tuple[PaletteEntry, ...]:
        """What the palette offers of this kind."""
        return (PaletteEntry(cls.title or cls.__name__, cls()),)

    @classmethod
    def settings(cls) -> tuple[Setting, ...]:
        """The kind's settings in the order of the form."""
        return _settings(cls)

    def replace(self, **changes: Any) -> "Layer":
        """The same layer with other settings; `ShapeError` names a setting that is out of range."""
        unknown = changes.keys() - {setting.name for setting in self.settings()}
        if unknown:
            raise ShapeError(f"{self.kind} has no setting {sorted(unknown)[0]!r}")
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]  # @layer makes the dataclass

    def output_shape(self, *inputs: Shape) -> Shape:
        """Shape that comes out; `ShapeError` says what does not fit and a way out."""
        return inputs[0]

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        """Shapes of the parameters by name (`weight`, `bias`, `running_mean`, …)."""
        return {}

    def initial_value(self, name: str) -> float:
        """What a parameter that is no matrix starts from: 1 for scales and variances, 0 for shifts."""
        return 1.0 if name in ("weight", "running_var") else 0.0

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

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        """Gradient with respect to each input, given that of the output."""
        return (dy,)

    def torch(self, *inputs: Shape) -> TorchCode:
        """The layer as PyTorch code."""
        raise UnsupportedLayer(f"{self.kind} cannot be written as PyTorch")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        """The layer as an ONNX operator."""
        raise UnsupportedLayer(f"{self.kind} cannot be written as ONNX")

    def to_json(self) -> dict[str, Any]:
        """Kind and all settings, JSON-ready; `layer_from_json` is the way back."""
        return {"kind": self.kind} | {s.name: _plain(getattr(self, s.name)) for s in self.settings()}

    def _validate(self) -> None:
        """Checks between settings, after each has passed its own range."""


_registry: dict[str, type[Layer]] = {}
_settings_of: dict[type[Layer], tuple[Setting, ...]] = {}
_TYPES: Final = {
    int: "int", float: "float", bool: "bool", str: "choice", Pair: "pair", Padding: "padding", Shape: "shape",
}  # fmt: skip

L = TypeVar("L", bound=type[Layer])


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def layer(cls: L) -> L:
    """Make the class a frozen value, validate its settings on creation, and register it by its name."""
    own_post_init: Callable[[Any], None] = _check_settings
    cls.__post_init__ = own_post_init  # type: ignore[attr-defined]  # read by dataclass() on the next line
    made = dataclass(frozen=True, kw_only=True)(cls)
    _registry[cls.__name__] = made
    return cast(L, made)


def layer_kinds() -> Mapping[str, type[Layer]]:
    """All registered kinds by name, by group, then `rank`, then name: the order of the palette."""
    order = sorted(_registry.items(), key=lambda item: (GROUPS.index(item[1].group), item[1].rank, item[0]))
    return dict(order)


def layer_from_json(record: Mapping[str, Any]) -> Layer:
    """The layer that `Layer.to_json` wrote; missing settings take their defaults."""
    kind = record.get("kind")
    if not isinstance(kind, str) or kind not in _registry:
        raise UnsupportedLayer(f"unknown layer kind {kind!r}; known are {', '.join(sorted(_registry))}")
    cls = _registry[kind]
    settings = {setting.name: setting for setting in cls.settings()}
    values = {name: value for name, value in record.items() if name != "kind"}
    for name in values.keys() - settings.keys():
        raise FormatError(f"{kind} has no setting {name!r}")
    try:
        return cls(**{name: _typed(settings[name], value) for name, value in values.items()})
    except ShapeError as error:
        raise FormatError(f"{kind}: {error}") from None


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


def _settings(cls: type[Layer]) -> tuple[Setting, ...]:
    if cls not in _settings_of:
        made = []
        for item in dataclasses.fields(cls):  # type: ignore[arg-type]  # @layer makes the dataclass
            about = dict(item.metadata)
            about["label"] = about["label"] or item.name.replace("_", " ").capitalize()
            made.append(Setting(name=item.name, type=_TYPES[item.type], default=item.default, **about))
        _settings_of[cls] = tuple(made)
    return _settings_of[cls]


def _plain(value: Any) -> Any:
    if isinstance(value, Padding):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value


def _typed(setting: Setting, value: Any) -> Any:
    if setting.type in ("pair", "shape") and isinstance(value, list):
        return tuple(value)
    if setting.type == "padding" and isinstance(value, str | int | list):
        return Padding.of(value)
    if setting.type == "float" and isinstance(value, int):
        return float(value)
    return value


def _check_settings(self: Layer) -> None:
    for setting in self.settings():
        _check_setting(setting, getattr(self, setting.name))
    self._validate()


def _check_setting(setting: Setting, value: Any) -> None:
    name, kind = setting.name, setting.type
    if kind == "bool":
        if not isinstance(value, bool):
            raise ShapeError(f"{name}={value!r} must be true or false", setting=name)
    elif kind == "choice":
        if setting.choices and value not in setting.choices:
            raise ShapeError(f"{name}={value!r} is none of {', '.join(setting.choices)}", setting=name)
    elif kind == "padding":
        if not isinstance(value, Padding):
            raise ShapeError(f"{name}={value!r} is no padding", setting=name)
    elif kind in ("pair", "shape"):
        fits = isinstance(value, tuple) and len(value) in ((2,) if kind == "pair" else (1, 3))
        if not fits:
            raise ShapeError(
                f"{name}={value!r} must be {'two' if kind == 'pair' else 'one or three'} numbers",
                setting=name,
            )
        for part in value:
            _check_number(name, part, int, setting)
    else:
        _check_number(name, value, int if kind == "int" else float, setting)


def _check_number(name: str, value: Any, kind: type, setting: Setting) -> None:
    if isinstance(value, bool) or not isinstance(value, kind if kind is int else int | float):
        raise ShapeError(f"{name}={value!r} must be a {'whole ' if kind is int else ''}number", setting=name)
    if value != value or value in (float("inf"), float("-inf")):
        raise ShapeError(f"{name}={value!r} must be finite", setting=name)
    if setting.minimum is not None and value < setting.minimum:
        raise ShapeError(f"{name}={value} is below {setting.minimum:g}", setting=name)
    if setting.maximum is not None and value > setting.maximum:
        raise ShapeError(f"{name}={value} is above {setting.maximum:g}", setting=name)
