"""Widths of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.figures.type_metrics import elided, text_width, wrapped

LABEL = "192 filter responses, standing in for earlier layers"


def test_width_grows_with_size_weight_and_length() -> None:
    assert text_width("Conv", 26) == pytest.approx(2 * text_width("Conv", 13))
    assert text_width("Conv", 13, 600) > text_width("Conv", 13) > text_width("Con", 13)


def test_widths_agree_with_those_of_qt(qapp: object) -> None:
    from PySide6.QtGui import QFontMetricsF

    from gui.figures.drawing import Text
    from gui.figures.painter import _font, _start

    _start()
    for text in ("Conv 3×3 · 128", "Global average pool", "192×28×28"):
        for weight in (400, 600):
            item = Text(x=0, y=0, text=text, size=13, colour="#000000", weight=weight)
            assert text_width(text, 13, weight) == pytest.approx(
                QFontMetricsF(_font(item)).horizontalAdvance(text), abs=1.0
            )


@given(st.text(max_size=40), st.floats(20, 200))
def test_what_is_elided_fits(text: str, width: float) -> None:
    made = elided(text, width, 11)
    assert made == text or text_width(made, 11) <= width


def test_lines_break_at_spaces_and_the_last_one_is_elided() -> None:
    assert wrapped(LABEL, (100, 100, 160), 11) == [
        "192 filter",
        "responses,",
        "standing in for earlier layers",
    ]
    assert wrapped(LABEL, (100, 100), 11)[1].endswith("…")
    assert wrapped("", (100, 100), 11) == []


def test_a_separator_is_not_left_at_a_line_end() -> None:
    assert wrapped("stride 2 · pad 1, 0, 2, 2", (60, 90), 11) == ["stride 2", "pad 1, 0, 2, 2"]
