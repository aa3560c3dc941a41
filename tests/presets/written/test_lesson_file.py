"""Lessons written as text: they read as what they say, survive detours, and every mistake is one line."""

from dataclasses import replace
from pathlib import Path

import pytest

from assets import sample_lessons
from engine.analysis.analyze import analyze
from engine.errors import FormatError
from engine.layers import layer_kinds
from engine.model.project import Project
from presets.checks.checking import check
from presets.lesson import Lesson, State, numbers
from presets.written.lesson_file import read_lesson

EXAMPLES = list(sample_lessons().values())

BOTTLENECK = """---
title: A bottleneck
---

```network
input: Input shape=8x12x12
direct: Conv2d out_channels=16 kernel_size=5 padding=same
```

```places
squeeze: Conv2d kernel_size=1 after input
expand: Conv2d kernel_size=5 after squeeze
```

# Build it

{macs(direct)} directly, {macs(squeeze, expand)} in two: {macs(direct) / macs(squeeze, expand) | 1} times.

```task
Put a 1×1 to 4 channels before a 5×5 to 16.
goal: channels(squeeze) = 4
goal: channels(expand) = 16
solve: add squeeze: Conv2d out_channels=4 kernel_size=1 after input
solve: add expand: Conv2d out_channels=16 kernel_size=5 padding=same after squeeze
```
"""


def read(tmp_path: Path, text: str) -> Lesson:
    path = tmp_path / "written.lesson.md"
    path.write_text(text, encoding="utf-8")
    return read_lesson(path)


def conv(out_channels: int, kernel_size: int) -> object:
    return layer_kinds()["Conv2d"](out_channels=out_channels, kernel_size=(kernel_size, kernel_size))


def chained(project: Project, *layers: tuple[int, int], after: str = "input") -> Project:
    for out_channels, kernel_size in layers:
        before = set(project.network.nodes)
        layer = layer_kinds()["Conv2d"](out_channels=out_channels, kernel_size=(kernel_size, kernel_size))
        project = project.add(layer, (0.0, 0.0), after=after)
        (after,) = set(project.network.nodes) - before
    return project


def missing(lesson: Lesson, project: Project) -> tuple[str, ...]:
    task = lesson.steps[0].task
    assert task is not None
    assert task.missing is not None
    found = task.missing(project, analyze(project.network))
    assert task.done(project, analyze(project.network), {}) == (not found)
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_hold_what_they_say(path: Path) -> None:
    found = list(check(read_lesson(path), None))
    assert [one for one in found if not one.agrees] == []
    assert {"task", "spoilers"} <= {one.name for one in found}


def test_a_task_says_in_words_what_is_missing(tmp_path: Path) -> None:
    lesson = read(tmp_path, BOTTLENECK)
    start = lesson.start()
    assert missing(lesson, start) == (
        "a *Conv 1×1* that reads from the *Input* (*Conv 5×5 · 16* is there, but its kernel size is"
        " 5×5, wanted 1×1)",
    )
    wide = chained(start, (64, 1), (16, 5))
    assert missing(lesson, wide) == ("*Conv 1×1 · 64* has 64 channels, wanted 4",)
    half = chained(start, (4, 1))
    assert missing(lesson, half) == ("a *Conv 5×5* after the *Conv 1×1*",)
    assert missing(lesson, chained(start, (4, 1), (16, 5))) == ()


def test_stray_copies_and_other_branches_do_not_mislead(tmp_path: Path) -> None:
    lesson = read(tmp_path, BOTTLENECK)
    step = lesson.steps[0]
    clean = chained(lesson.start(), (4, 1), (16, 5))
    # wrong attempts first in the order of computation, the right ones after them
    stray = chained(chained(chained(lesson.start(), (64, 1), (16, 5)), (4, 1)), (4, 1), (16, 5))
    assert missing(lesson, stray) == ()
    told = [numbers(step, State(one, analyze(one.network))) for one in (clean, stray)]
    assert told[0] == told[1]
    assert told[0]["macs_direct"] == f"{8 * 16 * 25 * 144:,}"


def test_the_direct_layer_may_be_replaced_by_the_two(tmp_path: Path) -> None:
    """As the program's own *Reduce first* does it."""
    lesson = read(tmp_path, BOTTLENECK)
    start = lesson.start()
    layer = layer_kinds()["Conv2d"](out_channels=4, kernel_size=(1, 1))
    reduced = start.insert_on_edge(layer, ("input", "direct"), (0.0, 0.0))
    assert missing(lesson, reduced) == ()


