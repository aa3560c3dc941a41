"""A figure of some layers: their own numbers, what comes in from outside, nothing of the rest."""

from dataclasses import replace
from functools import cache

import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.errors import FormatError
from engine.model.figure_notes import FigureNote
from engine.model.project import Project
from gui.figures.composed.excerpt import excerpt
from gui.figures.drawing.drawing import Drawing, Text
from gui.figures.figure import Subject, make_figure
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import LIGHT

OF_NETWORKS = [name for name, style in STYLES.items() if style.is_of_network]


@cache
def loaded(name: str) -> tuple[Project, Analysis]:
    project = presets.load(name).project
    return project, analyze(project.network)


def drawn(name: str, style: str, *notes: FigureNote, **options) -> Drawing:
    project, analysis = loaded(name)
    subject = Subject(project=replace(project, figure_notes=notes), analysis=analysis, palette=LIGHT)
    return make_figure(subject, STYLES[style], Options(**options)).drawing


def words(drawing: Drawing) -> str:
    return "\n".join(item.plain for item in drawing.items if isinstance(item, Text))


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "unet", "lenet5", "densenet121"])
def test_a_part_keeps_the_numbers_that_its_layers_have_in_the_whole(name: str) -> None:
    project, analysis = loaded(name)
    order = project.network.order
    for ids in (order[:1], order[3:9], order[::7], order):
        part, numbers = excerpt(project, analysis, ids)
        outside = {s for one in ids for s in project.network[one].inputs if s not in ids}
        assert set(part.network.nodes) == set(ids) | outside
        for one in ids:
            assert numbers.layers[one] is analysis.layers[one]
            assert part.network[one].inputs == project.network[one].inputs
        assert numbers.totals.parameters == sum(analysis.layers[one].parameters for one in ids)
        assert numbers.totals.macs == sum(analysis.layers[one].macs for one in ids)
        for one in outside:
            assert part.network[one].layer.is_input
            assert numbers.layers[one].output_shape == analysis.layers[one].output_shape


@pytest.mark.parametrize("style", OF_NETWORKS)
def test_a_figure_of_some_layers_draws_them_and_no_others(style: str) -> None:
    name = "unet" if style == "u" else "alexnet"
    project, _ = loaded(name)
    order = project.network.order
    only = order if style == "u" else order[-8:] if style == "neurons" else order[4:12]
    drawing = drawn(name, style, only=only)
    around = {source for one in only for source in project.network[one].inputs}
    parts = {item.part for item in drawing.items if item.part}
    assert parts <= {*only, *around}
    if style != "configuration":
        assert parts & set(only)
    if len(only) < len(order):
        assert drawing.title == f"Part of {project.title}"
        assert drawn(name, style).items != drawing.items


def test_a_block_alone_keeps_its_shortcut() -> None:
    project, _ = loaded("resnet18")
    drawing = drawn("resnet18", "column", only=project.groups.nodes("conv3_2"))
    assert "from conv3_1" in words(drawing)
    assert "input 128×28×28" in words(drawing)
    skips = [
        i for i in drawing.items if i.wire is not None and i.wire.edges[-1] == ("conv3_1/relu", "conv3_2/add")
    ]
    assert skips


def test_styles_that_need_a_chain_draw_a_chain_out_of_a_network_that_is_none() -> None:
    with pytest.raises(FormatError, match="cannot draw branches"):
        drawn("resnet18", "blocks")
    drawing = drawn("resnet18", "blocks", only=("input", "conv1", "conv1_bn", "conv1_relu", "pool1"))
    assert {item.part for item in drawing.items if item.part} == {"input", "conv1", "pool1"}


def test_groups_that_are_cut_through_are_not_shown_as_groups() -> None:
    project, analysis = loaded("resnet18")
    nodes = project.groups.nodes("conv3_2")
    assert not excerpt(project, analysis, nodes[:4])[0].groups
    both = (*project.groups.nodes("conv3_1"), *nodes)
    assert list(excerpt(project, analysis, both)[0].groups) == ["conv3_1", "conv3_2"]


def test_notes_about_what_is_not_shown_are_left_out_and_not_called_lost() -> None:
    project, analysis = loaded("alexnet")
    notes = (
        FigureNote(kind="label", nodes=("conv1",), text="first"),
        FigureNote(kind="dim", nodes=("conv3",)),
    )
    subject = Subject(project=replace(project, figure_notes=notes), analysis=analysis, palette=LIGHT)
    figure = make_figure(subject, STYLES["column"], Options(only=("conv2", "conv3")))
    assert not figure.note
    assert "first" not in words(figure.drawing)


@pytest.mark.parametrize("style", [name for name in STYLES if name not in OF_NETWORKS])
def test_styles_of_one_layer_refuse_a_part_in_words(style: str) -> None:
    project, analysis = loaded("lenet5")
    subject = Subject(project=project, analysis=analysis, palette=LIGHT)
    for options in (Options(only=("c1",)), Options(opened="group_1")):
        with pytest.raises(FormatError, match=f"the style {style} shows no part of a network"):
            make_figure(subject, STYLES[style], options)
