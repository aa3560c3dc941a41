"""What students hand in: read back as written, refused in one line where damaged or foreign."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from assets import sample_lessons
from engine.errors import FormatError
from gui.command_line import main
from presets.checks.playing import projects
from presets.lesson import Lesson
from presets.written.answer import Answer, StepAnswer, digest, read, written
from presets.written.lesson_file import read_lesson

FILE = sample_lessons()["two-small-one-large.lesson.md"]


@pytest.fixture
def lesson() -> Lesson:
    return read_lesson(FILE)


def answer(
    lesson: Lesson, student: str, *, done: int = 2, choice: int | None = 1, solved: bool = True
) -> bytes:
    """Without a choice all predictions are right; the quiz always is."""
    project = projects(lesson)[-1][1] if solved else lesson.start()
    steps = tuple(
        StepAnswer(done=index < done, choice=step.prediction.right if choice is None else choice)
        if step.prediction
        else StepAnswer(done=index < done)
        for index, step in enumerate(lesson.steps)
    )
    return written(
        Answer(
            lesson=lesson.id,
            digest=digest(lesson),
            student=student,
            steps=steps,
            quiz=tuple(asked.right for asked in lesson.quiz),
            project=project,
        )
    )


def test_an_answer_reads_back_as_it_was_written(lesson: Lesson) -> None:
    data = answer(lesson, "Ada Lovelace")
    found = read(data, lesson)
    assert written(found) == data
    assert found.student == "Ada Lovelace"
    assert found.project.network == projects(lesson)[-1][1].network


def test_every_changed_byte_is_noticed_and_none_makes_a_traceback(lesson: Lesson) -> None:
    data = answer(lesson, "Ada")
    changed = 0
    for index in range(0, len(data), max(1, len(data) // 150)):
        damaged = data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]
        with pytest.raises(FormatError) as caught:
            read(damaged, lesson)
        assert "\n" not in str(caught.value)
        changed += 1
    assert changed > 100
    for cut in (0, 1, 10, len(data) // 2):
        with pytest.raises(FormatError):
            read(data[:cut], lesson)


def test_an_answer_to_another_edition_is_refused(lesson: Lesson) -> None:
    other = replace(lesson, file_text=lesson.file_text.replace("rows", "lines"))
    with pytest.raises(FormatError, match="another edition"):
        read(answer(other, "Ada"), lesson)


def test_a_class_is_graded_into_one_table(tmp_path: Path, lesson: Lesson) -> None:
    files = {
        "ada": answer(lesson, "Ada"),
        "bob": answer(lesson, "=Bob", done=1, choice=0, solved=False),
        "cut": answer(lesson, "Cut")[:300],
        "foreign": json.dumps({"format": "onebyone-answer", "version": 1}).encode(),
    }
    paths = []
    for name, data in files.items():
        paths.append(tmp_path / f"{name}.answer.json")
        paths[-1].write_bytes(data)
    paths.append(tmp_path / "missing.answer.json")
    tables = []
    for name in ("one.csv", "two.csv"):
        assert main(["grade", str(FILE), *map(str, paths), "-o", str(tmp_path / name)]) == 1
        tables.append((tmp_path / name).read_bytes())
    assert tables[0] == tables[1]
    rows = {row["file"]: row for row in csv.DictReader(tables[0].decode().splitlines())}
    assert len(rows) == 5
    ada, bob = rows["ada.answer.json"], rows["bob.answer.json"]
    assert (ada["steps_done"], ada["predictions_right"], ada["network"]) == ("2", "1", "yes")
    assert ada["score"] == "100.0"
    assert (bob["steps_done"], bob["predictions_right"], bob["student"]) == ("1", "0", "'=Bob")
    assert "a Conv 3×3 that reads from Conv 1×1 · 32" in bob["network"]
    assert bob["score"] == "33.3"
    for name in ("cut", "foreign", "missing"):
        assert rows[f"{name}.answer.json"]["problem"]
        assert rows[f"{name}.answer.json"]["score"] == "0.0"


def test_a_lesson_of_the_program_is_graded_by_its_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from presets.lessons import lesson as known

    built_in = known("bottleneck-3a")
    path = tmp_path / "ada.answer.json"
    path.write_bytes(answer(built_in, "Ada", done=3, choice=None))
    assert main(["grade", "bottleneck-3a", str(path)]) == 0
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert (row["network"], row["score"]) == ("yes", "100.0")
