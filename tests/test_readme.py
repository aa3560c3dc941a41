"""What the README shows works as it stands there, and is what it says."""

import ast
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.analysis.analyze import analyze
from engine.version import VERSION
from gui.commands import COMMANDS
from presets import load, preset_names

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS_SHOWN = README.partition("## Without a window")[2].partition("```\n")[2].partition("```")[0]
SECTION = README.partition("## As a library")[2].partition("\n## ")[0]


@pytest.mark.usefixtures("qapp")
def test_the_section_on_the_library_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comment that is a value says what the expression before it gives."""
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    checked = 0
    blocks = re.findall("```python\n(.*?)```", SECTION, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        for statement in ast.parse(block).body:
            source = ast.get_source_segment(block, statement)
            assert source is not None
            last = block.splitlines()[(statement.end_lineno or 0) - 1]
            said = last.partition("  # ")[2]
            if isinstance(statement, ast.Expr) and said:
                assert eval(source, known) == ast.literal_eval(said), source
                checked += 1
            else:
                exec(source, known)
    assert checked == 5
    assert {path.name for path in tmp_path.iterdir()} == {"inception.svg", "maps.png"}
    assert "<svg" in known["figure"]._repr_svg_()  # type: ignore[attr-defined]


def test_rows_are_plain_and_add_up() -> None:
    for name in ("inception_3a", "lenet5", "channel_scaling"):
        assert name in preset_names()
        analysis = analyze(load(name).project.network)
        rows = analysis.rows
        assert [row["id"] for row in rows] == list(analysis.layers)
        assert len({tuple(row) for row in rows}) == 1
        assert {type(value) for row in rows for value in row.values()} <= {int, float, str, type(None)}
        assert sum(row["macs"] for row in rows) == analysis.totals.macs


def test_the_citation_is_of_this_version() -> None:
    assert f"version = {{{VERSION}}}" in README


def test_every_command_shown_is_understood() -> None:
    """Names of networks and files apart, which the reader puts in."""
    shown = [part for line in COMMANDS_SHOWN.splitlines() for part in line.partition(" # ")[0].split(" | ")]
    for line in shown:
        program, name, *arguments = shlex.split(line)
        assert program == "onebyone", line
        assert COMMANDS[name].parser().parse_args(arguments), line
    assert {shlex.split(line)[1] for line in shown} >= set(COMMANDS) - {
        "completion",
        "install-desktop",
        "licences",
    }


def test_every_room_is_in_the_table() -> None:
    named = set()
    for row in re.findall(r"^\| (`.*?) \|", README.partition("## The map")[2], re.MULTILINE):
        first, *others = re.findall("`([^`]+)`", row)
        floor = first.partition("/")[0]
        named |= {first, *(f"{floor}/{other}" for other in others)}
    for floor in ("engine", "gui"):
        rooms = {path.parent.name for path in (ROOT / floor).glob("*/__init__.py")}
        assert {f"{floor}/{room}" for room in rooms} - named == set()


GALLERY = re.findall(
    r"^onebyone (export .* -o (figure-\S+\.png))$",
    (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_every_figure_of_the_readme_has_a_line_that_makes_it() -> None:
    shown = set(re.findall(r"assets/screenshots/(figure-\S+\.png)", README))
    assert shown == {name for _, name in GALLERY}
    assert len(shown) == 6


@pytest.mark.figures
@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("line", "name"), GALLERY, ids=[name for _, name in GALLERY])
def test_the_figures_of_the_readme_are_current(
    line: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gui.command_line import main

    monkeypatch.chdir(tmp_path)
    assert main(line.split()) == 0
    made, kept = (
        np.asarray(Image.open(path).convert("RGB"), dtype=float)
        for path in (tmp_path / name, ROOT / "assets" / "screenshots" / name)
    )
    assert made.shape == kept.shape
    # Fewer colours change each pixel a little, another drawing many of them much.
    assert (np.abs(made - kept).max(axis=2) > 48).mean() < 0.002
