"""What figures claim, derived from the network a second way, for every preset."""

import re
from collections import Counter

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layout.collapsed_view import visible_cards
from engine.shapes import shape_text
from gui.figures.drawing.drawing import Text
from gui.figures.figure import Subject, make_figure
from gui.figures.flow.folding import folded
from gui.figures.sketch import sketch
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.styles.configuration import weight_layers
from gui.figures.text.naming import phrase
from gui.look.theme import PALETTES

SHAPE = re.compile(r"\d+×\d+×\d+(, \d+×\d+×\d+)*")


def texts(name: str, style: str, **options) -> list[str]:
    project = presets.load(name).project
    subject = Subject(project=project, analysis=analyze(project.network), palette=PALETTES["light"])
    drawing = make_figure(subject, STYLES[style], Options(**options)).drawing
    return [item.plain for item in drawing.items if isinstance(item, Text)]


@pytest.mark.parametrize("name", presets.preset_names())
def test_a_wire_of_the_flow_figure_says_what_flows_on_it(name: str) -> None:
    project = presets.load(name).project
    analysis, groups = analyze(project.network), project.groups
    carried: dict[str, set[str]] = {}
    for reader in project.network.order:
        for source in project.network[reader].inputs:
            if groups.card(source) != groups.card(reader):
                shape = analysis.layers[source].output_shape
                assert shape is not None
                carried.setdefault(groups.card(source), set()).add(shape_text(shape))
    wanted = {shape for shapes in carried.values() for shape in shapes if shape.count("×") == 2}
    cards = visible_cards(project.network, groups)
    assert cards.keys() >= carried.keys()
    told = {part for text in texts(name, "flow") if SHAPE.fullmatch(text) for part in text.split(", ")}
    assert wanted <= told


def test_the_skips_of_unet_carry_maps_before_pooling() -> None:
    told = Counter(texts("unet", "flow"))
    for shape in ("64×568×568", "128×280×280", "256×136×136", "512×64×64", "64×284×284"):
        assert told[shape] >= 1, shape


@pytest.mark.parametrize("name", presets.preset_names())
def test_a_bracket_holds_what_repeats_and_nothing_else(name: str) -> None:
    """No box of slabs stands for layers of a run and for others at once."""
    from gui.figures.chain.clusters import clusters

    project = presets.load(name).project
    seen = folded(sketch(project.network, analyze(project.network)))
    repeated = {symbol for run in seen.runs for symbol in run.symbols}
    for cluster in clusters(seen)[0].values():
        assert len({symbol.id in repeated for symbol in cluster.symbols}) == 1
        assert len({symbol.copies for symbol in cluster.symbols}) == 1


@pytest.mark.parametrize("name", presets.preset_names())
def test_folding_loses_and_invents_no_layer(name: str) -> None:
    project = presets.load(name).project
    whole = sketch(project.network, analyze(project.network))
    seen = folded(whole)
    assert sum(symbol.copies for symbol in seen.symbols.values()) == len(whole.symbols)


def test_stages_of_convnext_are_as_in_its_paper() -> None:
    project = presets.load("convnext_tiny").project
    seen = folded(sketch(project.network, analyze(project.network)))
    assert [run.copies for run in seen.runs] == [3, 3, 9, 3]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("alexnet", 8), ("vgg11", 11), ("vgg16", 16), ("vgg19", 19), ("resnet18", 18), ("resnet34", 34),
        ("resnet50", 50), ("resnet101", 101), ("densenet121", 121), ("convnext_tiny", 59), ("lenet5", 5),
    ],
)  # fmt: skip
def test_weight_layers_are_counted_as_papers_count_them(name: str, count: int) -> None:
    network = presets.load(name).project.network
    assert weight_layers(network) == count
    assert any(f"{count} weight layers" in text for text in texts(name, "configuration"))


@pytest.mark.parametrize("style", ["lenet", "blocks", "flow", "table"])
@pytest.mark.parametrize("name", presets.preset_names())
def test_a_run_of_several_layers_is_bracketed(name: str, style: str) -> None:
    """×N stands beside a layer that is repeated by itself, or at a bracket around all that are."""
    project = presets.load(name).project
    analysis = analyze(project.network)
    if STYLES[style].problem(project, analysis, Options(fold=True)) or (style == "flow" and project.groups):
        pytest.skip("is not drawn so")
    seen = folded(sketch(project.network, analysis, projections=style != "table"))
    told = [text for text in texts(name, style, fold=True) if re.search(r"×\d+$", text)]
    told = [text for text in told if not SHAPE.search(text) and not re.search(r"\d×\d+$", text)]
    for run in seen.runs:
        marks = [text for text in told if text.endswith(f"×{run.copies}")]
        assert marks
        if len(run.symbols) == 1:
            continue
        inner = {seen.symbols[symbol].node.label for symbol in run.symbols}
        alone = {f"{label} ×{run.copies}" for label in inner}
        others = {seen.symbols[run.symbols[0]].node.label for run in seen.runs if len(run.symbols) == 1}
        assert not alone & set(told) or inner & others


