"""What a 1×1 convolution before a K×K one saves: the channels are reduced before the large kernel runs.

A K×K convolution from C to C_out channels has K²·C·C_out weights. With a 1×1 convolution to c' channels
before it there are C·c' + K²·c'·C_out. Both are equal at the break-even width

    c' = K²·C·C_out / (C + K²·C_out),

and below it the reduction saves. The MACs are these weights times the pixels at which they are used: the
same width where the convolution keeps its map's size; with a stride it is smaller, as the 1×1 works on all
the pixels that come in.

Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015, section 4; the width follows by setting
the two counts equal. Biases are counted in the parameters, but not in the break-even width.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.errors import NetworkError, ShapeError
from engine.formula import Expression, number, plus, product, ratio
from engine.layers import Layer
from engine.layers.convolution import Conv2d
from engine.layers.rectifiers import ReLU
from engine.model.network import Network
from engine.shapes import VALID, Shape, count_text, elements, is_map

USUAL_SHARE: Final = 4
"""A bottleneck reduces to a quarter (He et al., Deep residual learning, CVPR 2016, section 4.1)."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a convolution costs, with the 1×1 before it where there is one. Biases count as parameters."""

    parameters: int
    macs: int


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """A K×K convolution on maps of this shape, and what it costs behind a 1×1 of any width."""

    layer: Layer
    shape: Shape

    @property
    def step(self) -> int:
        """Widths are multiples of this: the layer's groups have to divide them."""
        return self.layer.weight_groups

    @property
    def most(self) -> int:
        """The widest that still reduces anything, unless there is only one width: the channels coming in."""
        return self.shape[0]

    @property
    def before(self) -> Price:
        """The layer as it is."""
        return self._price(self.shape)

    def after(self, width: int) -> Price:
        """The 1×1 to `width` channels and the layer behind it; `ShapeError` names a width that is none."""
        if not 1 <= width <= self.most or width % self.step:
            steps = f" in steps of {self.step}, the groups of the layer" if self.step > 1 else ""
            fitting = f"{self.step} … {self.most}{steps}"
            raise ShapeError(
                f"width={width} is no reduction of {count_text(self.most, 'channel')}: {fitting} are"
            )
        narrow = self._price((width, *self.shape[1:]))
        pixels = self.shape[1] * self.shape[2]
        bias = width if self._has_bias else 0
        return Price(
            parameters=self.most * width + bias + narrow.parameters,
            macs=self.most * width * pixels + narrow.macs,
        )

    @property
    def break_even(self) -> Fraction:
        """The width c' = K²·C·C_out / (C + K²·C_out) at which the weights are as many as without the 1×1.

        With groups each channel has K²·C_out / groups weights instead.
        """
        return Fraction(self.most * self._weights_of_a_channel, self.most + self._weights_of_a_channel)

    @property
    def macs_break_even(self) -> Fraction:
        """The width at which the MACs are as many: the same, or smaller behind a stride."""
        each = Fraction(self.before.macs, self.most)
        pixels = self.shape[1] * self.shape[2]
        return Fraction(self.most * each, self.most * pixels + each)

    @property
    def usual(self) -> int:
        """A quarter of the channels as in a bottleneck, or the widest that saves if that is less."""
        wanted = min(Fraction(self.most, USUAL_SHARE), self.macs_break_even)
        return max(int(wanted / self.step) * self.step, self.step)

    @property
    def derivation(self) -> Expression:
        """The break-even width with the layer's own numbers: `3·3·192·128/(192 + 3·3·128)`."""
        kernel = self._kernel
        tall, wide, channels = number(kernel[0]), number(kernel[1]), number(self.most)
        out = number(self._out_channels)
        if self.step > 1:
            out = ratio(out, number(self.step))
        return ratio(product(tall, wide, channels, out), plus(channels, product(tall, wide, out)))

    @property
    def title(self) -> str:
        """`192 channels into Conv 3×3 · 128`."""
        return f"{count_text(self.most, 'channel')} into {self.layer.label}"

    def weights(self, width: int) -> Expression:
        """The weights with the 1×1, without biases: `192·32 + 3·3·32·128`."""
        tall, wide = (number(size) for size in self._kernel)
        out = number(self._out_channels)
        if self.step > 1:
            out = ratio(out, number(self.step))
        return plus(product(number(self.most), number(width)), product(tall, wide, number(width), out))

    @property
    def _kernel(self) -> tuple[int, int]:
        assert self.layer.kernel is not None  # `is_reducible` has looked
        return self.layer.kernel.kernel_size

    @property
    def _out_channels(self) -> int:
        assert self.layer.outputs is not None  # `is_reducible` has looked
        return self.layer.outputs

    @property
    def _has_bias(self) -> bool:
        return "bias" in self.layer.param_shapes(self.shape)

    @property
    def _weights_of_a_channel(self) -> Fraction:
        tall, wide = self._kernel
        return Fraction(tall * wide * self._out_channels, self.step)

    def _price(self, shape: Shape) -> Price:
        sizes = self.layer.param_shapes(shape).values()
        return Price(parameters=sum(map(elements, sizes)), macs=self.layer.macs(shape))


def is_reducible(layer: Layer) -> bool:
    """Whether it is a K×K convolution that mixes channels: a 1×1 before it can save something."""
    return layer.outputs is not None and layer.kernel is not None and layer.kernel.kernel_size != (1, 1)


def reduction_before(network: Network, node_id: str, input_shapes: tuple[Shape, ...]) -> Reduction:
    """What can be reduced before this node, whose inputs have these shapes; `NetworkError` says why not."""
    node = network[node_id]
    if not is_reducible(node.layer):
        raise NetworkError(f"{node.label} is no K×K convolution: a 1×1 before it reduces nothing")
    if not node.inputs:
        raise NetworkError(f"{node.label} has no input. Wire one in first.")
    if len(input_shapes) != 1 or not is_map(input_shapes[0]):
        raise NetworkError(f"{node.label} gets no map yet: what can be reduced is not known")
    try:
        node.layer.output_shape(*input_shapes)
    except ShapeError as error:
        raise NetworkError(f"{node.label} does not work yet: {error}") from None
    reduction = Reduction(layer=node.layer, shape=input_shapes[0])
    if reduction.most < 2 or reduction.step >= reduction.most:
        raise NetworkError(
            f"{node.label} reads {count_text(reduction.most, 'channel')}, and none can be left out before its"
            f" {'group' if reduction.step == 1 else f'{reduction.step} groups'}"
        )
    return reduction


def reducing_layers(reduction: Reduction, width: int, *, activation: bool) -> tuple[Layer, ...]:
    """The 1×1 to this width, with a bias where the layer has one, and a ReLU behind it where asked for.

    In GoogLeNet the reductions carry one: "which makes them dual-purpose" (Szegedy et al., section 4).
    """
    reduction.after(width)
    bias = reduction._has_bias
    reduce = Conv2d(out_channels=width, kernel_size=(1, 1), padding=VALID, bias=bias)
    return (reduce, ReLU()) if activation else (reduce,)
