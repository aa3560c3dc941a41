"""Notes on wires and groups: in every style that draws them, by every writer, and told where one does not."""

import io
import re
import zipfile
from dataclasses import replace
from functools import cache

import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.model.figure_notes import KINDS, WORDLESS, FigureNote, orphans, without_notes
from engine.model.project import Project
from gui.figures.drawing.drawing import Animation, Drawing, Item, Path, Rect, Text
from gui.figures.figure import Subject, make_figure
from gui.figures.notes.hit import Hit, hit
from gui.figures.sketch import sketch
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import LIGHT

NETWORKS = {"u": "unet", "neurons": "alexnet", "blocks": "alexnet", "lenet": "alexnet"}
WIRED = ("blocks", "column", "flow", "lenet", "neurons", "slabs", "u")
"""Styles that draw wires."""
PARTED = (*WIRED, "table")
"""Styles that draw layers one by one without having run them."""
EDGES = {"u": ("down1/conv1", "down1/conv2"), "neurons": ("fc6", "fc7"), "flow": ("conv1", "maxpool")}


@cache
def loaded(name: str) -> tuple[Project, Analysis]:
    project = presets.load(name).project
    return project, analyze(project.network)


def drawn(style: str, *notes: FigureNote, name: str = "", **options) -> Drawing:
    return figure(style, *notes, name=name, **options).drawing


def figure(style: str, *notes: FigureNote, name: str = "", **options):
    project, analysis = loaded(name or NETWORKS.get(style, "resnet18"))
    subject = Subject(project=replace(project, figure_notes=notes), analysis=analysis, palette=LIGHT)
    return make_figure(subject, STYLES[style], Options(**options))


def wires(drawing: Drawing) -> list[Item]:
    return [item for item in drawing.items if item.wire is not None]


def words(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def edge_of(style: str) -> tuple[str, str]:
    """A wire that is drawn by itself."""
    return next(
        item.wire.edges[-1] for item in wires(drawn(style)) if isinstance(item, Path) and item.wire.edges
    )


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "googlenet", "unet", "densenet121", "convnext_tiny"])
def test_every_wire_lies_in_a_symbol_or_on_links_of_the_sketch(name: str) -> None:
    project, analysis = loaded(name)
    seen = sketch(project.network, analysis)
    inside = {node.id: one for one, symbol in seen.symbols.items() for node in symbol.members}
    on_links = {edge for link in seen.links for edge in link.edges}
    for edge in project.network.edges:
        within = edge[0] in inside and inside.get(edge[1]) == inside[edge[0]]
        assert within != (edge in on_links), edge
    for link in seen.links:
        assert inside[link.edges[-1][1]] == link.target


@pytest.mark.parametrize("style", WIRED)
@pytest.mark.parametrize("options", [{}, {"width_mm": 254.0, "height_mm": 142.9, "min_type_pt": 8.0}])
def test_every_line_with_a_head_between_layers_is_a_wire_of_the_network(style: str, options: dict) -> None:
    project, _ = loaded(NETWORKS.get(style, "resnet18"))
    drawing = drawn(style, **options)
    for item in drawing.items:
        if isinstance(item, Path) and item.head != "none" and item.part:  # a legend's arrow has none
            assert item.wire is not None
        if item.wire is not None:
            assert item.part
            assert item.wire.source
            assert set(item.wire.edges) <= set(project.network.edges)
    assert wires(drawing)


@pytest.mark.parametrize("style", WIRED)
def test_a_wire_takes_every_kind_of_note_that_a_layer_takes(style: str) -> None:
    edge, plain = edge_of(style), drawn(style)

    def of_wire(drawing: Drawing) -> list[Item]:
        return [item for item in wires(drawing) if isinstance(item, Path | Rect) and edge in item.wire.edges]

    lines = [item for item in of_wire(plain) if isinstance(item, Path)]
    for kind in ("label", "line", "arrow"):
        said = drawn(style, FigureNote(kind=kind, nodes=edge, text="Skip $w_1^2$"))
        assert words(said).count("Skip w12") == 1
        assert set(words(plain)) <= set(words(said))  # no number makes room for it
    coloured = of_wire(drawn(style, FigureNote(kind="colour", nodes=edge, text="#12AB34")))
    assert {item.stroke for item in coloured if isinstance(item, Path) and item.stroke} == {"#12AB34"}
    hidden = drawn(style, FigureNote(kind="hide", nodes=edge))
    assert not [item for item in of_wire(hidden) if isinstance(item, Path)]
    assert len(hidden.items) < len(plain.items)
    dimmed = of_wire(drawn(style, FigureNote(kind="dim", nodes=edge)))
    assert [i.stroke for i in dimmed if isinstance(i, Path)] != [i.stroke for i in lines]
    other = [item for item in plain.items if item.wire is None and item.part == edge[1]]
    assert other == [i for i in drawn(style, FigureNote(kind="dim", nodes=edge)).items if i in other]