MISTAKES = (
    ("title: A bottleneck", "titel: A bottleneck", "line 2: unknown key 'titel'. Did you mean title?"),
    (
        "Conv2d kernel_size=5 after",
        "Conv2D kernel_size=5 after",
        "line 12: unknown layer kind 'Conv2D'. Did you mean Conv2d",
    ),
    (
        "kernel_size=1 after input",
        "kernal_size=1 after input",
        "no setting 'kernal_size'. Did you mean kernel_size",
    ),
    (
        "kernel_size=1 after input\nexpand",
        "kernel_size=one after input\nexpand",
        "line 11: kernel_size=one is no pair",
    ),
    (
        "{macs(direct)} directly",
        "{macs(dircet)} directly",
        "line 17: no layer or place is called 'dircet'. Did you mean direct?",
    ),
    ("{macs(direct)} directly", "{mac(direct)} directly", "unknown function 'mac'. Did you mean macs"),
    ("{macs(direct)} directly", "{macs(direct} directly", "line 17: 'macs(direct' is no expression"),
    ("{macs(direct)} directly", "{__import__('os').system('true')} directly", "is no number"),
    ("{macs(direct)} directly", "{9**9**9} directly", "is no number"),
    ("{macs(direct)} directly", "{(lambda: 1)()} directly", "is no number"),
    ("{macs(direct)} directly", "{" + "(" * 280 + "} directly", "is no expression"),
    ("goal: channels(squeeze) = 4", "goal: channels(squeeze)", "line 21: 'channels(squeeze)' is no goal"),
    ("solve: add squeeze: Conv2d", "solve: append squeeze: Conv2d", "line 23: unknown edit 'append'"),
    ("```\n\n# Build", "\n# Build", "line 10: the block that begins here has no end"),
    ("```network", "```netwrok", "line 5: unknown block 'netwrok'. Did you mean network?"),
    ("# Build it", "Build it", "the lesson has no step"),
    ("shape=8x12x12", "shape=8x12", "line 6: Input: shape"),
    (
        "out_channels=16 kernel_size=5 padding=same\n```",
        "out_channels=0 kernel_size=5\n```",
        "line 7: Conv2d: out_channels=0 is below 1",
    ),
)


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_every_mistake_is_one_line_with_file_line_value_and_way_out(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    assert right in BOTTLENECK
    with pytest.raises(FormatError) as caught:
        read(tmp_path, BOTTLENECK.replace(right, wrong, 1))
    message = str(caught.value)
    assert message.startswith("written.lesson.md, line ")
    assert said in message
    assert "\n" not in message
    assert len(message) < 400


def test_no_file_makes_a_traceback(tmp_path: Path) -> None:
    """Cut anywhere, each line left out, each line twice: a lesson, or one line that says why not."""
    lines = BOTTLENECK.splitlines()
    broken = ["\n".join(lines[:count]) for count in range(len(lines))]
    broken += ["\n".join(lines[:index] + lines[index + 1 :]) for index in range(len(lines))]
    broken += ["\n".join([*lines[: index + 1], *lines[index:]]) for index in range(len(lines))]
    refused = 0
    for text in broken:
        try:
            lesson = read(tmp_path, text)
        except FormatError as error:
            refused += "\n" not in str(error)
        else:
            list(check(lesson, None))
    assert refused > len(lines)
    (tmp_path / "other.lesson.md").write_bytes(b"\xff\xfe---")
    with pytest.raises(FormatError, match="not UTF-8"):
        read_lesson(tmp_path / "other.lesson.md")


def test_a_network_comes_from_a_preset_or_a_project_beside_the_lesson(tmp_path: Path) -> None:
    from engine.formats import write_project

    block = BOTTLENECK[BOTTLENECK.index("```network") : BOTTLENECK.index("```places")]
    text = BOTTLENECK.replace(block, "")
    start = replace(read(tmp_path, BOTTLENECK).start(), title="Mine")
    write_project(tmp_path / "mine.onebyone", start)
    named = read(tmp_path, text.replace("title:", "network: mine.onebyone\ntitle:"))
    assert named.start().network == start.network
    for outside in ("../mine.onebyone", "/etc/mine.onebyone", "no_such_preset"):
        with pytest.raises(FormatError, match="line 2"):
            read(tmp_path, text.replace("title:", f"network: {outside}\ntitle:"))