@pytest.mark.parametrize("style", [name for name in STYLES if name not in ("arithmetic", "comparison")])
def test_a_renamed_layer_keeps_its_name_and_says_what_it_is(style: str) -> None:
    # A layer that the style shows, of a network that it can draw.
    preset, layer = {"u": ("unet", "down1/conv1"), "neurons": ("alexnet", "fc6")}.get(
        style, ("alexnet", "conv1")
    )
    project = presets.load(preset).project.rename(layer, "Stem")
    analysis = analyze(project.network)
    options = Options(layer="conv1") if "layer" in STYLES[style].uses else Options()
    shapes = {node_id: report.output_shape for node_id, report in analysis.layers.items()}
    maps = {node_id: np.ones((1, *shape), np.float32) for node_id, shape in shapes.items() if shape}
    subject = Subject(project=project, analysis=analysis, palette=PALETTES["light"], maps=maps)
    items = make_figure(subject, STYLES[style], options).drawing.items
    words = [item.plain for item in items if isinstance(item, Text)]
    named = next((text for text in words if text.startswith("Stem")), None)
    assert named is not None
    kind = "Linear" if style == "neurons" else "Conv"
    assert any("11×11" in text or kind in text for text in words)


def test_inception_tells_the_channels_of_its_reductions() -> None:
    told = texts("inception_3a", "column")
    for words in ("1×1+1(S), 96", "3×3+1(S), 128", "1×1+1(S), 16", "5×5+1(S), 32"):
        assert words in told
    costs = texts("inception_3a", "column", labels=frozenset({"names", "parameters", "macs"}))
    assert all("params" in text and "MACs" in text for text in costs if " · " in text)


@pytest.mark.parametrize("style", [name for name in STYLES if name != "comparison"])
@pytest.mark.parametrize("name", ["lenet5", "alexnet", "inception_3a", "resnet18", "mobilenet_v2", "unet"])
def test_what_was_asked_for_is_kept_and_what_was_changed_is_said(name: str, style: str) -> None:
    project = presets.load(name).project
    subject = Subject(project=project, analysis=analyze(project.network), palette=PALETTES["light"])
    size = {"width_mm": 254.0, "height_mm": 142.9, "min_type_pt": 8.0}
    if STYLES[style].problem(project, subject.analysis, Options(**size)):
        pytest.skip("is not drawn so")
    figure = make_figure(subject, STYLES[style], Options(**size))
    for option in ("fold", "direction", "labels"):
        changed = getattr(figure.options, option) != getattr(Options(), option)
        word = {"fold": "folded", "direction": "the network runs", "labels": "left out"}[option]
        assert (word in figure.note) <= changed
        if option == "labels":
            assert (word in figure.note) == changed
    asked = Options(**size, explicit=frozenset({"fold", "direction", "labels"}))
    kept = make_figure(subject, STYLES[style], asked)
    assert (kept.options.fold, kept.options.direction, kept.options.labels) == (False, "", asked.labels)


PAPER = {  # He et al., CVPR 2016, table 1: (repeats, layers of a block) of conv2_x to conv5_x
    "resnet18": [(2, 2), (2, 2), (2, 2), (2, 2)],
    "resnet34": [(3, 2), (4, 2), (6, 2), (3, 2)],
    "resnet50": [(3, 3), (4, 3), (6, 3), (3, 3)],
    "resnet101": [(3, 3), (4, 3), (23, 3), (3, 3)],
}


@pytest.mark.parametrize("name", PAPER)
def test_the_configuration_of_a_residual_network_is_its_papers(name: str) -> None:
    told = [text for text in texts(name, "configuration") if text.startswith("[ ")]
    rows = [(int(re.search(r"× (\d+)", text)[1]), text.count("|") + 1) for text in told]
    assert rows == PAPER[name]


@pytest.mark.parametrize("name", presets.preset_names())
def test_the_configuration_lists_every_layer_as_often_as_it_is_there(name: str) -> None:
    from gui.figures.styles.configuration import tabulate

    project = presets.load(name).project
    analysis = analyze(project.network)
    cells = [row[1] for row in tabulate(project, analysis, Options()).rows]
    if any("more" in cell for cell in cells):
        pytest.skip("a row is too long to be told whole")
    counted: Counter[str] = Counter()
    for cell in cells:
        for run in re.finditer(r"\[ (.*?) \] × (\d+)|([^\[\];]+)", cell):
            copies, words = (int(run[2]), run[1]) if run[2] else (1, run[3])
            for word in re.split(r" \| | ‖ | → |[();]", words):
                counted[re.sub(r", [/×][\d×]+$", "", word.strip())] += copies
    for words in ("conv", "depthwise", "up-conv", "fc"):
        there = Counter(
            re.sub(r", [/×][\d×]+$", "", phrase(symbol.node, symbol.shape))
            for symbol in sketch(project.network, analysis).symbols.values()
            if symbol.layer.role != "merge" and words in phrase(symbol.node).split(", ")[0].split()
        )
        assert {key: counted[key] for key in there} == dict(there)
