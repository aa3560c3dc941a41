"""The small networks of the lessons have the numbers that the lessons tell."""

from collections.abc import Mapping

from engine.analysis.analyze import LayerReport, analyze
from presets import load


def layers(name: str) -> Mapping[str, LayerReport]:
    return analyze(load(name).project.network).layers


def test_after_a_pooling_a_1x1_has_nine_times_fewer_weights_than_a_3x3() -> None:
    found = layers("after_pool")
    assert found["reduce_3x3"].parameters == 147_456
    assert found["reduce_1x1"].parameters == 16_384
    assert found["reduce_3x3"].macs == 9 * found["reduce_1x1"].macs


def test_scaling_one_channel_takes_one_weight_and_a_colour_matrix_nine() -> None:
    assert layers("channel_scaling")["scale"].parameters == 1
    assert layers("channel_scaling")["scale"].macs == 16
    assert layers("colour_matrix")["matrix"].parameters == 9


def test_50_channels_to_20_take_40_million_multiplications() -> None:
    reduce = layers("dimension_reduction")["reduce"]
    assert (reduce.parameters, reduce.macs) == (1_000 + 20, 40_000_000)
    assert reduce.output_shape == (20, 200, 200)
    assert reduce.receptive_field is not None
    assert reduce.receptive_field.size == (1, 1)


def test_1x1_changes_the_depth_and_pooling_the_size() -> None:
    found = layers("up_and_down")
    shapes = [found[node_id].output_shape for node_id in ("fewer_relu", "equal_relu", "more_relu", "pool")]
    assert shapes == [(32, 28, 28), (192, 28, 28), (256, 28, 28), (192, 14, 14)]


def test_ten_maps_become_four_and_a_thousand_ten() -> None:
    assert layers("ten_to_four")["mix"].output_shape == (4, 28, 28)
    assert layers("information")["squeeze"].output_shape == (10, 28, 28)
    assert layers("information")["restore"].output_shape == (1000, 28, 28)


def test_a_bottleneck_makes_the_branch_of_3a_nine_times_cheaper() -> None:
    found = layers("bottleneck_3a")
    assert (found["5x5_direct"].macs, found["5x5_direct"].parameters) == (120_422_400, 153_632)
    assert (found["5x5_reduce"].macs, found["5x5"].macs) == (2_408_448, 10_035_200)
    assert found["5x5_reduce"].parameters + found["5x5"].parameters == 15_920


def test_a_bottleneck_makes_the_branch_of_4a_twenty_times_cheaper() -> None:
    found = layers("bottleneck_4a")
    assert found["5x5_direct"].macs == 112_896_000
    assert (found["5x5_reduce"].macs, found["5x5"].macs) == (1_505_280, 3_763_200)


def test_5x5_has_25_times_the_weights_of_1x1_but_not_of_its_parameters() -> None:
    found = layers("one_over_25")
    assert (found["5x5"].parameters, found["1x1"].parameters) == (153_632, 6_176)
    assert found["5x5"].macs == 25 * found["1x1"].macs


def test_padding_stride_and_dilation_give_the_sizes_told() -> None:
    sizes = {node_id: report.output_shape for node_id, report in layers("padding_stride").items()}
    assert sizes == {
        "input": (1, 28, 28),
        "same": (1, 28, 28),
        "valid": (1, 26, 26),
        "valid_stride_2": (1, 13, 13),
        "same_stride_2": (1, 14, 14),
        "full": (1, 30, 30),
        "uneven": (1, 28, 27),
        "dilated": (1, 24, 24),
        "transposed": (1, 57, 57),
    }


def test_same_with_stride_2_pads_one_row_after_and_none_before() -> None:
    window = load("padding_stride").project.network["same_stride_2"].layer.window
    assert window is not None
    assert window.pads((28, 28)) == ((0, 1), (0, 1))


def test_32_then_64_then_128_filters_are_10336_kernels() -> None:
    widths = {"conv1": 32, "conv2": 64, "conv3": 128}
    found = layers("how_many_maps")
    weights = [found[node_id].parameters - width for node_id, width in widths.items()]
    assert sum(weights) / 9 == 3 * 32 + 32 * 64 + 64 * 128 == 10_336


def test_a_strided_1x1_steps_over_what_it_does_not_see() -> None:
    found = layers("strided_1x1")
    for node_id, size in (("strided_1x1", 1), ("strided_3x3", 3)):
        field = found[node_id].receptive_field
        assert field is not None
        assert (field.size, field.jump) == ((size, size), (2, 2))


def test_pooling_with_stride_1_keeps_the_size_for_the_projection() -> None:
    found = layers("pool_then_project")
    assert found["pool"].output_shape == (192, 28, 28)
    assert found["project"].output_shape == (32, 28, 28)


def test_the_1x1_of_an_mlpconv_sees_no_more_than_its_first_kernel() -> None:
    found = layers("network_in_network")
    for node_id in ("conv1", "cccp1_1", "cccp1_2"):
        field = found[node_id].receptive_field
        assert field is not None
        assert field.size == (5, 5)


def test_dense_layers_and_their_convolutions_have_the_same_parameters() -> None:
    found = layers("fully_connected")
    assert found["dense1"].parameters == found["head1"].parameters == 401_536
    assert found["dense2"].parameters == found["head2"].parameters == 1_290
    assert found["head2"].output_shape == (10, 1, 1)