@pytest.mark.parametrize("style", ["column", "flow", "slabs", "table"])
@pytest.mark.parametrize("fold", [False, True])
def test_a_group_takes_every_kind_of_note_that_a_layer_takes(style: str, fold: bool) -> None:
    project, _ = loaded("resnet18")
    group = next(one for one in project.groups if len(project.groups.nodes(one)) > 6)
    plain = drawn(style, fold=fold)
    inside = {group, *project.groups.nodes(group)} | {
        one for one in project.groups if group in project.groups.around(one)
    }
    own = [item for item in plain.items if item.part in inside and item.wire is None]
    assert own
    for kind in ("label", "line", "arrow"):
        assert "Stage A" in words(
            drawn(style, FigureNote(kind=kind, nodes=(group,), text="Stage A"), fold=fold)
        )
    brace = drawn(style, FigureNote(kind="brace", nodes=(group, group), text="×2"), fold=fold)
    assert words(brace).count("×2") == words(plain).count("×2") + 1
    hidden = drawn(style, FigureNote(kind="hide", nodes=(group,)), fold=fold)
    assert not [item for item in hidden.items if item.part in inside]
    assert not [item for item in wires(hidden) if item.wire.source in inside]
    for note in (
        FigureNote(kind="colour", nodes=(group,), text="#12AB34"), FigureNote(kind="dim", nodes=(group,))
    ):  # fmt: skip
        changed = drawn(style, note, fold=fold)
        before = [i for i in plain.items if i.part in inside and i.wire is None]
        after = [i for i in changed.items if i.part in inside and i.wire is None]
        parts = {a.part for a, b in zip(before, after, strict=True) if a != b}
        assert parts == {item.part for item in own}
        assert [i for i in plain.items if not i.part] == [i for i in changed.items if not i.part]


@pytest.mark.parametrize("style", sorted(STYLES))
def test_what_a_figure_does_not_draw_is_told(style: str) -> None:
    if STYLES[style].needs:
        pytest.skip("needs maps or a baseline: its layer alone is drawn")
    name = NETWORKS.get(style, "alexnet")
    project, _ = loaded(name)
    notes = [FigureNote(kind="dim", nodes=(node,)) for node in project.network.order]
    made = figure(style, *notes, name=name)
    told = [note for note in notes if f"dim of {note.nodes[0]}" in made.drawing.unsaid]
    parts = {item.part for item in drawn(style, name=name).items if item.wire is None}
    assert {note.nodes[0] for note in notes if note not in told} == parts & set(project.network.nodes)
    assert ("what this figure does not draw" in made.note) == bool(told)


def test_the_beginning_and_the_other_way_into_a_sum_fade_beside_a_path() -> None:
    project, _ = loaded("resnet18")
    add = next(one for one in project.network.order if len(project.network[one].inputs) == 2)
    skip = project.network[add].inputs[1]
    nodes = (*(n for n in project.network.order if n in project.network.ancestors(skip)), skip, add)
    plain = drawn("column")
    path = drawn("column", FigureNote(kind="highlight", nodes=nodes))
    into = [
        (a == b, a.wire.edges[-1][0] == skip)
        for a, b in zip(plain.items, path.items, strict=True)
        if a.part == add and a.wire is not None and isinstance(a, Path)
    ]
    assert into
    assert all(same == is_skip for same, is_skip in into)


