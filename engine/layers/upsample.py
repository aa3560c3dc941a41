"""Larger maps without any weights."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.formula import Rule, number, product
from engine.layers.arithmetic import Arithmetic
from engine.layers.base.interpolation import Interpolation, mixed
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
    from engine.layers.base.layer import Array


def repeated(factor: int) -> Reach:
    """Output o reads floor(o / factor)."""
    return Reach.of(Fraction(1, factor) - 1, 0, Fraction(1, factor))


@layer
class Upsample(Layer):
    """Enlarge every map: each value repeated (`nearest`), or values mixed along straight lines (`bilinear`).

    nearest: y[o] = x[floor(o / f)] along each axis, with the scale factor f. bilinear: y[o] lies between the
    two input values around s, in proportion: s = (o + ½) / f − ½ where pixels are squares with a middle, or
    s = o · (n − 1) / (n·f − 1) with `align_corners`, where the outermost pixels stay in place.

    Shapes: (C, H, W) → (C, f·H, f·W). Operations of bilinear: three mixtures of two values for each output.
    """

    title = "Upsample"
    source = "Odena, Dumoulin & Olah, Deconvolution and checkerboard artifacts, Distill 2016"
    rank = 10
    family_name = "up"
    aliases = (
        "upsampling",
        "upsampling2d",
        "resize",
        "interpolate",
        "interpolation",
        "unpool",
        "enlarge",
        "bilinear",
        "nearest",
    )

    scale_factor: Pair = field(
        default=(2, 2), minimum=1, maximum=64, label="Factor", help="Height and width are multiplied by it."
    )
    mode: str = field(
        default="nearest", choices=("nearest", "bilinear"), label="Way", help="Repeat values, or mix them."
    )
    align_corners: bool = field(
        default=False, advanced=True, help="Bilinear: the outermost pixels stay in place."
    )

    @property
    def label(self) -> str:
        same = self.scale_factor[0] == self.scale_factor[1]
        return f"Upsample {f'×{self.scale_factor[0]}' if same else pair_text(self.scale_factor)}"

    @property
    def detail(self) -> str:
        return f"{self.mode} · corners aligned" if self._aligns else self.mode

    @property
    def _aligns(self) -> bool:
        return self.mode == "bilinear" and self.align_corners

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        height, width = (
            self._reach(n, factor) for n, factor in zip(inputs[0][1:], self.scale_factor, strict=True)
        )
        return height, width

    def _reach(self, n: int, factor: int) -> Reach:
        if self.mode == "nearest" or factor == 1:
            return repeated(factor)
        if n == 1:
            return Reach.of(0, 0, 0)
        # Inputs less than 1 away from s; s is a multiple of `part`, so the open bounds become closed ones.
        if self.align_corners:
            step, first, part = Fraction(n - 1, n * factor - 1), Fraction(0), Fraction(1, n * factor - 1)
        else:
            step, first, part = Fraction(1, factor), Fraction(1 - factor, 2 * factor), Fraction(1, 2 * factor)
        return Reach.of(first - 1 + part, first + 1 - part, step)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        return shape[0], shape[1] * self.scale_factor[0], shape[2] * self.scale_factor[1]

    def operations(self, *inputs: Shape) -> Operations:
        if self.mode == "nearest":
            return NO_OPERATIONS
        return Operations(multiply=6, add=3).times(elements(self.output_shape(*inputs)))

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        return Rule(product(number(inputs[0][1 + axis]), number(self.scale_factor[axis])), "n · factor")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.resize import enlarge

        return enlarge(inputs[0], self.scale_factor, self.mode, self._aligns)

    @property
    def moves(self) -> bool:  # type: ignore[override]  # a setting of this kind
        """Whether values are repeated, not mixed."""
        return self.mode == "nearest"

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """What it is mixed of, and how much of each; or the value that is repeated."""
        if self.moves:
            return super().taken_apart(inputs, params, at)
        return mixed(inputs[0], at, *(self._axis(axis, inputs[0].shape[2 + axis]) for axis in (0, 1)))

    def _axis(self, axis: int, size: int) -> Interpolation:
        factor = self.scale_factor[axis]
        corners = "align_corners" if self._aligns else "half_pixel"
        return Interpolation(size=size, outputs=size * factor, scale=float(factor), coordinates=corners)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.resize import enlarge_gradient

        return (enlarge_gradient(dy, self.scale_factor, self.mode, self._aligns),)

    def torch(self, *inputs: Shape) -> TorchCode:
        corners = f", align_corners={self.align_corners}" if self.mode == "bilinear" else ""
        module = f"nn.Upsample(scale_factor={pair_code(self.scale_factor)}, mode={self.mode!r}{corners})"
        return TorchCode(call="{self}({0})", module=module)

    def keras(self, *inputs: Shape) -> KerasCode:
        if self._aligns:
            return KerasCode(f"upsample_aligned({{0}}, {self.scale_factor})", helpers=("upsample_aligned",))
        mode = "" if self.mode == "nearest" else 'interpolation="bilinear", '
        return KerasCode(f"layers.UpSampling2D({self.scale_factor}, {mode}{{name}})({{0}})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        scales = OnnxConstant((1.0, 1.0, float(self.scale_factor[0]), float(self.scale_factor[1])))
        how: dict[str, str] = {
            "mode": "linear",
            "coordinate_transformation_mode": "align_corners" if self.align_corners else "half_pixel",
        }
        if self.mode == "nearest":
            how = {
                "mode": "nearest",
                "coordinate_transformation_mode": "asymmetric",
                "nearest_mode": "floor",
            }
        return OnnxNode("Resize", how, constants=(None, scales))
