"""Long networks fill the window that they are opened in."""

import pytest

import presets
from engine.layout.filling import filling
from engine.layout.layout import lay_out
from engine.model.annotations import Frame
from engine.model.project import Project
from tests.engine.small_networks import chain, conv

CANVASES = [(812.0, 322.0), (1362.0, 592.0)]


def extent(project: Project) -> tuple[float, float]:
    xs, ys = zip(*(project.position(one) for one in project.network.nodes), strict=True)
    return max(xs) - min(xs) + 176, max(ys) - min(ys) + 72


@pytest.mark.parametrize("size", CANVASES)
def test_a_long_chain_is_written_as_wide_as_the_canvas_and_its_cards_grow(size) -> None:
    project = presets.load("vgg16").project
    made = filling(project, *size)
    (before, _), (width, height) = extent(project), extent(made)
    assert width < before
    zoom = min(size[0] / width, size[1] / height)
    assert width * zoom > 0.9 * size[0]
    assert made.network is project.network
    assert filling(made, *size) is made


def test_what_is_readable_or_drawn_around_by_hand_stays_where_it_is() -> None:
    small = Project(network=chain(conv(8)), positions=lay_out(chain(conv(8))))
    assert filling(small, *CANVASES[0]) is small
    framed = presets.load("vgg16").project.annotate(Frame(id="frame_1", x=0, y=0, width=200, height=200))
    assert filling(framed, *CANVASES[0]) is framed
    assert filling(Project(), 0, 0) == Project()