@pytest.mark.parametrize("style", WIRED)
def test_a_click_on_a_wire_finds_it_and_one_on_a_box_the_layer(style: str) -> None:
    drawing = drawn(style)
    found: set[str] = set()
    for item in wires(drawing):
        if isinstance(item, Path) and item.wire.edges and len(item.pieces) == 1 and item.stroke:
            end = item.pieces[0].end
            x, y = (item.start[0] + end[0]) / 2, (item.start[1] + end[1]) / 2
            at = hit(drawing, x, y)
            assert at.part or at.wire
            found |= {at.wire[1]} if at.wire == item.wire.edges[-1] else set()
    assert len(found) >= 0.5 * len({item.part for item in wires(drawing)})
    for item in drawing.items:
        if isinstance(item, Rect) and item.fill and item.part and item.wire is None:
            at = hit(drawing, item.x + item.width / 2, item.y + 1.5)
            assert at.part or at.wire


def test_a_place_beside_everything_hits_nothing() -> None:
    assert hit(drawn("column"), 1.0, 1.0) == Hit()


def test_a_wire_that_is_gone_leaves_its_note_behind_and_takes_no_other_away() -> None:
    project, _ = loaded("resnet18")
    edge = project.network.edges[3]
    notes = (FigureNote(kind="label", nodes=edge, text="a"), FigureNote(kind="dim", nodes=(edge[0],)))
    changed = project.disconnect(*edge)
    assert orphans(notes, changed.network, changed.groups) == [notes[0]]
    assert without_notes(notes, *edge) == notes[1:]
    assert without_notes(notes, edge[0]) == notes[:1]
    ungrouped = project.ungroup(next(iter(project.groups)))
    note = FigureNote(kind="hide", nodes=(next(iter(project.groups)),))
    assert orphans([note], ungrouped.network, ungrouped.groups) == [note]


def read_words(data: bytes, name: str) -> str:
    """What is written in a file that keeps its text."""
    if name == "pptx":
        with zipfile.ZipFile(io.BytesIO(data)) as deck:
            data = deck.read("ppt/slides/slide1.xml")
    text = data.decode()
    if name == "tikz":
        return re.sub(r"\\textsubscript|\\textsuperscript|\\textit|\\itshape|[{}$\\_^]", "", text)
    text = re.sub(r"</text>|</a:p>", "\n", text)
    return re.sub(r"<[^>]*>", "", text)


@pytest.mark.parametrize("writer", [one for one in WRITERS if WRITERS[one].tabulate is None])
@pytest.mark.parametrize("style", PARTED)
def test_every_writer_writes_every_kind_of_note(style: str, writer: str) -> None:
    name = NETWORKS.get(style, "lenet5")
    project, _ = loaded(name)
    plain = drawn(style, name=name)
    parts = [p for p in dict.fromkeys(i.part for i in plain.items) if p in project.network]
    first, second, *_, last = parts
    edge = next((i.wire.edges[-1] for i in wires(plain) if isinstance(i, Path) and i.wire.edges), None)
    said = {
        "label": (first,), "line": (first,), "arrow": (last,), "brace": (first, last), "title": (),
        "caption": (),
    }  # fmt: skip
    made = [FigureNote(kind=k, nodes=n, text=f"{k}word") for k, n in said.items()]
    made += [FigureNote(kind="colour", nodes=(last,), text="#12AB34")]
    if edge is not None:
        made += [FigureNote(kind="label", nodes=edge, text="wireword")]
    written_so_far = {written(plain, writer)}
    wordless = [FigureNote(kind=kind, nodes=(second,)) for kind in WORDLESS]
    for extra in [*wordless, None] if writer == "svg" else [None]:
        data = written(drawn(style, *made, *([extra] if extra else []), name=name), writer)
        assert data not in written_so_far
        written_so_far.add(data)
    if writer in ("svg", "pptx", "tikz"):
        text = read_words(data, writer)
        for word in [*(f"{kind}word" for kind in said), *(["wireword"] if edge else [])]:
            assert word in text
    if writer in ("svg", "pptx"):
        assert b"12AB34" in (data if writer == "svg" else unzipped(data))
    assert {note.kind for note in made} | set(WORDLESS) == set(KINDS)


def unzipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as deck:
        return deck.read("ppt/slides/slide1.xml")


def written(drawing: Drawing, name: str) -> bytes:
    writer = WRITERS[name]
    finish = Finish(scale=0.5)
    if writer.write is not None:
        return writer.write(drawing, finish)
    assert writer.animate is not None
    return writer.animate(Animation(frames=(drawing,)), finish)
