"""What the README shows works as it stands there, and is what it says."""

import ast
import re
from pathlib import Path

import pytest

from engine.analysis.analyze import analyze
from engine.version import VERSION
from presets import load, preset_names

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
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
