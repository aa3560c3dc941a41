"""What a lesson file can ask of a network: each number in two ways, wherever its layers have gone."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.analysis.analyze import analyze
from engine.errors import FormatError
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.model.project import Project
from presets.checks.checking import check
from presets.lesson import Lesson, State
from presets.written.functions import FUNCTIONS
from presets.written.lesson_file import read_lesson

TEXT = """---
title: Numbers
networks: lenet5
---

```network
input: Input shape=3x16x12
one: Conv2d out_channels=4 kernel_size=3 padding=same
two: Conv2d out_channels=4 kernel_size=1
pool: MaxPool2d kernel_size=2 stride=2
strided: Conv2d out_channels=8 kernel_size=1 stride=2 padding=valid after pool
```

```places
more: Conv2d kernel_size=5 after one
```

# Look

{%s}

```figure
style: flow
```
"""

TOLD = {
    "macs(one, two)": "23,808",
    "macs()": "24,192",
    "memory(one)": "3,072",
    "memory() | 1 MB": "0.0\u00a0MB",
    "parameters()": "172",
    "weights(one)": "108",
    "biases(one)": "4",
    "kernels(one)": "12",
    "channels(strided)": "8",
    "height(pool)": "8",
    "width(pool)": "6",
    "field(strided)": "4",
    "field()": "4",
    "jump(strided)": "4",
    "read(strided)": "12",
    "1 - read(strided) / (height(pool) * width(pool)) | 0 %": "75\u00a0%",
    "macs_formula(two)": "16·12·1·1·4·4 = 3,072",
    "parameters_formula(two)": "1·1·4·4 + 4 = 20",
    "layers()": "4",
    "count(Conv2d)": "3",
    "ends_in(Conv2d)": "1",
    "strided()": "2",
    "skipping()": "1",
    "kernel_size(one)": "3",
    "lenet5: channels('c1')": "6",
}


def lesson_with(folder: Path, expression: str) -> Lesson:
    path = folder / "numbers.lesson.md"
    path.write_text(TEXT % expression, encoding="utf-8")
    return read_lesson(path)


def state_of(project: Project, *, computed: bool = False) -> State:
    maps = {}
    if computed:
        executor = Executor()
        maps = {one.node_id: one.map for one in executor.run(project.network, open_image(project.image))}
        executor.close()
    return State(project, analyze(project.network), maps)


@pytest.mark.parametrize(("expression", "told"), TOLD.items(), ids=list(TOLD))
def test_a_number_is_told_and_counted(tmp_path: Path, expression: str, told: str) -> None:
    lesson = lesson_with(tmp_path, expression)
    (quote,) = lesson.steps[0].quotes.values()
    state = state_of(lesson.start())
    assert quote.text(state) == told
    assert quote.agrees(state)
    assert [one.said for one in check(lesson, None) if not one.agrees] == []


MEASURED = (
    "value(one, 0, 3, 5)", "minimum(two)", "maximum(two)", "mean(two)", "max_difference(one, two)",
    "explained(one, 2) | 1 %", "milliseconds(one)",
)  # fmt: skip


@pytest.mark.parametrize("expression", MEASURED)
def test_a_number_of_the_maps_is_read_off_them_and_found_again(tmp_path: Path, expression: str) -> None:
    lesson = lesson_with(tmp_path, expression)
    (quote,) = lesson.steps[0].quotes.values()
    assert lesson.steps[0].needs_maps
    state = state_of(lesson.start(), computed=True)
    one, other = quote.engine(state), quote.counted(state)
    assert quote.agrees(state), (one, other)
    assert quote.text(state) not in ("", "–")
    if not expression.startswith("milliseconds"):
        assert not replace(quote, counted=lambda _: float(other) + 0.1 + abs(float(other))).agrees(state)


def test_all_functions_are_tried_here() -> None:
    tried = " ".join((*TOLD, *MEASURED))
    assert [name for name in FUNCTIONS if f"{name}(" not in tried] == []


def test_a_layer_that_is_gone_is_told_of_as_it_was(tmp_path: Path) -> None:
    lesson = lesson_with(tmp_path, "channels(one)")
    (quote,) = lesson.steps[0].quotes.values()
    assert quote.text(state_of(lesson.start().remove("one"))) == "4"
    wider = lesson.start().replace_layer("one", lesson.start().network["one"].layer.replace(out_channels=7))
    assert quote.text(state_of(wider)) == "7"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("value(one)", "value() takes one layer and 3 whole numbers, not 1"),
        ("max_difference(one)", "takes two layers, not 1"),
        ("macs_formula(one) * 2", "a formula stands alone"),
        ("count(Convolution)", "does not name a kind of layers"),
        ("lenet: macs()", "no preset is called 'lenet'. Did you mean lenet5"),
        ("macs(one) | 2 GB", "is no number of decimals (0 to 9), % or MB"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(tmp_path: Path, expression: str, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        lesson_with(tmp_path, expression)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_expression_that_a_preset_does_not_have_is_found_by_the_check(tmp_path: Path) -> None:
    (fault,) = [one for one in check(lesson_with(tmp_path, "lenet5: macs(nothing)"), None) if not one.agrees]
    assert "no nothing" in fault.said
