"""`onebyone compare` and `onebyone presets --shares`."""

import json
from pathlib import Path

import pytest

from engine.formats import write_project
from engine.layers.convolution import Conv2d
from gui.command_line import main
from presets import load, preset_names


def test_two_presets_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "inception_3a_naive", "inception_3a"]) == 0
    text = capsys.readouterr().out
    assert "inserted" in text
    assert text.splitlines()[-1].split()[-1] == "2.37"


@pytest.mark.parametrize("form", ["json", "markdown", "latex", "csv", "html"])
def test_the_comparison_is_written_in_every_form(capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert main(["compare", "vgg16", "vgg19", f"--{form}"]) == 0
    text = capsys.readouterr().out
    opening = {"json": "{", "markdown": "| ", "latex": "\\begin", "csv": "Node,", "html": "<!DOCTYPE"}[form]
    assert text.startswith(opening)


def test_a_network_with_problems_is_compared_and_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    project = load("lenet5").project
    first = next(node for node in project.network.nodes.values() if isinstance(node.layer, Conv2d))
    broken = project.replace_layer(first.id, first.layer.replace(groups=5))
    write_project(tmp_path / "broken.onebyone", broken)
    assert main(["compare", "lenet5", str(tmp_path / "broken.onebyone")]) == 1
    written = capsys.readouterr()
    assert "broken" in written.out
    assert first.id in written.err


@pytest.mark.parametrize("argv", [["compare", "vgg16"], ["compare", "vgg16", "nothing"], ["compare"]])
def test_wrong_usage_is_one_line(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    assert main(argv) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_shares_of_all_presets_begin_with_the_greatest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "--shares", "--json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert {record["name"] for record in records} == set(preset_names())
    parts = [record["classes"]["pointwise"]["macs"]["fraction"] for record in records]
    assert parts == sorted(parts, reverse=True)
    mobile = next(record for record in records if record["name"] == "mobilenet_v1")
    assert round(mobile["classes"]["pointwise"]["macs"]["fraction"], 4) == 0.9486
    assert main(["presets", "--shares"]) == 0
    assert "94.86" in capsys.readouterr().out


def test_markdown_is_a_comment_on_a_pull_request(capsys: pytest.CaptureFixture[str]) -> None:
    """Totals first; every layer that has changed and no other, folded away where they are many."""
    assert main(["compare", "vgg16", "vgg19", "--markdown"]) == 0
    text = capsys.readouterr().out
    assert "| Parameters | 138,357,544 | 143,667,240 | +5,309,696 | +3.8 % | 0.96 |" in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "same" in line]
    assert rows == []
    assert text.count("| inserted |") == 6  # three convolutions and their activations
    assert text.count("<details") == text.count("</details>") == 1
    assert main(["compare", "vgg16", "vgg16", "--markdown"]) == 0
    same = capsys.readouterr().out
    assert "<details" not in same
    assert "Nothing has changed" in same
