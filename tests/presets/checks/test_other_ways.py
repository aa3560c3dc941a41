"""Other ways than the lesson's own: right ones are accepted, wrong ones refused, and told what is missing."""

from dataclasses import replace

import pytest

from engine.analysis.analyze import analyze
from engine.edits.dense_layers import as_convolutions
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.layers import Layer, layer_kinds
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from engine.shapes import Padding
from presets.challenges import challenges
from presets.editing import append, changed, conv, fitted
from presets.lesson import UNKNOWN, Lesson, Maps, State, numbers
from presets.lessons import lesson


def is_done(one: Lesson, step: int, project: Project, maps: Maps | None = None) -> bool:
    task = one.steps[step].task
    assert task is not None
    return task.done(project, analyze(project.network), maps or {})


def missing(one: Lesson, step: int, project: Project) -> tuple[str, ...]:
    task = one.steps[step].task
    assert task is not None
    assert task.missing is not None
    found = task.missing(project, analyze(project.network))
    assert is_done(one, step, project) == (not found)
    return found


def told(one: Lesson, step: int, project: Project, maps: Maps | None = None) -> dict[str, str]:
    return numbers(one.steps[step], State(project, analyze(project.network), maps or {}))


def computed(project: Project) -> Maps:
    executor = Executor()
    results = executor.run(project.network, open_image(project.image), seed=project.seed)
    maps = {result.node_id: result.map for result in results}
    executor.close()
    return maps


@pytest.mark.parametrize(("name", "macs"), [("bottleneck-3a", "12,443,648"), ("bottleneck-4a", "5,268,480")])
def test_reduce_first_is_a_way_to_the_bottleneck(name: str, macs: str) -> None:
    one = lesson(name)
    start = one.start()
    reduced = start.insert_on_edge(conv(16, 1), ("input", "5x5_direct"), (0.0, 0.0))
    assert is_done(one, 0, reduced)
    numbers_ = told(one, 0, reduced)
    assert numbers_["macs_squeeze_expand"] == macs
    assert UNKNOWN not in numbers_.values()
    wide = changed(reduced, reduced.network["5x5_direct"].inputs[0], out_channels=400)
    assert is_done(one, 2, wide)
    direct = told(one, 0, start)["macs_direct"]
    assert told(one, 2, wide)["macs_direct"] == direct


def test_a_bottleneck_says_what_is_missing() -> None:
    one = lesson("bottleneck-3a")
    start = one.start()
    assert missing(one, 0, start) == ("a *Conv 1×1* that reads from the *Input*",)
    wide = append(start, conv(64, 1), after="input")
    assert missing(one, 0, wide) == (
        "*Conv 1×1 · 64* has 64 channels, wanted 16",
        "a *Conv 5×5* after the *Conv 1×1*",
    )
    other = append(start, conv(16, 1), conv(48, 5), after="input")
    assert missing(one, 0, other) == ("*Conv 5×5 · 48* has 48 channels, wanted 32",)
    small = append(start, conv(16, 1), conv(32, 5, padding="valid"), after="input")
    assert missing(one, 0, small) == (
        "*Conv 5×5 · 32* makes maps of 24 rows, wanted 28",
        "*Conv 5×5 · 32* makes maps of 24 columns, wanted 28",
    )


def test_an_mlpconv_needs_a_relu_in_between_and_32_channels() -> None:
    one = lesson("network-in-network")
    start = one.start()
    assert is_done(one, 0, append(start, conv(32, 1), ReLU(), conv(32, 1), ReLU()))
    linear = append(start, conv(32, 1), ReLU(), conv(32, 1), ReLU(), after="conv1")
    assert missing(one, 0, linear) == ("a ReLU before the first 1×1: without it the two are one linear map",)
    wide = append(start, conv(32, 1), ReLU(), conv(64, 1), ReLU())
    assert "has 64 channels, wanted 32" in missing(one, 0, wide)[0]


def test_explicit_padding_is_not_same() -> None:
    one = lesson("padding-stride")
    before = changed(one.start(), "conv", stride=(2, 2), padding=Padding.of(1))
    step = next(index for index, step in enumerate(one.steps) if step.task and "*same*" in step.task.text)
    assert not is_done(one, step, before)
    assert is_done(one, step, changed(before, "conv", padding=Padding.of("same")))


def test_the_programs_own_conversion_is_a_way_to_the_convolutional_head() -> None:
    one = lesson("fully-connected")
    start = one.start()
    converted = start.with_network(as_convolutions(start.network, "dense1").network)
    maps = computed(converted)
    assert is_done(one, 0, converted, maps)
    said = told(one, 0, converted, maps)
    assert (said["conv1"], said["conv2"]) == ("401,536", "1,290")
    assert "10⁻" in said["apart"] or said["apart"] == "0"
    task = one.steps[1].task
    assert task is not None
    wide = task.solution(converted)
    assert is_done(one, 1, wide)
    assert "dense1_relu" in wide.network, "the ReLU of the converted head stays"


@pytest.mark.slow
def test_pca_of_one_layer_alone_does_not_claim_a_way_back_that_is_not_there() -> None:
    one = lesson("information")
    project = fitted(one.start(), ("squeeze",), "pca")
    maps = computed(project)
    assert is_done(one, 0, project, maps)
    said = told(one, 0, project, maps)
    assert 90 < float(said["restored"].split("\u00a0")[0]) < 95


SKIPPING = (
    layer_kinds()["MaxPool2d"](kernel_size=(1, 1), stride=(2, 2)),
    layer_kinds()["AvgPool2d"](kernel_size=(1, 1), stride=(2, 2)),
    layer_kinds()["Conv2d"](out_channels=64, kernel_size=(1, 1), stride=(2, 2)),
    layer_kinds()["DepthwiseConv2d"](kernel_size=(1, 1), stride=(2, 2)),
    layer_kinds()["Conv2d"](
        out_channels=64, kernel_size=(3, 3), stride=(2, 2), dilation=(2, 2), padding=Padding.of("same")
    ),
)


@pytest.mark.parametrize("layer", SKIPPING, ids=lambda layer: f"{layer.label} {layer.detail}")
def test_stepping_over_pixels_is_seen_whatever_does_it(layer: Layer) -> None:
    halve = next(one for one in challenges() if one.id == "halve")
    project = append(halve.start(), layer, conv(128, 1))
    analysis = analyze(project.network)
    reads = next(goal for goal in halve.goals if goal.text == "Every position is read")
    assert not reads.met(project, analysis)
    assert reads.now(project, analysis) == "1 skipping"
    assert reads.met(halve.solution(halve.start()), analyze(halve.solution(halve.start()).network))


def test_a_tenth_is_a_tenth() -> None:
    tenth = next(one for one in challenges() if one.id == "a-tenth")
    direct = append(tenth.start(), conv(32, 5))
    most = analyze(direct.network).totals.macs // 10
    solved = tenth.solution(tenth.start())
    assert analyze(solved.network).totals.macs <= most
    sixteen = replace(append(tenth.start(), conv(16, 1), conv(32, 5)))
    assert not all(tenth.met(sixteen, analyze(sixteen.network)))
