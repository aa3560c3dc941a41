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
    """A copy of the program with the guide's files and a pooling in it."""
    copy = tmp_path_factory.mktemp("followed")
    for package in ("engine", "presets", "gui"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__", "golden"))
    (copy / "assets").symlink_to(ROOT / "assets")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for match in SNIPPET.finditer(GUIDE):
        path = copy / match["path"]
        assert not path.exists(), f"{match['path']} of the guide is a file of the program"
        path.write_text(match["code"], encoding="utf-8")
    added = ROOT / "tests" / "added_kind"
    shutil.copy(added / "sum_pooling.py", copy / "engine/layers/sum_pooling.py")
    shutil.copy(added / "contract_of_sum_pooling.py", copy / "tests/engine/layers/test_sum_pooling.py")
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
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return done.stdout


def test_the_guide_has_a_snippet_for_everything_that_can_be_added() -> None:
    folders = {str(Path(match["path"]).parent) for match in SNIPPET.finditer(GUIDE)}
    assert folders == {
        "engine/layers",
        "tests/engine/layers",
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


def test_a_kind_is_one_file_and_its_test(followed: Path) -> None:
    """Its contract with a slow twin, what all kinds keep, its words in figures: nothing else is written."""
    folder = "tests/engine/layers"
    run(
        followed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k",
        "halve or sum_pooling or Halve or SumPool2d or twin or tried",
        f"{folder}/test_halve.py", f"{folder}/test_sum_pooling.py",
        f"{folder}/test_every_layer.py", f"{folder}/test_layer.py",
        "tests/gui/figures/test_every_kind.py",
    )  # fmt: skip


def test_a_pooling_has_everything_that_people_see_of_a_kind(followed: Path) -> None:
    """A path to its values, its page of help, its value taken apart, its exports, a figure."""
    script = """
from engine import Input, Network, Node, Project, SumPool2d, analyze, feature_maps
from engine.execution.executor import Executor
from engine.formats import write_project
from engine.plan import plan_text
from gui.command_line import main
from gui.help.layer_help import layer_help
from gui.look.theme import LIGHT
from gui.value_inspector.compose import View, draw_value
from gui.words.number_format import Numbers
from tests.gui.value_inspector.lenses import lens_of

layer = SumPool2d()
network = Network([
    Node(id="in", layer=Input(shape=(3, 8, 8))), Node(id="sum", layer=layer, inputs=("in",)),
])
maps = feature_maps(network, "chelsea")
inspected = lens_of(layer, x=maps["in"].reshape(1, 3, 8, 8), at=(1, 2, 3))
assert abs(inspected.arithmetic.value - maps["sum"].reshape(3, 4, 4)[1, 2, 3]) < 1e-5
assert draw_value(inspected, View(960, 220), LIGHT, Numbers()) is not None
print(plan_text(Executor().plan(network)))
print(layer_help(network, analyze(network), "sum", Numbers()))
write_project("sums.onebyone", Project(network=network))
for target in ("sums.py", "sums_keras.py", "sums.svg"):
    assert main(["export", "sums.onebyone", "-o", target]) == 0
"""
    told = run(followed, "-c", script)
    assert "no fast path" in told
    assert "SumPool2d" in told
    assert "nn.AvgPool2d" in (followed / "sums.py").read_text(encoding="utf-8")
    assert "AveragePooling2D" in (followed / "sums_keras.py").read_text(encoding="utf-8")
    assert "Sum pool 2×2" in (followed / "sums.svg").read_text(encoding="utf-8")


def test_preset_command_and_format_work_together(followed: Path) -> None:
    assert run(followed, "-m", "gui", "depth", "two_layers").strip() == "3"
    run(followed, "-m", "gui", "export", "two_layers", "-o", "layers.names")
    assert (followed / "layers.names").read_text(encoding="utf-8").splitlines()[-1] == "ReLU"


def test_the_style_draws(followed: Path) -> None:
    run(followed, "-m", "gui", "export", "two_layers", "-o", "title.svg", "--style", "title")
    assert "Two layers" in (followed / "title.svg").read_text(encoding="utf-8")


def test_the_lesson_is_in_the_list(followed: Path) -> None:
    assert "first-look" in run(followed, "-m", "gui", "lessons")
