"""What all formats have in common."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from engine.formats.typesetting import Table
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS, endings, writers_of
from tests.gui.figures.everything import EVERYTHING, MOVING

ROOT = Path(__file__).parents[4]

TABLE = Table(
    headings=("Layer", "Parameters"),
    rows=(("a_1 & b", "1,792"), ("<c>", "0")),
    totals=("Total", "1,792"),
    numbers=frozenset({1}),
    title="Small",
)


def written(name: str, **finish) -> bytes:
    """The drawing, the animation or the table in the format of this name."""
    writer = WRITERS[name]
    if writer.write is not None:
        return writer.write(EVERYTHING, Finish(**finish))
    if writer.animate is not None:
        return writer.animate(MOVING, Finish(**finish))
    return writer.tabulate(TABLE)


def test_every_writer_says_what_it_is_and_does_one_thing() -> None:
    for name, writer in WRITERS.items():
        assert writer.name == name
        assert writer.title
        assert all(ending.startswith(".") and ending == ending.lower() for ending in writer.endings)
        assert [writer.write, writer.animate, writer.tabulate].count(None) == 2
        assert writer.uses <= {"scale", "outlines", "duration_ms"}
    assert {".svg", ".pdf", ".png", ".tex", ".pptx", ".gif", ".webp", ".apng"} <= set(endings())


def test_an_ending_finds_its_writers_whatever_its_case() -> None:
    assert [one.name for one in writers_of("a.SVG")] == ["svg"]
    assert {one.name for one in writers_of("a.tex")} == {"latex", "tikz"}
    assert writers_of("a.bmp") == []


@pytest.mark.parametrize("name", WRITERS)
def test_equal_drawings_give_equal_bytes_in_every_process(name: str, qapp: object) -> None:
    script = (
        "import hashlib, sys\n"
        "from tests.gui.figures.writers.test_writers import written\n"
        f"print(hashlib.sha256(written({name!r})).hexdigest())"
    )
    environment = {
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Kathmandu",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == hashlib.sha256(written(name)).hexdigest()


def test_tables_hold_their_cells_in_every_form() -> None:
    markdown, latex, csv, html = (written(one).decode() for one in ("markdown", "latex", "csv", "html"))
    assert "| a_1 & b | 1,792 |" in markdown
    assert "**1,792**" in markdown
    assert r"a\_1 \& b & 1{,}792 \\" in latex
    assert r"\usepackage{booktabs" in latex
    assert csv == "Layer,Parameters\na_1 & b,1792\n<c>,0\n"
    assert '<td style="text-align:right">1,792</td>' in html
    assert "&lt;c&gt;" in html
