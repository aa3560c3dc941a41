"""One output value taken apart: it adds up to what the layer computed."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.attribution.values.arithmetic import take_apart
from engine.errors import ShapeError, UnsupportedLayer
from engine.execution.executor import Executor
from engine.execution.measured.measured_network import measured_network
from engine.layers import Layer, layer_kinds
from engine.layers.arithmetic import Arithmetic
from engine.shapes import Padding
from tests.engine.small_networks import chain, conv, graph, make, means, pool, transposed, windows


def taken_apart(layer: Layer, *shapes: tuple[int, ...], at: tuple[int, ...], seed: int = 0) -> Arithmetic:
    """Of random inputs and parameters; checked against the layer's own value."""
    random = np.random.default_rng(seed)
    inputs = [random.standard_normal((1, *shape), dtype=np.float32) for shape in shapes]
    params = {
        name: np.abs(random.standard_normal(shape, dtype=np.float32)) + np.float32(0.1)
        for name, shape in layer.param_shapes(*shapes).items()
    }
    made = take_apart(layer, inputs, params, at)
    assert made.value == pytest.approx(layer.forward(inputs, params)[(0, *at)], rel=2e-4, abs=2e-4)
    return made


def test_a_convolution_is_patch_times_kernel_plus_bias() -> None:
    x = np.arange(1, 17, dtype=np.float32).reshape(1, 1, 4, 4)
    params = {"weight": np.ones((1, 1, 3, 3), np.float32), "bias": np.array([0.5], np.float32)}
    made = take_apart(conv(1), [x], params, (0, 0, 0))
    assert made.patch[0].tolist() == [[0, 0, 0], [0, 1, 2], [0, 5, 6]]
    assert (made.rows, made.columns) == ((-1, 0, 1), (-1, 0, 1))
    assert made.inside.tolist() == [[False] * 3, [False, True, True], [False, True, True]]
    assert made.channel_sums.tolist() == [14.0]
    assert made.value == 14.5


def test_a_one_by_one_convolution_is_the_depth_column_times_a_row_of_the_matrix() -> None:
    made = taken_apart(conv(5, 1), (7, 4, 4), at=(3, 2, 1))
    assert made.kernel is not None
    assert made.patch.shape == made.kernel.shape == (7, 1, 1)
    assert (made.rows, made.columns) == ((2,), (1,))


def test_groups_read_their_own_channels() -> None:
    made = taken_apart(conv(6, 3, groups=3), (12, 5, 5), at=(4, 1, 1))
    assert made.channels == (8, 9, 10, 11)


def test_a_depthwise_convolution_reads_one_channel() -> None:
    made = taken_apart(make("DepthwiseConv2d", multiplier=2), (4, 5, 5), at=(5, 0, 0))
    assert made.channels == (2,)


def test_the_largest_of_a_window_is_no_sum() -> None:
    made = taken_apart(pool(3, 2, padding=1), (2, 6, 6), at=(1, 0, 0))
    assert made.operation == "max"
    assert made.kernel is None
    assert np.isneginf(made.patch[0, 0]).all()


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("ceil_mode", [True, False])
def test_a_mean_divides_by_what_it_counts(counted: bool, ceil_mode: bool) -> None:
    layer = pool(3, 2, "AvgPool2d", padding=[1, 0, 1, 1], count_include_pad=counted, ceil_mode=ceil_mode)
    shape = layer.output_shape((2, 7, 8))
    for row in range(shape[1]):
        for column in range(shape[2]):
            taken_apart(layer, (2, 7, 8), at=(1, row, column))
    assert taken_apart(layer, (2, 7, 8), at=(0, 0, 0)).divisor == (9 if counted else 4)


@pytest.mark.parametrize("layer", [make("GlobalAvgPool2d"), make("AdaptiveAvgPool2d", output_size=(3, 2))])
def test_means_over_parts_of_the_map(layer: Layer) -> None:
    shape = layer.output_shape((2, 7, 5))
    for row in range(shape[1]):
        for column in range(shape[2]):
            taken_apart(layer, (2, 7, 5), at=(1, row, column))


