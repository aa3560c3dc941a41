"""The canvas as a figure."""

from xml.etree import ElementTree

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.layers.concat import Concat
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Picture, Text
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.text.type_metrics import text_width
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH, DARK, LIGHT, ROLE_COLOURS
from tests.gui.figures.golden import check_golden

NETWORK = Network(
    [
        Node(id="image", layer=Input(shape=(3, 16, 16))),
        Node(id="wide", layer=Conv2d(out_channels=8), inputs=("image",)),
        Node(
            id="mix", layer=Conv2d(out_channels=4, kernel_size=(1, 1)), inputs=("image",), name="Mix & <1×1>"
        ),
        Node(id="both", layer=Concat(), inputs=("wide", "mix")),
        Node(id="next", layer=Conv2d(out_channels=2, stride=(2, 2)), inputs=("both",)),
    ]
)
PLACES = {"image": (0, 60), "wide": (256, 0), "mix": (256, 120), "both": (512, 0), "next": (0, 300)}
PROJECT = Project(network=NETWORK, positions=PLACES, title="A small network")


def drawn(project: Project = PROJECT, maps: dict | None = None, palette=LIGHT, **options) -> Drawing:
    analysis = analyze(project.network)
    return STYLES["flow"].draw(project, analysis, maps, palette, Options(**options))


def write(drawing: Drawing) -> bytes:
    return WRITERS["svg"].write(drawing, Finish())


def texts(drawing: Drawing) -> list[str]:
    return [item.text for item in drawing.items if isinstance(item, Text)]


def some_maps() -> dict[str, np.ndarray]:
    made = {"image": np.linspace(0, 1, 768, dtype=np.float32).reshape(1, 3, 16, 16)}
    return made | {"wide": np.arange(2048, dtype=np.float32).reshape(1, 8, 16, 16) % 7}


@pytest.mark.parametrize(("name", "palette"), [("flow_light", LIGHT), ("flow_dark", DARK)])
def test_a_small_network_looks_as_it_did(name: str, palette) -> None:
    check_golden(f"{name}.svg", write(drawn(palette=palette)))


def test_each_shape_is_told_once() -> None:
    found = texts(drawn())
    for shape in ("3×16×16", "8×16×16", "4×16×16", "12×16×16", "2×8×8"):
        assert found.count(shape) == 1
    assert "16×16×3" in texts(drawn(channels_last=True))


def test_a_card_shows_its_role_by_colour() -> None:
    fills = {getattr(item, "fill", None) for item in drawn().items}
    assert {ROLE_COLOURS[role] for role in ("input", "convolution", "pointwise", "merge")} <= fills


def test_cost_bars_share_the_whole() -> None:
    colours = {ROLE_COLOURS["convolution"], ROLE_COLOURS["pointwise"]}
    bars = [item for item in drawn().items if getattr(item, "height", 0) == 3 and item.fill in colours]
    macs = {node_id: report.macs for node_id, report in analyze(NETWORK).layers.items() if report.macs}
    assert len(bars) == len(macs) == 3
    assert bars[0].width / bars[2].width == pytest.approx(macs["wide"] / macs["next"])


def test_maps_become_thumbnails_and_the_photograph_keeps_its_colours() -> None:
    pictures = [
        item for item in drawn(maps=some_maps(), colour_map="greys").items if isinstance(item, Picture)
    ]
    assert len(pictures) == 2
    photograph, grey = (picture.pixels.astype(int) for picture in pictures)
    assert np.ptp(photograph, axis=2).max() > 50
    assert np.ptp(grey, axis=2).max() == 0


def test_everything_lies_within_the_figure() -> None:
    drawing = drawn(maps=some_maps())
    for item in drawing.items:
        if isinstance(item, Text):
            width = text_width(item.text, item.size, item.weight)
            left = item.x - {"start": 0, "middle": width / 2, "end": width}[item.anchor]
            assert left >= 0
            assert left + width <= drawing.width
            assert 0 < item.y < drawing.height


def test_long_captions_stay_on_their_card() -> None:
    node = Node(
        id="image", layer=Input(shape=(192, 28, 28)), name="An unusually long name of a layer, isn't it?"
    )
    project = Project(network=Network([node]))
    maps = {"image": np.zeros((1, 192, 28, 28), np.float32)}
    items = drawn(project, maps).items
    picture = next(item for item in items if isinstance(item, Picture))
    for item in items:
        if isinstance(item, Text) and item.anchor == "start":
            beside = item.y - 0.8 * item.size < picture.y + picture.height
            end = picture.x if beside else picture.x + picture.width
            assert item.x + text_width(item.text, item.size, item.weight) <= end + 1


def test_a_renamed_layer_still_says_what_it_is() -> None:
    assert {"Mix & <1×1>", "Conv 1×1 · 4"} <= set(texts(drawn()))


def test_a_problem_is_told_in_words() -> None:
    network = Network([Node(id="image", layer=Input()), Node(id="a", layer=Conv2d())])
    project = Project(network=network, positions={"a": (256, 0)})
    assert "!" in texts(drawn(project))
    assert "Conv 3×3 · 64 has no input" in " ".join(texts(drawn(project)))


def test_a_project_without_positions_is_laid_out() -> None:
    cards = [
        item for item in drawn(Project(network=NETWORK)).items if getattr(item, "height", 0) == CARD_HEIGHT
    ]
    assert len({(card.x, card.y) for card in cards}) == len(NETWORK)


def test_an_empty_network_is_an_empty_figure() -> None:
    drawing = drawn(Project())
    assert drawing.items == ()
    assert drawing.width > 0


def test_a_transparent_figure_has_no_background() -> None:
    assert drawn().background == "#FFFFFF"
    assert drawn(transparent=True).background is None


def test_a_wire_back_turns_above_the_row_of_its_target() -> None:
    back = [item for item in drawn().items if getattr(item, "stroke", None) == LIGHT.wire][-1]
    xs = [piece.end[0] for piece in back.pieces]
    ys = [piece.end[1] for piece in back.pieces]
    top = 24  # of the figure's margin
    assert back.start[0] == xs[-1] + 512 + CARD_WIDTH
    assert min(xs) == xs[-1] - 24
    assert any(top + 120 + CARD_HEIGHT < y < top + 300 for y in ys)


def test_the_svg_is_xml_without_what_xml_forbids() -> None:
    network = NETWORK.rename("mix", "a\x00b\ud800 ]]> & <c>")
    data = write(drawn(PROJECT.with_network(network), some_maps()))
    root = ElementTree.fromstring(data)
    found = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.startswith("ab ]]>") for text in found)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}image"))) == 2


def test_text_keeps_its_room_where_inter_is_missing() -> None:
    data = write(drawn(PROJECT.with_network(NETWORK.rename("mix", "混合")))).decode()
    root = ElementTree.fromstring(data)
    lengths = {
        element.text: element.get("textLength") for element in root.iter("{http://www.w3.org/2000/svg}text")
    }
    assert float(lengths["Concat"]) == pytest.approx(text_width("Concat", 13, 600), abs=1e-3)
    assert lengths["混合"] is None
