"""The command line and the recipe say what the dialog shows: both make the same file."""

import json
import shlex
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gui.command_line import main
from gui.figure_dialog.choices import FORMATS, Choices
from gui.figure_dialog.figure_jobs import Order, WriteFile
from gui.figure_dialog.recipe_button import recipe_of
from gui.figures.style import Options

CASES = [
    Choices(style="column", target="slide", options=Options(fold=True, legend=True, caption="Fig. 1")),
    Choices(style="slabs", theme="dark", maps=False, target="custom", width_mm=120, min_type_pt=6,
            options=Options(scaling="log", labels=frozenset({"names"}), colours="greys")),
    Choices(style="lenet", maps=False, options=Options(notation="HxWxC", font="serif", greys=True)),
    Choices(style="table", options=Options(colour=(("pooling", "#12AB34"), ("dense", "#101010")))),
    Choices(style="arithmetic", maps=False, options=Options(layer="c1", at=(1, 2, 3), labels=frozenset())),
]  # fmt: skip


@pytest.mark.parametrize("choices", CASES, ids=lambda choices: choices.style)
def test_the_command_line_makes_what_the_dialog_makes(choices: Choices, tmp_path, qapp) -> None:
    import presets
    from engine.analysis.analyze import analyze

    project = presets.load("lenet5").project
    choices = replace(choices, format="svg")
    order = Order(project=project, analysis=analyze(project.network), photograph="", choices=choices)
    WriteFile(order=order, path=tmp_path / "dialog.svg").work(SimpleNamespace(checkpoint=lambda: None))
    command = recipe_of(choices, "lenet5", "", "").command(str(tmp_path / "line.svg"))
    words = shlex.split(command)
    assert words[:2] == ["onebyone", "export"]
    assert main(words[1:]) == 0
    assert (tmp_path / "line.svg").read_bytes() == (tmp_path / "dialog.svg").read_bytes()


def test_a_recipe_makes_the_figure_again(tmp_path, qapp, capsys) -> None:
    first, second, kept = tmp_path / "a.svg", tmp_path / "b.svg", tmp_path / "a.figure.json"
    words = ["--style", "column", "--width", "90", "--labels", "names,macs", "--colour", "pooling=#12AB34"]
    assert main(["export", "lenet5", "-o", str(first), *words, "--save-recipe", str(kept)]) == 0
    assert json.loads(kept.read_text())["arguments"] == {
        "style": "column", "width": "90", "labels": "names,macs", "colour": ["pooling=#12AB34"]
    }  # fmt: skip
    assert main(["export", "--recipe", str(kept), "-o", str(second)]) == 0
    assert second.read_bytes() == first.read_bytes()
    assert main(["export", "--recipe", str(kept), "-o", str(second), "--labels", "none"]) == 0
    assert second.read_bytes() != first.read_bytes()
    capsys.readouterr()
    assert main(["export", "--recipe", str(kept), "-o", "c.pdf", "--show-command"]) == 0
    told = capsys.readouterr().out.strip()
    assert told.startswith("onebyone export lenet5 -o c.pdf --style column")
    assert main([*shlex.split(told)[1:4], str(second), *shlex.split(told)[5:], "--format", "svg"]) == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "it is no JSON"),
        ("[]", "it lacks"),
        ('{"onebyone_figure": 1}', "it needs the text net and the record arguments"),
        ('{"onebyone_figure": 1, "net": "a", "arguments": {"style": 3}}', "'style' is no text"),
    ],
)
def test_a_damaged_recipe_is_refused_in_one_line(text: str, reason: str, tmp_path, capsys) -> None:
    path = tmp_path / "a.figure.json"
    path.write_text(text)
    assert main(["export", "--recipe", str(path), "-o", str(tmp_path / "a.svg")]) == 2
    told = capsys.readouterr().err
    assert reason in told
    assert told.count("\n") == 1


def test_a_deck_has_a_slide_for_each_step(tmp_path, qapp) -> None:
    from pptx import Presentation

    deck, pages = tmp_path / "a.pptx", tmp_path / "a.pdf"
    assert main(["export", "vgg16", "-o", str(deck), "--style", "slabs", "--animate", "stages"]) == 0
    assert main(["export", "vgg16", "-o", str(pages), "--style", "slabs", "--animate", "stages"]) == 0
    # 224, 112, 56, 28, 14, 7×7 and the vectors; the pooling that is stuck to a slab comes with the next.
    slides = Presentation(str(deck)).slides
    assert 5 <= len(slides) <= 7
    assert pages.read_bytes().count(b"/Type /Page\n") == len(slides)
    counts = [sum(1 for _ in slide._element.iter()) for slide in slides]
    assert counts == sorted(counts)
    assert main(["export", "lenet5", "-o", str(deck), "--style", "column", "--animate", "build-up"]) == 0
    assert len(Presentation(str(deck)).slides) == 9
    assert {"pptx steps", "pdf steps"} <= FORMATS.keys()
