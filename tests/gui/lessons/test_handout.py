"""Handouts: every step with its text, its numbers and a figure, on A4 and slides, open and answered."""

import re
from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.execution.executor import Executor
from gui.command_line import main
from gui.lessons.handouts.a4_pages import BOTTOM, FOOT, TOP
from gui.lessons.handouts.forms import FORMS, HandoutForm
from gui.lessons.handouts.handout import check_ending, played_through, sheets, write_handout
from gui.lessons.handouts.handout_pdf import write
from gui.lessons.handouts.on_paper import on_paper, points_at_the_window
from gui.lessons.handouts.sheet import Sheet
from gui.look.theme import LIGHT
from presets.lesson import Lesson
from presets.lessons import lesson, lessons
from tests.gui.lessons.pdf_type import type_sizes

pytestmark = pytest.mark.usefixtures("qapp")
QUICK = "one-over-25"
LEAST_PT = 8.0


def said(pages: list[Sheet]) -> str:
    return "\n".join(
        item.words.toPlainText() for page in pages for item in page.items if item.words is not None
    )


def check(one: Lesson) -> None:
    """All four forms of a lesson: type, bounds, nothing that only makes sense at the window."""
    executor = Executor()
    played = played_through(one, executor)
    for form in FORMS:
        pages = sheets(one, played, form)
        sizes = type_sizes(write(one.title, pages, LIGHT))
        assert len(sizes) == len(pages)
        assert all(sizes), "every page says something"
        smallest = min(min(page) for page in sizes)
        assert smallest >= LEAST_PT - 0.05, f"{one.id}, {form.title}: {smallest:.2f} pt"
        for page in pages:
            for item in page.items:
                assert item.x >= 0
                assert item.x + item.width <= page.size.width() + 1
                assert item.y + item.height <= page.size.height() + 1
        if form.paper == "a4":
            for page in pages[:-1]:
                ends = max(item.y + item.height for item in page.items if item.y < FOOT - 1)
                assert (ends - TOP) / (BOTTOM - TOP) > 0.55, f"{one.id}, {form.title}: a page is half empty"
        text = said(pages)
        assert "{" not in text
        assert all(step.title in text for step in one.steps)
    executor.close()


def test_type_can_be_read_and_nothing_lies_outside_the_page() -> None:
    check(lesson(QUICK))


@pytest.mark.slow
@pytest.mark.parametrize("one", [pytest.param(one, id=one.id) for one in lessons() if one.id != QUICK])
def test_type_can_be_read_in_every_lesson(one: Lesson) -> None:
    check(one)


def test_students_get_questions_and_room_and_no_answer() -> None:
    one = lesson("bottleneck-3a")
    played = played_through(one, Executor())
    texts = {
        version: said(sheets(one, played, HandoutForm(version=version)))  # type: ignore[arg-type]
        for version in ("student", "solution")
    }
    asked = one.steps[0].prediction
    assert asked is not None
    for text in texts.values():
        assert all(f" {choice}" in text for choice in asked.choices)
        assert "What if a 1×1 makes 16 maps of the 192 first" in text
    assert "☑" not in texts["student"]
    assert f"☑ {asked.choices[asked.right]}" in texts["solution"]
    assert "12,443,648" in texts["solution"]
    step = texts["student"].split(one.steps[1].title)[0]
    assert "12,443,648" not in step, "what the task leads to is not told before"
    assert "A 1×1 is cheap" not in texts["student"]
    open_pages = sheets(one, played, HandoutForm(version="student"))
    lines = [item for page in open_pages for item in page.items if item.words is None and item.figure is None]
    assert len(lines) >= 4


def test_the_steps_figure_is_chosen_for_it_and_none_is_shown_twice_on_a4() -> None:
    one = lesson("padding-stride")
    played = played_through(one, Executor())
    pages = sheets(one, played, HandoutForm(paper="a4"))
    figures = [item.figure for page in pages for item in page.items if item.figure is not None]
    assert len(figures) >= 3
    assert len({id(figure) for figure in figures}) == len(figures)
    slides = sheets(one, played, HandoutForm(paper="slides"))
    assert sum(any(item.figure is not None for item in slide.items) for slide in slides) >= 4


def test_every_number_is_filled_in() -> None:
    played = played_through(lesson(QUICK), Executor())
    assert "24.876" in said(sheets(lesson(QUICK), played, HandoutForm()))


def test_sentences_that_point_at_the_window_are_left_out() -> None:
    assert (
        on_paper("A sum. Click a map: the panel *Arithmetic* shows it. It is **3**.") == "A sum. It is **3**."
    )
    assert (
        on_paper("Walk through the maps with the arrow keys: some answer to edges.")
        == "Some answer to edges."
    )
    assert on_paper("Pressure is not a key.\n\nSelect any card: the costs panel shows it.") == (
        "Pressure is not a key."
    )
    assert on_paper("- one\n- two") == "- one\n- two"
    for one in lessons():
        for step in one.steps:
            for text in (step.text, step.outcome):
                left = on_paper(text)
                assert not any(map(points_at_the_window, left.replace("\n", " ").split(". "))), left


def test_slides_are_native_shapes_with_tables_and_notes(tmp_path: Path) -> None:
    from pptx import Presentation

    path = tmp_path / "handout.pptx"
    write_handout(path, lesson("bottleneck-3a"), Executor())
    slides = list(Presentation(str(path)).slides)
    words = [
        " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in slides
    ]
    assert "Directly" in words[0]
    assert any(shape.has_table for slide in slides for shape in slide.shapes)
    assert any(shape.shape_type == 6 for slide in slides for shape in slide.shapes), "a layer is a group"
    assert all(slide.has_notes_slide for slide in slides)
    assert "Answer: It costs about a tenth" in slides[0].notes_slide.notes_text_frame.text
    sizes = [
        run.font.size.pt
        for slide in slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
    ]
    assert min(sizes) >= LEAST_PT
    numbers = [shape.shape_id for shape in slides[0].shapes]
    assert len(numbers) == len(set(numbers))


def test_a_pdf_is_written_without_a_window_and_the_same_each_time(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.pdf", "b.pdf")]
    for path in paths:
        arguments = ["lessons", QUICK, "-o", str(path), "--paper", "slides", "--version", "student"]
        assert main(arguments) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert re.search(rb"/MediaBox \[0 0 720(\.0+)? 405(\.0+)?\]", paths[0].read_bytes())


@pytest.mark.parametrize(
    "arguments", [["-o", "a.pdf"], [QUICK, "--check", "-o", "a.pdf"], [QUICK, "--paper", "a4"]]
)
def test_the_command_says_how_a_handout_is_written(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lessons", *arguments]) == 2
    assert "-o FILE.pdf" in capsys.readouterr().err


def test_another_ending_is_refused_before_anything_is_played() -> None:
    with pytest.raises(FormatError, match=r"notes\.docx.*\.pdf, \.pptx"):
        check_ending(Path("notes.docx"))
