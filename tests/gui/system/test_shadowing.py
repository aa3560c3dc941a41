"""A package of another program that hides ours is told in one line, before it does any harm."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gui.system.shadowing import PACKAGES, shadow

ROOT = Path(__file__).resolve().parents[3]


def test_nothing_hides_this_program() -> None:
    assert shadow(ROOT) == ""


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_or_module_of_the_same_name_is_found(name: str, tmp_path: Path) -> None:
    for form in ("package", "module"):
        folder = tmp_path / form
        folder.mkdir()
        if form == "package":
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text("")
        else:
            (folder / f"{name}.py").write_text("")
        assert str(folder / name) in shadow(ROOT, {}, [str(folder), str(ROOT)])
        assert shadow(ROOT, {}, [str(ROOT), str(folder)]) == ""


def test_a_module_that_is_loaded_already_counts(tmp_path: Path) -> None:
    other = ModuleType("engine")
    other.__file__ = str(tmp_path / "engine" / "__init__.py")
    assert "engine" in shadow(ROOT, {"engine": other}, [str(ROOT)])


def test_the_program_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    script = f"import sys; sys.path.append({str(ROOT)!r}); import gui.__main__"
    done = subprocess.run(
        [sys.executable, "-ISc", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {script}"],
        env={**os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "hides OneByOne's" in done.stderr
