"""What all formats have in common."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import presets
from engine.analysis.analyze import analyze
from engine.formats.tables.typesetting import Table
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS, endings, writers_of
from gui.look.theme import LIGHT
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
    assert [writer.name for writer in writers_of("a.SVG")] == ["svg"]
    assert {writer.name for writer in writers_of("a.tex")} == {"latex", "tikz"}
    assert writers_of("a.bmp") == []


def digests() -> dict[str, str]:
    """A short name for the bytes of every format, and of every style's drawing of a module with branches."""
    made = {name: written(name) for name in WRITERS}
    naive, slim = (presets.load(name).project for name in ("inception_3a_naive", "inception_3a"))
    options = Options(baseline=(naive, analyze(naive.network)), legend=True, fold=True)
    for name, style in STYLES.items():
        analysis = analyze(slim.network)
        if not style.problem(slim, analysis, options):
            drawing = style.draw(slim, analysis, None, LIGHT, options)
            made[f"style {name}"] = WRITERS["svg"].write(drawing, Finish())
    return {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}


def test_equal_drawings_give_equal_bytes_in_every_process(qapp: object) -> None:
    script = (
        "import json\n"
        "from tests.gui.figures.writers.test_writers import digests\n"
        "print(json.dumps(digests()))"
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
    assert json.loads(done.stdout) == digests()


def test_tables_hold_their_cells_in_every_form() -> None:
    markdown, latex, csv, html = (written(one).decode() for one in ("markdown", "latex", "csv", "html"))
    assert "| a_1 & b | 1,792 |" in markdown
    assert "**1,792**" in markdown
    assert r"a\_1 \& b & 1{,}792 \\" in latex
    assert r"\usepackage{booktabs" in latex
    assert csv == "Layer,Parameters\na_1 & b,1792\n<c>,0\n"
    assert '<td style="text-align:right">1,792</td>' in html
    assert "&lt;c&gt;" in html
