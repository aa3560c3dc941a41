"""Handouts: a page or slide a step, with its text, its numbers and its figure."""

from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.execution.executor import Executor
from gui.command_line import main
from gui.lessons.handouts.handout import check_ending, pages, write_handout
from presets.lessons import lesson

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_page_a_step_with_every_number_filled_in() -> None:
    made = list(pages(lesson("one-over-25"), Executor()))
    assert [page.title for page in made] == [step.title for step in lesson("one-over-25").pages]
    assert "**24.876**" in made[0].markdown
    assert "| 25 | **24.876** |" in made[2].markdown
    assert all("{" not in page.markdown for page in made)
    assert all(page.figure.items for page in made)


def test_slides_have_text_tables_and_pictures_of_their_own(tmp_path: Path) -> None:
    from pptx import Presentation

    path = tmp_path / "handout.pptx"
    write_handout(path, lesson("one-over-25"), Executor())
    slides = list(Presentation(str(path)).slides)
    assert len(slides) == len(lesson("one-over-25").pages)
    words = [
        " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in slides
    ]
    assert "25 taps against one" in words[0]
    assert "153,632 / 6,176 = 24.876" in words[0]
    tables = [shape.table for shape in slides[2].shapes if shape.has_table]
    assert [cell.text for cell in tables[0].rows[2].cells] == ["parameters with biases", "25", "24.876"]
    assert all(any(shape.shape_type == 13 for shape in slide.shapes) for slide in slides)


def test_a_pdf_is_written_without_a_window_and_the_same_each_time(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.pdf", "b.pdf")]
    for path in paths:
        assert main(["lessons", "one-over-25", "-o", str(path)]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].read_bytes().count(b"/Type /Page\n") == len(lesson("one-over-25").pages)


@pytest.mark.parametrize("arguments", [["-o", "a.pdf"], ["one-over-25", "--check", "-o", "a.pdf"]])
def test_the_command_says_how_a_handout_is_written(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lessons", *arguments]) == 2
    assert "onebyone lessons ID -o FILE.pdf" in capsys.readouterr().err


def test_another_ending_is_refused_before_anything_is_played() -> None:
    with pytest.raises(FormatError, match=r"notes\.docx.*\.pdf, \.pptx"):
        check_ending(Path("notes.docx"))
