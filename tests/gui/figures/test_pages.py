"""A figure over several pages says what it says on one: every wire, every operation; pages are alike."""

import pytest

import presets
from engine.analysis.analyze import analyze
from gui.figures.chain.paging import rows_on
from gui.figures.drawing.drawing import Drawing, Text
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import LIGHT

CASES = [
    ("googlenet", "column"), ("googlenet", "slabs"), ("resnet50", "column"), ("resnet50", "slabs"),
    ("squeezenet1_1", "slabs"), ("vgg16", "lenet"), ("vgg16", "blocks"),
]  # fmt: skip


def drawn(name: str, style: str, page: tuple[int, int]) -> Drawing:
    project = presets.load(name).project
    return STYLES[style].draw(project, analyze(project.network), None, LIGHT, Options(page=page))


def wires(drawing: Drawing) -> set[tuple[str, str]]:
    return {edge for item in drawing.items if item.wire is not None for edge in item.wire.edges}


@pytest.mark.parametrize(("name", "style"), CASES)
@pytest.mark.parametrize("count", [2, 3])
def test_a_cut_loses_no_wire_and_no_words(name: str, style: str, count: int) -> None:
    whole = drawn(name, style, (1, 1))
    pages = [drawn(name, style, (number, count)) for number in range(1, count + 1)]
    assert set().union(*map(wires, pages)) == wires(whole)
    assert all(wires(page) for page in pages)

    def words(drawing: Drawing) -> set[str]:
        return {item.plain for item in drawing.items if isinstance(item, Text)}

    assert set().union(*map(words, pages)) >= words(whole)


@pytest.mark.parametrize(
    ("sizes", "count", "pages"),
    [
        ([1.0] * 7, 3, [2, 2, 3]),
        # Two small ones at the end are not left on a page of their own.
        ([5.0, 5.0, 5.0, 5.0, 1.0, 1.0], 3, [1, 2, 3]),
        ([9.0, 1.0, 1.0], 3, [1, 1, 1]),
        ([1.0, 1.0, 9.0], 2, [2, 1]),
    ],
)
def test_pages_are_about_equally_full(sizes: list[float], count: int, pages: list[int]) -> None:
    rows = [rows_on(sizes, (number, count)) for number in range(1, count + 1)]
    assert [len(one) for one in rows] == pages
    assert [row for one in rows for row in one] == list(range(len(sizes)))
