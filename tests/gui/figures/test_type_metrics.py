"""Widths of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.figures.drawing.drawing import Span
from gui.figures.text.type_metrics import elided, in_inter, spans_width, text_width, wrapped

LABEL = "192 filter responses, standing in for earlier layers"


def test_width_grows_with_size_weight_and_length() -> None:
    assert text_width("Conv", 26) == pytest.approx(2 * text_width("Conv", 13))
    assert text_width("Conv", 13, 600) > text_width("Conv", 13) > text_width("Con", 13)


def test_widths_agree_with_those_of_qt(qapp: object) -> None:
    from PySide6.QtGui import QFontMetricsF

    from gui.figures.drawing.drawing import Text
    from gui.figures.rendering.painter import face, start

    start()
    for words in ("Conv 3×3 · 128", "Global average pool", "192×28×28", "a ⊕ b → ∑ c"):
        for weight in (400, 600):
            item = Text(x=0, y=0, text=words, size=13, colour="#000000", weight=weight)
            advance = QFontMetricsF(face(item, item.spans[0])).horizontalAdvance(words)
            assert text_width(words, 100, weight) == pytest.approx(advance, rel=0.02)


def test_signs_that_inter_lacks_are_measured_in_the_face_behind_it() -> None:
    assert in_inter("→")
    assert not in_inter("⊕")
    assert text_width("⊕", 100) == pytest.approx(83.8, abs=0.5)


def test_pieces_of_a_line_add_up_and_scripts_are_smaller() -> None:
    spans = (Span("C"), Span("2", script=1), Span("x", weight=600))
    expected = text_width("C", 10) + text_width("2", 7) + text_width("x", 10, 600)
    assert spans_width(spans, 10) == pytest.approx(expected)


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


def test_signs_of_the_systems_typefaces_take_the_room_they_need() -> None:
    assert text_width("卷积层", 100) == pytest.approx(315)
    assert text_width("🔥", 100) >= 100
    assert text_width("e\u0301", 100) == pytest.approx(text_width("e", 100), rel=0.2)