def test_a_dense_layer_reads_every_feature() -> None:
    made = taken_apart(make("Linear", out_features=4), (9,), at=(2,))
    assert made.channels == tuple(range(9))
    assert made.products.shape == (9, 1, 1)


def test_a_normalisation_is_its_folded_product_and_sum() -> None:
    made = taken_apart(make("BatchNorm2d"), (3, 4, 4), at=(2, 1, 3))
    assert made.patch.shape == (1, 1, 1)


def test_a_sum_of_branches_has_no_kernel() -> None:
    made = taken_apart(make("Add"), (2, 3, 3), (2, 3, 3), (2, 3, 3), at=(1, 2, 0))
    assert made.kernel is None
    assert made.channels == (0, 1, 2)


@given(st.one_of(windows, means, transposed), st.randoms(use_true_random=False), st.integers(0, 99))
def test_any_window_adds_up_to_the_layers_own_value(layer: Layer, random: Any, seed: int) -> None:
    shape = layer.output_shape((3, 13, 12))
    taken_apart(layer, (3, 13, 12), at=tuple(random.randrange(size) for size in shape), seed=seed)


@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(0, 99))
def test_a_grouped_transposed_convolution_adds_up(groups: int, kernel: int, stride: int, seed: int) -> None:
    layer = make(
        "ConvTranspose2d",
        out_channels=2 * groups,
        kernel_size=(kernel, 3),
        stride=(stride, 2),
        padding=Padding.of([0, 1, 1, 0]),
        dilation=(1, 2),
        groups=groups,
    )
    shape = layer.output_shape((groups * 2, 4, 5))
    for row in range(shape[1]):
        taken_apart(layer, (groups * 2, 4, 5), at=(2 * groups - 1, row, shape[2] // 2), seed=seed)


def test_a_place_outside_and_the_photograph_itself_are_refused() -> None:
    x = np.zeros((1, 2, 4, 4), np.float32)
    with pytest.raises(ShapeError, match="outside"):
        take_apart(pool(), [x], {}, (0, 2, 0))
    with pytest.raises(UnsupportedLayer, match="Input"):
        take_apart(make("Input", shape=(2, 4, 4)), [], {}, (0, 0, 0))
    able = {kind for kind, cls in layer_kinds().items() if cls().can_be_taken_apart}
    assert set(layer_kinds()) - able == {"Input", "Foreign"}


def check_against_the_executor(layer: Layer, shape: tuple[int, int, int], seed: int, random: Any) -> None:
    """A 1×1 convolution makes the maps that the layer reads; the executor runs both, with all its tricks."""
    network = chain(conv(shape[0], 1), layer, shape=(3, *shape[1:]))
    photograph = np.random.default_rng(seed).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    maps = {result.node_id: result.map for result in Executor().run(network, photograph, seed=seed)}
    node = measured_network(network, seed)["n2"]
    params = node.weights.parameters("n2", layer, (shape,), seed)
    for _ in range(4):
        at = tuple(random.randrange(size) for size in maps["n2"].shape[1:])
        made = take_apart(layer, [maps["n1"]], params, at)
        size = float(np.abs(made.products[np.isfinite(made.products)]).sum()) / made.divisor
        # Winograd's transforms round a little more than a plain sum: 3e-6 of what is added up.
        assert made.value == pytest.approx(maps["n2"][(0, *at)], rel=2e-5, abs=3e-6 * size + 1e-7)


@settings(max_examples=60)
@given(st.one_of(windows, means, transposed), st.integers(0, 9), st.randoms(use_true_random=False))
def test_every_window_agrees_with_the_executor(layer: Layer, seed: int, random: Any) -> None:
    check_against_the_executor(layer, (6, 13, 12), seed, random)


@pytest.mark.parametrize(
    "layer",
    [
        conv(16, 3),
        conv(16, 3, groups=4),
        conv(24, 1),
        conv(12, 5, 2, dilation=(2, 1)),
        make("DepthwiseConv2d", multiplier=2),
        make("BatchNorm2d"),
        make("GlobalAvgPool2d"),
        make("AdaptiveAvgPool2d", output_size=(3, 4)),
        make("ConvTranspose2d", out_channels=8, groups=4, kernel_size=(3, 3)),
        make("Upsample", mode="bilinear"),
        make("Upsample", mode="bilinear", align_corners=True, scale_factor=(3, 2)),
        make("Upsample"),
        make("Resize", mode="cubic", size=(13, 27)),
        make("Scale"),
        make("GroupNorm", num_groups=4),
        make("InstanceNorm2d", affine=True),
        make("LayerNorm"),
        make("LocalResponseNorm", alpha=0.5),
        make("Softmax"),
        make("LogSoftmax"),
        make("PixelShuffle"),
        make("ChannelShuffle", groups=4),
        make("Pad", value=2.0),
        make("Pad", mode="reflect", top=3),
        make("Crop", top=2, left=1, height=5, width=7),
        make("Slice", start=3, stop=9),
        make("Flatten"),
        make("PReLU"),
        make("GELU"),
    ],
    ids=lambda layer: layer.kind,
)
def test_every_kind_agrees_with_the_executor(layer: Layer) -> None:
    check_against_the_executor(layer, (16, 20, 20), 3, np_random())


def np_random() -> Any:
    import random

    return random.Random(5)


def test_sums_and_dense_layers_agree_with_the_executor() -> None:
    net = graph(
        (3, 9, 9),
        a=(conv(8), "input"),
        b=(conv(8, 1), "input"),
        c=(make("Add"), "a", "b"),
        d=(make("Flatten"), "c"),
        e=(make("Linear", out_features=5), "d"),
    )
    photograph = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    maps = {result.node_id: result.map for result in Executor().run(net, photograph)}
    added = take_apart(net["c"].layer, [maps["a"], maps["b"]], {}, (3, 4, 5))
    assert added.value == pytest.approx(maps["c"][0, 3, 4, 5], rel=1e-6)
    params = net["e"].weights.parameters("e", net["e"].layer, ((648,),), 0)
    dense = take_apart(net["e"].layer, [maps["d"]], params, (2,))
    assert dense.value == pytest.approx(maps["e"][0, 2], rel=1e-5)


@pytest.mark.parametrize("kind", ["Multiply", "Subtract", "Divide", "Maximum", "Minimum", "Mean", "Concat"])
def test_joins_agree_with_the_executor(kind: str) -> None:
    net = graph((3, 6, 7), a=(conv(4), "input"), b=(conv(4, 1), "input"), c=(make(kind), "a", "b"))
    photograph = np.random.default_rng(1).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    maps = {result.node_id: result.map for result in Executor().run(net, photograph)}
    for at in np.ndindex(maps["c"].shape[1:]):
        made = take_apart(net["c"].layer, [maps["a"], maps["b"]], {}, at)
        assert made.value == pytest.approx(maps["c"][(0, *at)], rel=1e-6)
        assert made.steps[-1].running == made.value
    if kind == "Concat":
        made = take_apart(net["c"].layer, [maps["a"], maps["b"]], {}, (6, 1, 2))
        assert (made.source, made.channels, made.rows, made.columns) == (1, (2,), (1,), (2,))
        assert made.steps[0].what == "x₁[2, 1, 2]"


def test_a_gate_is_read_at_its_only_place() -> None:
    x = np.arange(24, dtype=np.float32).reshape(1, 2, 3, 4)
    gate = np.array([3, 5], np.float32).reshape(1, 2, 1, 1)
    made = take_apart(make("Multiply"), [gate, x], {}, (1, 2, 3))
    assert (made.value, made.rows, made.columns) == (115, (0,), (0,))


def test_softmax_is_shown_step_by_step() -> None:
    made = take_apart(make("Softmax"), [np.log(np.array([[1, 2, 5]], np.float32))], {}, (1,))
    assert made.value == pytest.approx(0.25)
    assert [step.what for step in made.steps] == ["x", "− the largest of all", "exp", "÷ Σ exp of all 3"]
