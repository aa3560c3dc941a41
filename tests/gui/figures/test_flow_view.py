"""The flow figure in its ways: folded, downwards, with amounts, groups, frames and notes."""

import re
from typing import Any

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.annotations import Frame, TextNote
from engine.model.grouping import Grouping
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Rect, Text
from gui.figures.drawing.item_bounds import extent, extent_of_all, text_box, text_overlaps
from gui.figures.figure import Subject, make_figure
from gui.figures.fitting import TARGETS
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH, DARK, LIGHT, ROLE_COLOURS


def drawn(project: Project | str, palette=LIGHT, **options: Any) -> Drawing:
    project = presets.load(project).project if isinstance(project, str) else project
    return STYLES["flow"].draw(project, analyze(project.network), None, palette, Options(**options))


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def cards(drawing: Drawing) -> dict[str, Rect]:
    found = [item for item in drawing.items if isinstance(item, Rect) and item.height == CARD_HEIGHT]
    return {one.part: one for one in found if one.fill in ROLE_COLOURS.values()}


CHAIN = Project(
    network=Network(
        [
            Node(id="x", layer=Input(shape=(3, 32, 32))),
            *(
                Node(id=f"c{i}", layer=Conv2d(out_channels=8), inputs=(f"c{i - 1}" if i else "x",))
                for i in range(4)
            ),
        ]
    )
)


def test_the_network_runs_where_it_is_told_to() -> None:
    right, down = cards(drawn(CHAIN)), cards(drawn(CHAIN, direction="down"))
    assert len({one.y for one in right.values()}) == 1
    assert len({one.x for one in down.values()}) == 1
    assert down["c0"].y < down["c1"].y < down["c2"].y


def test_equal_layers_are_folded_into_one_card() -> None:
    drawing = drawn(CHAIN, fold=True)
    assert len(cards(drawing)) == 2
    assert "Conv 3×3 · 8 ×4" in texts(drawing)


def test_collapsed_groups_are_cards_of_their_own() -> None:
    project = presets.load("resnet50").project
    drawing = drawn(project)
    assert set(cards(drawing)) == {"input", *project.groups.inner()}
    found = texts(drawing)
    assert "conv4 ×5" in found
    assert "2048×7×7" in found
    opened = Grouping()
    plain = drawn(Project(network=project.network, groups=opened))
    assert len(cards(plain)) == len(project.network)
    folded = drawn(Project(network=project.network, groups=opened), fold=True)
    assert len(cards(folded)) < 60


def test_bars_measure_what_is_asked_for() -> None:
    def bar(drawing: Drawing, part: str) -> float:
        return next(
            item.width
            for item in drawing.items
            if isinstance(item, Rect) and item.part == part and item.height == 3
        )

    by_macs = drawn("lenet5")
    by_parameters = drawn("lenet5", labels=frozenset({"names", "shapes", "parameters"}))
    assert bar(by_macs, "c1") > bar(by_macs, "c5")
    assert bar(by_parameters, "c1") < bar(by_parameters, "c5")
    assert "48.1\u00a0K parameters" in texts(by_parameters)


def test_shapes_can_be_left_out() -> None:
    assert "6×28×28" in texts(drawn("lenet5"))
    assert "6×28×28" not in texts(drawn("lenet5", labels=frozenset({"names"})))


def test_frames_and_notes_lie_where_they_were_put() -> None:
    project = Project(
        network=CHAIN.network,
        positions={"x": (0, 0), **{f"c{i}": (256 * (i + 1), 0) for i in range(4)}},
        frames={"frame_1": Frame(id="frame_1", title="The stem", x=200, y=-80, width=700, height=220)},
        text_notes={"note_1": TextNote(id="note_1", text="two\nlines", x=0, y=200)},
    )
    drawing = drawn(project)
    assert {"The stem", "two", "lines"} <= set(texts(drawing))
    frame = next(item for item in drawing.items if isinstance(item, Rect) and item.part == "frame_1")
    card = cards(drawing)["c0"]
    assert card.x - frame.x == pytest.approx(56)
    assert frame.fill_opacity < 0.5
    assert "The stem" not in texts(drawn(project, direction="down"))


def test_the_legend_names_the_kinds_there_are() -> None:
    found = texts(drawn("lenet5", legend=True))
    assert {"K×K convolution", "Pooling", "Activation"} <= set(found)
    assert "1×1 convolution" not in found


@pytest.mark.parametrize("name", presets.preset_names())
@pytest.mark.parametrize("direction", ["", "down"])
def test_no_words_overlap_and_nothing_is_clipped(name: str, direction: str) -> None:
    drawing = drawn(name, DARK, direction=direction, fold=direction == "down")
    assert not [(a.plain, b.plain) for a, b in text_overlaps(drawing.items)]
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    assert min(left, top) >= 0
    assert right <= drawing.width
    assert bottom <= drawing.height
    assert drawing.width > CARD_WIDTH


@pytest.mark.parametrize("name", ["vgg16", "densenet121", "mobilenet_v2", "convnext_tiny", "inception_3a"])
def test_on_a_slide_no_card_hides_a_caption_and_none_a_count(name: str) -> None:
    """Sheets behind a card stand out of it; a title too long for its card still says how often it stands."""
    project = presets.load(name).project
    target = TARGETS["slide"]
    chosen = Options(width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt)
    subject = Subject(project=project, analysis=analyze(project.network), palette=LIGHT)
    figure = make_figure(subject, STYLES["flow"], chosen)
    for page in figure.pages or (figure.drawing,):
        captions: list[Text] = []
        for item in page.items:
            if isinstance(item, Text) and re.fullmatch(r"\d+(×\d+)*", item.plain):
                captions.append(item)
            elif isinstance(item, Rect) and item.fill == LIGHT.surface and item.radius != 9:
                (left, top), (right, bottom) = extent(item)
                for caption in captions:
                    (a, b), (c, d) = text_box(caption)
                    assert not (a < right - 1 and left + 1 < c and b < bottom and top < d), caption.plain
    if name == "densenet121":
        words = " ".join(texts(figure.drawing))
        assert all(f"×{count}" in words for count in (6, 12, 24, 16))
        assert "…" not in words
