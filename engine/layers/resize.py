"""Maps of any other size."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.errors import UnsupportedLayer
from engine.formula import Rule, number
from engine.layers.arithmetic import Arithmetic
from engine.layers.base.interpolation import COORDINATES, MODES, ROUNDINGS, Interpolation, mixed
from engine.layers.base.layer import (
    NO_OPERATIONS,
    KerasCode,
    Layer,
    OnnxConstant,
    OnnxNode,
    Operations,
    TorchCode,
    field,
    require_map,
)
from engine.layers.base.registry import layer
from engine.layers.base.torch_code import pair_code
from engine.shapes import Pair, Reach, Shape, elements, pair_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.layers.base.layer import Array


@layer
class Resize(Layer):
    """Every map at another height and width: larger or smaller, by whatever factor.

    Along each axis output o lies at the place x among the inputs, x = (o + ½) / s − ½ where pixels are
    squares with a middle (half_pixel), o / s (asymmetric), or so that the outermost pixels stay in place
    (align_corners), with the scale s = outputs / inputs. nearest takes the input next to x, linear mixes the
    two around it, cubic the four.

    Shapes: (C, H, W) → (C, height, width) as set. Operations: a multiply and an add for each tap of the
    mixture.
    """

    title = "Resize"
    source = "Keys, Cubic convolution interpolation for digital image processing, 1981; ONNX, Resize-19"
    rank = 11
    family_name = "up"
    aliases = ("interpolate", "bicubic", "upsample to size", "downsample", "scale", "adaptive upsampling")

    size: Pair = field(default=(14, 14), minimum=1, maximum=65536, help="Height and width that come out.")
    mode: str = field(default="linear", choices=MODES, label="Way", help="Which values an output is made of.")
    coordinates: str = field(
        default="half_pixel",
        choices=COORDINATES,
        advanced=True,
        help="Where an output lies among the inputs.",
    )
    rounding: str = field(
        default="round_prefer_floor",
        choices=ROUNDINGS,
        advanced=True,
        help="Of nearest: which is the nearest.",
    )
    scale_height: float = field(
        default=0.0, minimum=0, maximum=65536, advanced=True,
        help="Scale of the rows where it is not the ratio of the sizes (0).",
    )  # fmt: skip
    scale_width: float = field(
        default=0.0, minimum=0, maximum=65536, advanced=True,
        help="Scale of the columns where it is not the ratio of the sizes (0).",
    )  # fmt: skip
    cubic: float = field(
        default=-0.75, minimum=-4, maximum=4, advanced=True, help="Coefficient of the cubic."
    )
    exclude_outside: bool = field(
        default=False,
        advanced=True,
        help="Of cubic: beyond the border nothing counts, instead of the border's value.",
    )

    @property
    def _excludes(self) -> bool:
        return self.exclude_outside and self.mode == "cubic"

    @property
    def label(self) -> str:
        return f"Resize {pair_text(self.size)}"

    @property
    def detail(self) -> str:
        return self.mode if self.coordinates == "half_pixel" else f"{self.mode} · {self.coordinates}"

    def axis(self, axis: int, size: int) -> Interpolation:
        """The interpolation along the rows (0) or columns (1) of so many inputs."""
        scale = (self.scale_height, self.scale_width)[axis]
        return Interpolation(
            size=size,
            outputs=self.size[axis],
            scale=scale or self.size[axis] / size,
            mode=self.mode,
            coordinates=self.coordinates,
            rounding=self.rounding,
            cubic=self.cubic,
            exclude_outside=self._excludes,
        )

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        """A bound in even steps: by the ratio of the sizes, as wide as the widest mixture around it."""
        rows, cols = (self._reach(axis, inputs[0][1 + axis]) for axis in (0, 1))
        return rows, cols

    def _reach(self, axis: int, size: int) -> Reach:
        step = Fraction(size, self.size[axis])
        first, last = Fraction(0), Fraction(0)
        for output, taps in enumerate(_taps(self.axis(axis, size))):
            low, high = min(taps), max(taps)
            first = min(first, low - output * step) if output else Fraction(low)
            last = max(last, high - output * step) if output else Fraction(high)
        return Reach.of(first, last, step)

    def reads(self, output: int, axis: int, *inputs: Shape, of: int = 0) -> tuple[int, ...]:
        return tuple(sorted(_taps(self.axis(axis, inputs[0][1 + axis]))[output]))

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        return inputs[0][0], *self.size

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        return Rule(number(self.size[axis]), f"a setting of {self.label}")

    def operations(self, *inputs: Shape) -> Operations:
        if self.mode == "nearest":
            return NO_OPERATIONS
        taps = 2 if self.mode == "linear" else 4
        rows = inputs[0][0] * self.size[0] * inputs[0][2]
        made = elements(self.output_shape(*inputs))
        return Operations(multiply=taps, add=taps - 1).times(rows + made)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        (x,) = inputs
        rows, cols = (_matrix(self.axis(axis, x.shape[2 + axis])) for axis in (0, 1))
        if self.mode == "nearest":
            return np.ascontiguousarray(x[:, :, rows.argmax(axis=1)][:, :, :, cols.argmax(axis=1)])
        return np.asarray(rows.astype(np.float32) @ x @ cols.astype(np.float32).T, np.float32)

    @property
    def moves(self) -> bool:  # type: ignore[override]  # a setting of this kind
        """Whether values are repeated or left away, not mixed."""
        return self.mode == "nearest"

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """What it is mixed of, and how much of each; or the value that is repeated."""
        if self.moves:
            return super().taken_apart(inputs, params, at)
        return mixed(inputs[0], at, *(self.axis(axis, inputs[0].shape[2 + axis]) for axis in (0, 1)))

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        rows, cols = (_matrix(self.axis(axis, inputs[0].shape[2 + axis])) for axis in (0, 1))
        return (np.asarray(rows.T.astype(np.float32) @ dy @ cols.astype(np.float32), np.float32),)

    def torch(self, *inputs: Shape) -> TorchCode:
        """By `F.interpolate` where that has the form; else as the matrices that it is."""
        plain = not self.scale_height and not self.scale_width and not self._excludes
        size = pair_code(self.size) if self.size[0] != self.size[1] else f"({self.size[0]}, {self.size[0]})"
        if plain and self.mode != "nearest" and self.coordinates in ("half_pixel", "align_corners"):
            way = "bilinear" if self.mode == "linear" else "bicubic"
            corners = self.coordinates == "align_corners"
            if self.mode == "linear" or self.cubic == -0.75:
                return TorchCode(call=f"F.interpolate({{0}}, {size}, mode={way!r}, align_corners={corners})")
        rows, cols = (_taps(self.axis(axis, inputs[0][1 + axis])) for axis in (0, 1))
        if self.mode == "nearest":
            at_rows, at_cols = ([next(iter(taps)) for taps in one] for one in (rows, cols))
            return TorchCode(call=f"{{0}}[:, :, {at_rows}][:, :, :, {at_cols}]")
        left = _listed(rows, inputs[0][1])
        right = _listed(cols, inputs[0][2])
        return TorchCode(call=f"torch.tensor({left}) @ {{0}} @ torch.tensor({right}).T")

    def keras(self, *inputs: Shape) -> KerasCode:
        """As the mixtures that it is: Keras' own ways differ from backend to backend."""
        mixtures = (
            [list(taps.items()) for taps in _taps(self.axis(axis, inputs[0][1 + axis]))] for axis in (0, 1)
        )
        rows, columns = mixtures
        return KerasCode(f"mixed({{0}}, {rows}, {columns})", helpers=("mixed",))

    def onnx(self, *inputs: Shape) -> OnnxNode:
        how: dict[str, str | float | int | tuple[int, ...]] = {
            "mode": self.mode,
            "coordinate_transformation_mode": self.coordinates,
        }
        if self.mode == "nearest":
            how["nearest_mode"] = self.rounding
        if self.mode == "cubic":
            how["cubic_coeff_a"] = self.cubic
        if self._excludes:
            how["exclude_outside"] = 1
        if not self.scale_height and not self.scale_width:
            how["axes"] = (2, 3)
            return OnnxNode("Resize", how, constants=(None, None, OnnxConstant(self.size)))
        scales = tuple(
            scale or self.size[axis] / inputs[0][1 + axis]
            for axis, scale in enumerate((self.scale_height, self.scale_width))
        )
        if any(int(n * scale) != out for n, scale, out in zip(inputs[0][1:], scales, self.size, strict=True)):
            raise UnsupportedLayer(
                f"{self.label} has a scale of {scales[0]:g}×{scales[1]:g}, which does not give its size: ONNX"
                " takes one or the other"
            )
        return OnnxNode("Resize", how, constants=(None, OnnxConstant((1.0, 1.0, *scales))))


@lru_cache(maxsize=256)
def _taps(way: Interpolation) -> tuple[dict[int, float], ...]:
    """The mixture of each output."""
    return tuple(way.mixture(output) for output in range(way.outputs))


@lru_cache(maxsize=64)
def _matrix(way: Interpolation) -> "npt.NDArray[np.float64]":
    """(outputs, inputs): how much each input counts."""
    import numpy as np

    made = np.zeros((way.outputs, way.size))
    for output, taps in enumerate(_taps(way)):
        for index, share in taps.items():
            made[output, index] = share
    return made


def _listed(rows: Sequence[Mapping[int, float]], size: int) -> list[list[float]]:
    return [[taps.get(index, 0.0) for index in range(size)] for taps in rows]
