"""The whole vocabulary in the formats that are text."""

from dataclasses import replace

from gui.figures.drawing.drawing import Text
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from tests.gui.figures.everything import EVERYTHING
from tests.gui.figures.golden import check_golden


def test_svg_looks_as_it_did() -> None:
    check_golden("everything.svg", WRITERS["svg"].write(EVERYTHING, Finish()))


def test_tikz_looks_as_it_did() -> None:
    # Without the line whose signs only a typeface of the machine has: it becomes shapes.
    items = tuple(item for item in EVERYTHING.items if not (isinstance(item, Text) and "混" in item.plain))
    check_golden("everything.tex", WRITERS["tikz"].write(replace(EVERYTHING, items=items), Finish()))


def test_a_small_deck_holds_the_same_slide() -> None:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(WRITERS["pptx"].write(EVERYTHING, Finish()))) as deck:
        check_golden("everything_slide.xml", deck.read("ppt/slides/slide1.xml"))
