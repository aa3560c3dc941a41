"""Once Qt is loaded, an import reads no sources."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import linecache, sys
from PySide6.QtWidgets import QApplication
from gui.system.plain_imports import restore_imports
{first}
sys.modules.pop("colorsys", None)
import colorsys
print(any(name.endswith("colorsys.py") for name in linecache.cache))
"""


@pytest.mark.parametrize(("first", "reads"), [("", "True"), ("restore_imports()", "False")])
def test_an_import_reads_no_source(first: str, reads: str) -> None:
    """It does before: when PySide6 leaves imports alone by itself, the module that restores them may go."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT.format(first=first)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == reads, done.stderr


def test_a_start_restores_imports() -> None:
    script = (
        "import builtins, gui.look.display\n"
        "gui.look.display.obstacle = lambda: None\n"
        "from PySide6.QtWidgets import QApplication\n"
        "QApplication.exec = lambda *_: 0\n"
        "from gui.app import run\n"
        "run(new=True)\n"
        "print(builtins.__import__ is builtins.__orig_import__)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "True" in done.stdout.split(), done.stderr
