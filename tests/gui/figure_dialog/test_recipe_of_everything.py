"""Notes, a selection, an opened group and both ends are in the recipe and on the command line."""

import shlex
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.formats.project_json import write
from engine.image.image_source import open_image
from engine.model.figure_notes import FigureNote
from gui.command_line import main
from gui.figure_dialog.choices import Choices
from gui.figure_dialog.figure_jobs import Order, WriteFile
from gui.figure_dialog.recipe_button import recipe_of
from gui.figures.recipe import note_of, note_text
from gui.figures.style import Options
from gui.figures.styles import STYLES

NOTES = (
    FigureNote(kind="label", nodes=("c1",), text="Edges, $w_1^2$ = x: “y”"),
    FigureNote(kind="colour", nodes=("c3",), text="#12AB34"),
    FigureNote(kind="dim", nodes=("s2", "c3")),
    FigureNote(kind="hide", nodes=("s4",)),
    FigureNote(kind="highlight", nodes=("input", "c1", "tanh1", "s2")),
    FigureNote(kind="brace", nodes=("c1", "s2"), text="stage 1, ×1"),
    FigureNote(kind="title", text="-- LeNet {5}"),
    FigureNote(kind="caption", text="Figure 1: all of it"),
)


@cache
def maps(seed: int) -> dict[str, Any]:
    project = presets.load("lenet5").project
    found = Executor().run(project.network, open_image("coffee"), seed=seed)
    return {result.node_id: result for result in found}


DESK = SimpleNamespace(
    checkpoint=lambda: None, photograph=open_image, maps=lambda network, scene, seed: maps(seed)
)


def written_twice(choices: Choices, net: str, project: Any, folder: Path) -> list[bytes]:
    """What the dialog writes, the command line, and the recipe's file."""
    baseline = presets.load("alexnet").project
    needs = "baseline" in STYLES[choices.style].uses
    order = Order(
        project=project, analysis=analyze(project.network), photograph="coffee", choices=choices,
        baseline=(baseline, analyze(baseline.network)) if needs else None,
    )  # fmt: skip
    paths = [folder / f"{name}.svg" for name in ("dialog", "line", "recipe")]
    WriteFile(order=order, path=paths[0]).work(DESK)
    recipe = recipe_of(choices, net, "alexnet", "coffee", [note_text(n) for n in project.figure_notes])
    assert main(shlex.split(recipe.command(str(paths[1])))[1:]) == 0
    kept = folder / "a.figure.json"
    kept.write_text(recipe.to_json())
    assert main(["export", "--recipe", str(kept), "-o", str(paths[2])]) == 0
    return [path.read_bytes() for path in paths]


@pytest.mark.parametrize(
    ("style", "target"), [*((style, "") for style in sorted(STYLES)), ("column", "slide"), ("slabs", "slide")]
)
def test_recipe_and_command_make_the_same_bytes_in_every_style(
    style: str, target: str, tmp_path: Path, qapp: Any
) -> None:
    project = presets.load("unet" if style == "u" else "lenet5").project
    project = replace(project, figure_notes=() if style == "u" else NOTES)
    choices = Choices(
        style=style, format="svg", target=target, maps=style != "u",
        options=Options(ends=style != "u", labels=frozenset({"names", "shapes", "macs"})),
    )  # fmt: skip
    made = written_twice(choices, "unet" if style == "u" else "lenet5", project, tmp_path)
    assert len(set(made)) == 1


@pytest.mark.parametrize("style", ["column", "flow", "slabs", "table"])
def test_a_selection_and_an_opened_group_are_in_the_recipe(style: str, tmp_path: Path, qapp: Any) -> None:
    project = presets.load("lenet5").project.group(["c3", "tanh3", "s4"], "Middle")
    path = tmp_path / "net.onebyone"
    path.write_bytes(write(replace(project, figure_notes=NOTES)))
    (group,) = project.groups
    plain = Choices(style=style, format="svg", maps=False)
    parts = Options(opened=group), Options(only=("c1", "tanh1", "s2", "c3")), Options()
    chosen = [replace(plain, options=options) for options in parts]
    found = [
        written_twice(one, str(path), replace(project, figure_notes=NOTES[:1]), tmp_path) for one in chosen
    ]
    assert all(len(set(made)) == 1 for made in found)
    assert len({made[0] for made in found}) == 3


@pytest.mark.parametrize(
    "note",
    [
        *NOTES,
        FigureNote(kind="label", nodes=("a=b",), text="c"),
        FigureNote(kind="label", nodes=("a,b", "c:d"), text="=="),
        FigureNote(kind="dim", nodes=(" a",)),
        FigureNote(kind="title", text='{"kind": "dim"}'),
        FigureNote(kind="label", nodes=("a",), text="μ 混合 🐈\n"),
    ],
    ids=lambda note: note.kind,
)
def test_a_note_is_typed_and_read_again(note: FigureNote) -> None:
    assert note_of(note_text(note)) == note


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--note", "label:nix=a"], "--note: label of nix is about nothing in this network"),
        (["--note", "shout:c1"], "a note is typed as label:conv1=Edges"),
        (["--note", "{"], "is no note: it is no JSON"),
        (["--note", "colour:c1=red"], "'red' is no colour"),
        (["--only", "c1,nix"], "--only: there is no node or group 'nix'; groups are none"),
        (["--from", "c3", "--to", "c1"], "no way leads from 'c3' to 'c1'"),
        (["--from", "nix"], "--from: there is no node 'nix'"),
        (["--open", "nix"], "--open: there is no group 'nix'"),
        (["--only", "c1", "--style", "arithmetic"], "--only means nothing to the style 'arithmetic'"),
        (["--open", "c1", "--style", "comparison"], "--open means nothing to the style 'comparison'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    words: list[str], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "lenet5", "-o", str(tmp_path / "a.svg"), *words]) == 2
    told = capsys.readouterr().err
    assert reason in told
    assert told.count("\n") == 1
    assert not (tmp_path / "a.svg").exists()


def test_no_notes_stands_for_none(tmp_path: Path, qapp: Any) -> None:
    project = presets.load("lenet5").project
    path, plain, without = (tmp_path / name for name in ("net.onebyone", "a.svg", "b.svg"))
    path.write_bytes(write(replace(project, figure_notes=NOTES)))
    assert main(["export", "lenet5", "-o", str(plain), "--style", "column"]) == 0
    assert main(["export", str(path), "-o", str(without), "--style", "column", "--note", "none"]) == 0
    assert plain.read_bytes() == without.read_bytes()
