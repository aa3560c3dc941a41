"""Numbers of presets that lessons and papers tell, layer by layer."""

from engine.analysis import Analysis, analyze
from engine.receptive_field import ReceptiveField
from presets import load


def numbers(name: str) -> Analysis:
    return analyze(load(name).project.network)


def field(name: str, node_id: str) -> ReceptiveField:
    found = numbers(name).layers[node_id].receptive_field
    assert found is not None
    return found


def test_a_value_of_vgg_16_after_pool5_sees_212_pixels() -> None:
    pool5 = field("vgg16", "pool5")
    assert (pool5.size, pool5.jump, pool5.start) == ((212, 212), (32, 32), (-90, -90))


def test_the_layers_of_vgg_16_have_the_published_parameters_and_macs() -> None:
    """Configuration D of table 1: 3·3·in·out + out parameters, H·W·3·3·in·out multiply–adds."""
    expected = {
        "conv1_1": ((64, 224, 224), 1_792, 86_704_128),
        "conv1_2": ((64, 224, 224), 36_928, 1_849_688_064),
        "conv2_1": ((128, 112, 112), 73_856, 924_844_032),
        "conv2_2": ((128, 112, 112), 147_584, 1_849_688_064),
        "conv3_1": ((256, 56, 56), 295_168, 924_844_032),
        "conv3_2": ((256, 56, 56), 590_080, 1_849_688_064),
        "conv3_3": ((256, 56, 56), 590_080, 1_849_688_064),
        "conv4_1": ((512, 28, 28), 1_180_160, 924_844_032),
        "conv4_2": ((512, 28, 28), 2_359_808, 1_849_688_064),
        "conv4_3": ((512, 28, 28), 2_359_808, 1_849_688_064),
        "conv5_1": ((512, 14, 14), 2_359_808, 462_422_016),
        "conv5_2": ((512, 14, 14), 2_359_808, 462_422_016),
        "conv5_3": ((512, 14, 14), 2_359_808, 462_422_016),
        "fc6": ((4096,), 102_764_544, 102_760_448),
        "fc7": ((4096,), 16_781_312, 16_777_216),
        "fc8": ((1000,), 4_097_000, 4_096_000),
    }
    layers = numbers("vgg16").layers
    found = {
        node_id: (report.output_shape, report.parameters, report.macs)
        for node_id, report in layers.items()
        if report.parameters
    }
    assert found == expected


def test_pooling_makes_the_deep_stack_see_12_pixels_and_ends_at_28() -> None:
    layers = numbers("deep_stack").layers
    ids = ("conv1", "conv2", "conv3", "conv4", "conv5", "pool", "reduce", "conv6", "conv7", "conv8", "conv9")
    sizes = [layers[node_id].output_shape for node_id in ids]
    assert [size[1] for size in sizes if size] == [398, 396, 394, 392, 390, 195, 195, 193, 191, 189, 187]
    fields = [field("deep_stack", node_id).size for node_id in ids]
    assert [size[0] for size in fields] == [3, 5, 7, 9, 11, 12, 12, 16, 20, 24, 28]


def test_inception_3a_costs_less_than_half_of_the_naive_module() -> None:
    reduced, naive = numbers("inception_3a"), numbers("inception_3a_naive")
    assert (reduced.totals.parameters, naive.totals.parameters) == (163_696, 387_296)
    assert (reduced.totals.macs, naive.totals.macs) == (128_049_152, 303_464_448)
    assert reduced.layers["concat"].output_shape == (256, 28, 28)
    assert naive.layers["concat"].output_shape == (416, 28, 28)


def test_the_5x5_branch_of_inception_3a_is_reduced_almost_tenfold() -> None:
    reduced, naive = numbers("inception_3a").layers, numbers("inception_3a_naive").layers
    assert (naive["5x5"].macs, naive["5x5"].parameters) == (120_422_400, 153_632)
    branch = [reduced["5x5_reduce"], reduced["5x5"]]
    assert [report.macs for report in branch] == [2_408_448, 10_035_200]
    assert sum(report.parameters for report in branch) == 15_920


def test_the_branches_of_inception_3a_see_between_1_and_5_pixels() -> None:
    concat = field("inception_3a", "concat")
    assert (concat.smallest, concat.size) == ((1, 1), (5, 5))
