"""The reduction by a 1×1, against counting and against the papers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.edits.reduction import (
    Reduction,
    is_reducible,
    reducing_layers,
    reduction_before,
)
from engine.errors import NetworkError, ShapeError
from engine.model.network import Node
from tests.engine.small_networks import chain, conv, make


def reduction(channels: int, layer: object, size: tuple[int, int] = (28, 28)) -> Reduction:
    return Reduction(layer=layer, shape=(channels, *size))  # type: ignore[arg-type]


def test_the_break_even_width_is_where_the_weights_are_equal() -> None:
    one = reduction(192, conv(128, bias=False))
    assert one.break_even == Fraction(9 * 192 * 128, 192 + 9 * 128)
    assert float(one.break_even) == pytest.approx(164.571, abs=1e-3)
    assert one.after(164).parameters < one.before.parameters < one.after(165).parameters


def test_the_reduction_of_inception_3a_saves_what_counting_says() -> None:
    """Szegedy et al. 2015, table 1: 192 → 96 → 3×3, 128 and 192 → 16 → 5×5, 32."""
    three = reduction(192, conv(128, bias=False))
    assert three.before.parameters == 9 * 192 * 128 == 221_184
    assert three.after(96).parameters == 192 * 96 + 9 * 96 * 128 == 129_024
    five = reduction(192, conv(32, 5, bias=False))
    assert five.before.macs == 25 * 192 * 32 * 28 * 28 == 120_422_400
    assert five.after(16).macs == (192 * 16 + 25 * 16 * 32) * 28 * 28 == 12_443_648


def test_the_derivation_stands_with_its_values() -> None:
    one = reduction(192, conv(128))
    assert one.derivation.text == "3·3·192·128/(192 + 3·3·128)"
    assert one.derivation.value == one.break_even
    assert one.weights(32).text == "192·32 + 3·3·32·128"
    grouped = reduction(64, conv(64, groups=4))
    assert grouped.derivation.value == grouped.break_even


def test_behind_a_stride_the_macs_break_even_earlier() -> None:
    one = reduction(64, conv(128, 3, 2))
    assert one.macs_break_even < one.break_even
    assert one.after(int(one.macs_break_even)).macs <= one.before.macs
    assert one.after(int(one.macs_break_even) + 1).macs > one.before.macs


def test_groups_make_steps() -> None:
    one = reduction(64, conv(64, groups=8))
    assert one.step == 8
    assert one.usual % 8 == 0
    with pytest.raises(ShapeError, match="width=12 is no reduction of 64 channels: 8 … 64 in steps of 8"):
        one.after(12)


@pytest.mark.parametrize("width", [0, -3, 65])
def test_a_width_out_of_range_is_refused(width: int) -> None:
    with pytest.raises(ShapeError, match=f"width={width}"):
        reduction(64, conv(64)).after(width)


def test_what_can_be_reduced() -> None:
    assert is_reducible(conv(8))
    assert is_reducible(conv(8, (1, 3)))
    assert is_reducible(make("ConvTranspose2d"))
    for other in (conv(8, 1), make("DepthwiseConv2d"), make("MaxPool2d"), make("Linear"), make("ReLU")):
        assert not is_reducible(other)


def test_what_cannot_be_reduced_is_told() -> None:
    net = chain(conv(8), conv(8, 1), conv(8, 9, padding="valid"), shape=(1, 5, 5))
    shapes = {one: report.input_shapes for one, report in analyze(net).layers.items()}
    for node_id, why in (("n2", "no K×K"), ("n1", "reads 1 channel,"), ("n3", "does not work yet")):
        with pytest.raises(NetworkError, match=why):
            reduction_before(net, node_id, shapes[node_id])
    with pytest.raises(NetworkError, match="has no input"):
        reduction_before(net.disconnect("n2", "n3"), "n3", ())


kernels = st.tuples(st.integers(1, 5), st.integers(1, 5)).filter(lambda kernel: kernel != (1, 1))


@given(
    channels=st.integers(2, 40),
    out=st.integers(1, 40),
    kernel=kernels,
    stride=st.integers(1, 3),
    groups=st.sampled_from([1, 1, 2, 3]),
    kind=st.sampled_from(["Conv2d", "ConvTranspose2d"]),
    bias=st.booleans(),
    activation=st.booleans(),
    data=st.data(),
)
def test_what_is_foretold_is_what_the_analysis_counts(
    channels: int, out: int, kernel: tuple[int, int], stride: int, groups: int, kind: str, bias: bool,
    activation: bool, data: st.DataObject,
) -> None:  # fmt: skip
    layer = make(
        kind, out_channels=out * groups, kernel_size=kernel, stride=(stride, stride), groups=groups, bias=bias
    )
    net = chain(layer, shape=(channels * groups, 9, 7))
    if analyze(net).problems:
        return
    one = reduction_before(net, "n1", analyze(net).layers["n1"].input_shapes)
    width = data.draw(st.integers(1, channels)) * groups
    before, after = one.before, one.after(width)
    inserted = net
    for part in reducing_layers(one, width, activation=activation):
        source = inserted["n1"].inputs[0]
        inserted = inserted.insert_on_edge(Node(id=inserted.new_id(part.kind), layer=part), (source, "n1"))
    assert len(inserted) == len(net) + 1 + activation
    for counted, foretold in ((analyze(net), before), (analyze(inserted), after)):
        assert not counted.problems
        assert counted.totals.parameters == foretold.parameters
        assert counted.totals.macs == foretold.macs
    saves_weights = after.parameters - bias * width < before.parameters
    assert saves_weights == (width < one.break_even)
    assert (after.macs < before.macs) == (width < one.macs_break_even)
    assert analyze(inserted).layers["n1"].output_shape == analyze(net).layers["n1"].output_shape
