"""Numbers of presets that lessons and papers tell, layer by layer."""

from collections.abc import Callable

import pytest

from engine.analysis.analyze import Analysis, analyze
from engine.analysis.receptive_field import ReceptiveField
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


def parts(name: str, part_of: Callable[[str], str]) -> dict[str, tuple[int, int]]:
    """(parameters, MACs) summed over the nodes of each part that has any parameters."""
    found: dict[str, tuple[int, int]] = {}
    for node_id, report in numbers(name).layers.items():
        parameters, macs = found.get(part_of(node_id), (0, 0))
        found[part_of(node_id)] = (parameters + report.parameters, macs + report.macs)
    return {part: costs for part, costs in found.items() if costs[0]}


def test_the_stages_of_resnet_50_have_the_published_parameters() -> None:
    """Weights of 1×1, 3×3, 1×1 and batch normalisation, as in torchvision's layer1 to layer4."""
    stages = parts("resnet50", lambda node_id: node_id[:5])
    assert {stage: costs[0] for stage, costs in stages.items()} == {
        "conv1": 9_408 + 128,
        "conv2": 215_808,
        "conv3": 1_219_584,
        "conv4": 7_098_368,
        "conv5": 14_964_736,
        "fc": 2_049_000,
    }


def test_the_stages_of_resnet_50_have_the_sizes_of_table_1() -> None:
    layers = numbers("resnet50").layers
    shapes = [
        layers[f"conv{stage}_{last}/relu"].output_shape for stage, last in ((2, 3), (3, 4), (4, 6), (5, 3))
    ]
    assert shapes == [(256, 56, 56), (512, 28, 28), (1024, 14, 14), (2048, 7, 7)]
    assert layers["conv1"].output_shape == (64, 112, 112)


def test_the_stride_in_the_first_1x1_saves_a_tenth_of_three_stages_and_widens_the_field() -> None:
    v1, v1_5 = (parts(name, lambda node_id: node_id[:5]) for name in ("resnet50_v1", "resnet50"))
    saved = {stage: v1_5[stage][1] - v1[stage][1] for stage in v1}
    # One 1×1 on the halved map instead of the full one: c·c·(s² − (s/2)²) with c twice as wide coming in.
    assert saved == {
        "conv1": 0, "conv2": 0, "conv3": 77_070_336, "conv4": 77_070_336, "conv5": 77_070_336, "fc": 0,
    }  # fmt: skip
    assert sum(costs[1] for costs in v1.values()) == 3_857_973_248
    assert sum(costs[1] for costs in v1_5.values()) == 4_089_184_256
    assert field("resnet50_v1", "conv5_3/relu").size == (483, 483)
    assert field("resnet50", "conv5_3/relu").size == (427, 427)


def test_the_modules_of_googlenet_have_the_operations_of_table_1() -> None:
    """In millions, cut or rounded. Module 5a says 54 there; with the channels of its own row it has 51."""
    published = {"3a": 128, "3b": 304, "4a": 73, "4b": 88, "4c": 100, "4d": 119, "4e": 170, "5b": 71}
    found = parts("googlenet", lambda node_id: node_id.split("/")[0])
    for module, millions in published.items():
        assert found[f"inception_{module}"][1] / 1e6 == pytest.approx(millions, abs=1), module
    assert found["inception_5a"][1] == 51_079_168
    assert found["fc"] == (1_025_000, 1_024_000)


def test_the_modules_of_googlenet_have_the_sizes_of_table_1() -> None:
    layers = numbers("googlenet").layers
    depths = {
        "3a": 256, "3b": 480, "4a": 512, "4b": 512, "4c": 512, "4d": 528, "4e": 832, "5a": 832, "5b": 1024,
    }  # fmt: skip
    for module, depth in depths.items():
        size = {"3": 28, "4": 14, "5": 7}[module[0]]
        assert layers[f"inception_{module}/concat"].output_shape == (depth, size, size)


def test_the_layers_of_googlenet_have_the_parameters_of_the_caffe_model() -> None:
    found = parts("googlenet", lambda node_id: node_id.split("/")[0])
    assert {part: costs[0] for part, costs in found.items()} == {
        "conv1": 9_472, "conv2_reduce": 4_160, "conv2": 110_784,
        "inception_3a": 163_696, "inception_3b": 388_736,
        "inception_4a": 376_176, "inception_4b": 449_160, "inception_4c": 510_104,
        "inception_4d": 605_376, "inception_4e": 868_352,
        "inception_5a": 1_043_456, "inception_5b": 1_444_080, "fc": 1_025_000,
    }  # fmt: skip


def test_95_of_100_multiplications_of_mobilenet_are_in_1x1_convolutions() -> None:
    network = load("mobilenet_v1").project.network
    analysis = analyze(network)
    pointwise = sum(
        report.macs
        for node_id, report in analysis.layers.items()
        if network[node_id].layer.role == "pointwise"
    )
    assert 100 * pointwise / analysis.totals.macs == pytest.approx(94.86, abs=0.005)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("alexnet_2012", 195),
        ("vgg16", 212),
        ("mobilenet_v1", 315),
        ("resnet50_v1", 483),
        ("inception_v3", 1311),
    ],
)
def test_the_receptive_fields_are_those_published(name: str, size: int) -> None:
    """Araujo, Norris & Sim, Distill 2019, the table of well-known networks; all have a stride of 32."""
    found = numbers(name).totals.receptive_field
    assert found is not None
    assert (found.size, found.jump) == ((size, size), (32, 32))


def test_squeeze_and_excitation_sees_the_whole_photograph() -> None:
    gate = field("mobilenet_v3_small", "block1/se/scale")
    assert gate.whole_input


def test_a_branch_that_pools_an_even_map_with_same_padding_is_not_aligned() -> None:
    """Xception's 74×74 map: the pooling is centred on odd positions, the strided 1×1 on even ones."""
    assert numbers("xception").layers["block2/add"].output_shape == (128, 74, 74)
    assert field("xception", "block2/add").aligned
    assert not field("xception", "block3/add").aligned


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
