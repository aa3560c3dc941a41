"""The guide to writing lessons: its own lesson is one, and it knows every word of the format."""

import re
from pathlib import Path

from presets.challenges.challenge_file import ENDING
from presets.challenges.challenge_file import FACTS as CHALLENGE_FACTS
from presets.checks.checking import check
from presets.written.document import BLOCKS, FACTS
from presets.written.edits import FORMS
from presets.written.functions import FUNCTIONS
from presets.written.lesson_file import LOOK, PICTURE, read_lesson

GUIDE = (Path(__file__).parents[3] / ".github" / "WRITING_LESSONS.md").read_text(encoding="utf-8")


def test_the_lesson_in_the_guide_holds_what_it_says(tmp_path: Path) -> None:
    (text,) = re.findall(r"^````markdown\n(.*?)^````$", GUIDE, re.M | re.S)
    path = tmp_path / "squeeze.lesson.md"
    path.write_text(text, encoding="utf-8")
    assert [one for one in check(read_lesson(path), None) if not one.agrees] == []


def test_every_word_of_the_format_is_in_the_guide() -> None:
    assert [word for word in (*FACTS, *CHALLENGE_FACTS, *BLOCKS) if f"`{word}`" not in GUIDE] == []
    assert [word for word in FUNCTIONS if f"`{word}(" not in GUIDE] == []
    assert [word for word in (*LOOK, *PICTURE) if f"`{word}: " not in GUIDE] == []
    assert ENDING in GUIDE
    assert [form for form in FORMS.values() if f"solve: {form}" not in GUIDE] == []
