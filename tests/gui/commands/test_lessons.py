"""`onebyone lessons`: the list, and the check that every quoted number passes, or fails."""

import json
from dataclasses import replace

import pytest

from gui.command_line import main
from gui.commands import lessons as command
from presets.lesson import Lesson, Quote
from presets.lessons import lesson, lessons
from presets.statements import statements

Captured = pytest.CaptureFixture[str]


def test_lessons_are_listed_in_their_order_with_id_title_and_networks(capsys: Captured) -> None:
    assert main(["lessons"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [one.id for one in lessons()]
    assert "How far does a value see?" in lines[1]
    assert lines[1].endswith("deep_stack")


def test_the_json_list_has_every_step_of_every_lesson(capsys: Captured) -> None:
    assert main(["lessons", "--json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert len(records) == len(lessons()) == 23
    deep = next(record for record in records if record["id"] == "deep-stack")
    assert [step["title"] for step in deep["steps"]] == [step.title for step in lesson("deep-stack").steps]
    assert deep["steps"][1]["prediction"].endswith("How many does it see after it?")
    assert deep["quiz"] == [asked.question for asked in lesson("deep-stack").quiz]
    assert deep["networks"] == ["deep_stack"]


def test_a_check_prints_each_number_beside_the_counted_one(capsys: Captured) -> None:
    assert main(["lessons", "bottleneck-3a", "--check"]) == 0
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert [
        "bottleneck-3a",
        "1",
        "macs_squeeze_expand",
        "12,443,648",
        "=",
        "12,443,648",
        "12,443,648",
    ] in lines
    assert "0 wrong" in lines[-1][-2] + " " + lines[-1][-1]


def test_a_wrong_number_ends_the_check_with_status_1(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = lesson("dimension-reduction")
    wrong = Quote(engine=lambda state: 41, counted=lambda state: 42)
    first = replace(right.steps[0], quotes={**right.steps[0].quotes, "channels_input": wrong})
    made: Lesson = replace(right, steps=(first, *right.steps[1:]))
    monkeypatch.setattr(command, "lessons", lambda: (made,))
    assert main(["lessons", "--check", "--json"]) == 1
    records = json.loads(capsys.readouterr().out)
    assert [
        (record["name"], record["engine"], record["counted"]) for record in records if not record["agrees"]
    ] == [("channels_input", 41, 42)]


def test_a_solution_that_does_not_do_its_task_ends_the_check_with_status_1(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = lesson("dimension-reduction")
    task = right.steps[0].task
    assert task is not None
    idle = replace(right.steps[0], task=replace(task, solution=lambda project: project))
    monkeypatch.setattr(command, "lessons", lambda: (replace(right, steps=(idle, *right.steps[1:])),))
    assert main(["lessons", "--check"]) == 1
    assert "False, then False" in capsys.readouterr().out


def test_an_unknown_lesson_is_refused_in_one_line(capsys: Captured) -> None:
    assert main(["lessons", "deep-stak"]) == 2
    assert "Did you mean deep-stack" in capsys.readouterr().err


def test_what_is_said_is_listed_with_its_answer_and_its_page(capsys: Captured) -> None:
    assert main(["lessons", "--statements"]) == 0
    out = capsys.readouterr().out
    assert "“Max-pooling doubles the receptive field: 22.”" in out
    assert "[deep-stack, page 2: RF 12, jump 2]" in out
    assert max(map(len, out.splitlines())) <= 100
    assert main(["lessons", "--statements", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    pool = next(row for row in rows if row["lesson"] == "deep-stack" and row["page"] == 2)
    assert pool["title"] == lesson("deep-stack").steps[1].title
    assert main(["lessons", "deep-stack", "--statements"]) == 2


def test_a_statement_without_its_answer_ends_the_check_with_status_1(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = [one for one in statements() if one.lesson == "one-over-25"]
    monkeypatch.setattr(command, "statements", lambda: tuple(right))
    assert main(["lessons", "--statements", "--check"]) == 0
    assert f"{len(right)} statements, 0 wrong" in capsys.readouterr().out
    monkeypatch.setattr(command, "statements", lambda: (replace(right[0], told="26.1"),))
    assert main(["lessons", "--statements", "--check"]) == 1
    assert "does not say “26.1”" in capsys.readouterr().out
