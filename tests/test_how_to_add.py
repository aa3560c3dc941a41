"""The guide for those who add something, followed: each of its snippets is one file, and works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
SNIPPET = re.compile(r"```python\n# (?P<path>[\w/]+\.py)\n(?P<code>.*?)```", re.S)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with the guide's six files in it."""
    copy = tmp_path_factory.mktemp("followed")
    for package in ("engine", "presets", "gui"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "assets").symlink_to(ROOT / "assets")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for match in SNIPPET.finditer(GUIDE):
        path = copy / match["path"]
        assert not path.exists(), f"{match['path']} of the guide is a file of the program"
        path.write_text(match["code"], encoding="utf-8")
    return copy


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_guide_has_a_snippet_for_everything_that_can_be_added() -> None:
    folders = {str(Path(match["path"]).parent) for match in SNIPPET.finditer(GUIDE)}
    assert folders == {
        "engine/layers",
        "engine/formats",
        "gui/figures/styles",
        "presets/networks",
        "presets/lessons",
        "gui/commands",
    }


def test_the_kind_computes_and_is_counted(followed: Path) -> None:
    script = (
        "from engine import Halve, Input, Network, Node, analyze, feature_maps\n"
        "network = Network([Node(id='in', layer=Input(shape=(3, 8, 8))),"
        " Node(id='half', layer=Halve(), inputs=('in',))])\n"
        "maps = feature_maps(network, 'chelsea')\n"
        "assert abs(maps['half'] * 2 - maps['in']).max() < 1e-6\n"
        "print(analyze(network).totals.operations.multiply)"
    )
    assert run(followed, "-c", script).strip() == "192"


def test_preset_command_and_format_work_together(followed: Path) -> None:
    assert run(followed, "-m", "gui", "depth", "two_layers").strip() == "3"
    run(followed, "-m", "gui", "export", "two_layers", "-o", "layers.names")
    assert (followed / "layers.names").read_text(encoding="utf-8").splitlines()[-1] == "ReLU"


def test_the_style_draws(followed: Path) -> None:
    run(followed, "-m", "gui", "export", "two_layers", "-o", "title.svg", "--style", "title")
    assert "Two layers" in (followed / "title.svg").read_text(encoding="utf-8")


def test_the_lesson_is_in_the_list(followed: Path) -> None:
    assert "first-look" in run(followed, "-m", "gui", "lessons")
