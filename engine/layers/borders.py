"""Rows and columns more, or fewer, around every map."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from engine.errors import ShapeError
from engine.formula import Rule, number, plus
from engine.layers.base.layer import KerasCode, Layer, OnnxConstant, OnnxNode, TorchCode, field, require_map
from engine.layers.base.lowering import ViewForm
from engine.layers.base.registry import layer
from engine.shapes import Reach, Shape, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array

SPELLINGS: Final = {
    "zero": ("constant", "constant", "constant"),
    "reflect": ("reflect", "reflect", "reflect"),
    "replicate": ("replicate", "edge", "edge"),
}
"""Each way of padding as PyTorch, ONNX and numpy spell it."""


@layer
class Pad(Layer):
    """Add rows and columns around every map: zeros (or one other number), the map mirrored at its border, or
    the border repeated.

    Along one axis of n values with p before, i = o − p: y[o] = x[i] inside; outside
    `value` (`zero`, for which it is 0), x[−i] or
    x[2(n − 1) − i] (`reflect`: the border itself is not repeated), x[0] or x[n − 1] (`replicate`).

    Shapes: (C, H, W) → (C, H + top + bottom, W + left + right). Nothing is computed.
    """

    moves = True
    title = "Pad"
    source = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning, 2016, section 2.2"
    rank = 30
    short = "pad"
    aliases = (
        "padding",
        "zeropad",
        "zeropadding2d",
        "zeropad2d",
        "reflectionpad",
        "reflect",
        "replicate",
        "border",
        "margin",
    )
    reframes = True

    mode: str = field(
        default="zero", choices=tuple(SPELLINGS), label="With", help="What the new rows and columns hold."
    )
    top: int = field(default=1, minimum=0, maximum=4096, help="Rows above.")
    bottom: int = field(default=1, minimum=0, maximum=4096, help="Rows below.")
    left: int = field(default=1, minimum=0, maximum=4096, help="Columns on the left.")
    right: int = field(default=1, minimum=0, maximum=4096, help="Columns on the right.")
    value: float = field(
        default=0.0, minimum=-1e9, maximum=1e9, advanced=True, help="The number in the place of zero."
    )

    @property
    def detail(self) -> str:
        sides = (self.top, self.bottom, self.left, self.right)
        mode = f"{self.value:g}," if self.value and self.mode == "zero" else self.mode
        return f"{mode} {', '.join(map(str, sides if len(set(sides)) > 1 else sides[:1]))}"

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        """Shifted by the rows and columns before; what the new ones mirror or repeat only `reads` tells."""
        return Reach.of(-self.top, -self.top), Reach.of(-self.left, -self.left)

    def reads(self, output: int, axis: int, *inputs: Shape, of: int = 0) -> tuple[int, ...]:
        """With what the new rows and columns mirror or repeat."""
        size, index = inputs[0][1 + axis], output - (self.top, self.left)[axis]
        if self.mode == "replicate":
            return (min(max(index, 0), size - 1),)
        if self.mode == "reflect":
            index = abs(index)
            return (index if index < size else 2 * (size - 1) - index,)
        return (index,) if 0 <= index < size else ()

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        if self.mode == "reflect":
            for side, size in (("top", 1), ("bottom", 1), ("left", 2), ("right", 2)):
                if getattr(self, side) >= shape[size]:
                    raise ShapeError(
                        f"{side}={getattr(self, side)} is more than a mirror at the border of"
                        f" {shape_text(shape)} can show: at most {shape[size] - 1}.",
                        setting=side,
                    )
        return shape[0], shape[1] + self.top + self.bottom, shape[2] + self.left + self.right

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        before, after = ((self.top, self.bottom), (self.left, self.right))[axis]
        made = plus(number(inputs[0][1 + axis]), number(before), number(after))
        return Rule(made, "n + before + after")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        mode = SPELLINGS[self.mode][2]
        sides = ((0, 0), (0, 0), (self.top, self.bottom), (self.left, self.right))
        if self.mode == "zero":
            return np.pad(inputs[0], sides, constant_values=np.float32(self.value))
        return np.pad(inputs[0], sides, mode=mode)  # type: ignore[call-overload,no-any-return]  # one of two

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        height, width = inputs[0].shape[2:]
        if self.mode == "zero":
            return (dy[:, :, self.top : self.top + height, self.left : self.left + width],)
        dx = _gathered(dy, 2, height, self.top, self.bottom, SPELLINGS[self.mode][2])
        return (_gathered(dx, 3, width, self.left, self.right, SPELLINGS[self.mode][2]),)

    def torch(self, *inputs: Shape) -> TorchCode:
        sides = f"({self.left}, {self.right}, {self.top}, {self.bottom})"
        mode = "" if self.mode == "zero" else f", mode={SPELLINGS[self.mode][0]!r}"
        if self.mode == "zero" and self.value:
            mode = f", value={self.value!r}"
        return TorchCode(call=f"F.pad({{0}}, {sides}{mode})")

    def keras(self, *inputs: Shape) -> KerasCode:
        sides = (self.top, self.bottom), (self.left, self.right)
        if self.mode == "zero" and self.value:
            return KerasCode(f"bordered({{0}}, {sides}, {self.value!r})", helpers=("bordered",))
        if self.mode == "zero":
            return KerasCode(f"layers.ZeroPadding2D({sides}, {{name}})({{0}})")
        return KerasCode(
            f'with_border({{0}}, {sides}, "{SPELLINGS[self.mode][2]}")', helpers=("with_border",)
        )

    def onnx(self, *inputs: Shape) -> OnnxNode:
        sides = OnnxConstant((0, 0, self.top, self.left, 0, 0, self.bottom, self.right))
        value = (OnnxConstant((self.value,), ()),) if self.mode == "zero" and self.value else ()
        return OnnxNode("Pad", {"mode": SPELLINGS[self.mode][1]}, constants=(sides, *value))


@layer
class Crop(Layer):
    """Cut a rectangle out of every map, as U-Net and FCN do before branches of different size meet.

    y[c, h, w] = x[c, top + h, left + w]. Shapes: (C, H, W) → (C, height, width). Nothing is computed.
    """

    moves = True
    title = "Crop"
    source = "Ronneberger, Fischer & Brox, U-Net, MICCAI 2015, section 2"
    rank = 31
    short = "crop"
    aliases = ("cropping", "cropping2d", "cut", "centre crop", "center crop", "trim")
    reframes = True

    top: int = field(default=0, minimum=0, maximum=65535, help="First row that is kept, counted from 0.")
    left: int = field(default=0, minimum=0, maximum=65535, help="First column that is kept.")
    height: int = field(default=1, minimum=1, maximum=65536, help="Rows that are kept.")
    width: int = field(default=1, minimum=1, maximum=65536, help="Columns that are kept.")

    @property
    def label(self) -> str:
        return f"Crop {self.height}×{self.width}"

    @property
    def detail(self) -> str:
        return f"from row {self.top}, column {self.left}"

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        return Reach.of(self.top, self.top), Reach.of(self.left, self.left)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        axes = (("height", "top", self.top, shape[1]), ("width", "left", self.left, shape[2]))
        for size, start, first, there in axes:
            if first >= there:
                raise ShapeError(
                    f"{start}={first} lies outside {shape_text(shape)}. At most {there - 1} fits.",
                    setting=start,
                )
            if first + getattr(self, size) > there:
                raise ShapeError(
                    f"{size}={getattr(self, size)} from {start}={first} is larger than the input"
                    f" {shape_text(shape)}. At most {there - first} fits.",
                    setting=size,
                )
        return shape[0], self.height, self.width

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        return Rule(number((self.height, self.width)[axis]), f"a setting of {self.label}")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.ascontiguousarray(inputs[0][self._kept])

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        dx = np.zeros_like(inputs[0])
        dx[self._kept] = dy
        return (dx,)

    @property
    def _kept(self) -> tuple[slice, ...]:
        rows, cols = slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)
        return slice(None), slice(None), rows, cols

    def lowering(self, *inputs: Shape) -> ViewForm:
        return ViewForm(origin=(0, self.top, self.left))

    def torch(self, *inputs: Shape) -> TorchCode:
        bottom, right = self.top + self.height, self.left + self.width
        return TorchCode(call=f"{{0}}[:, :, {self.top}:{bottom}, {self.left}:{right}]")

    def keras(self, *inputs: Shape) -> KerasCode:
        bottom, right = self.top + self.height, self.left + self.width
        return KerasCode(f"{{0}}[:, {self.top}:{bottom}, {self.left}:{right}, :]")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        first = OnnxConstant((self.top, self.left))
        end = OnnxConstant((self.top + self.height, self.left + self.width))
        return OnnxNode("Slice", constants=(first, end, OnnxConstant((2, 3))))


def _gathered(dy: "Array", axis: int, size: int, before: int, after: int, mode: str) -> "Array":
    """Sums what the padded indices along an axis were copied from."""
    import numpy as np

    origin = np.pad(np.arange(size), (before, after), mode=mode)  # type: ignore[call-overload]  # one of three
    dx = np.zeros((*dy.shape[:axis], size, *dy.shape[axis + 1 :]), np.float32)
    np.add.at(np.moveaxis(dx, axis, 0), origin, np.moveaxis(dy, axis, 0))
    return dx
