"""`onebyone survey` as it is typed."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gui.command_line import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photographs"
    made.mkdir()
    for index in range(5):
        coarse = np.random.default_rng(index).integers(0, 256, (5, 5), np.uint8)
        Image.fromarray(coarse).resize((28, 28)).save(made / f"{index}.png")
    (made / "note.txt").write_text("no picture")
    return made


def test_numbers_and_a_page_are_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "survey.npz"
    command = ["survey", "lenet5", "--images", str(folder), "--threads", "1"]
    assert main([*command, "-o", str(output), "--against", "lenet5", "--top", "3"]) == 0
    said = capsys.readouterr()
    assert "5 photographs, 1 file skipped" in said.out
    assert "skipped note.txt" in said.err
    with np.load(output) as found:
        layers = found["layers"].tolist()
        assert json.loads(str(found["about"]))["photographs"] == 5
        assert found[f"effective_rank/{layers[1]}"].shape == ()
        assert found[f"top_value/{layers[1]}"].shape[1] == 3
        assert found["against/cka"] == pytest.approx(found["cka"])
        assert np.isfinite(found["cka"]).all()
    assert not output.with_name("survey.npz.part").exists()
    page = tmp_path / "survey.html"
    chosen = ["--layers", f"{layers[1]},{layers[-1]}", "--against", "lenet5"]
    assert main([*command, "-o", str(page), *chosen]) == 0
    text = page.read_text()
    assert f"Rows and columns: {layers[1]}, {layers[-1]}." in text
    assert f"Rows: {layers[1]}, {layers[-1]}. Columns: {', '.join(layers)}." in text
    assert text.count("<figcaption") == text.count("floor:") * 2 == 4
    assert text.count("<details>") == 2
    assert text.count("data:image/jpeg") > 5
    assert "note.txt" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--images", "none", "-o", "a.npz"], "'none' is no folder"),
        (["--images", ".", "-o", "a.txt"], "must end in .npz or .html"),
        (["--images", ".", "-o", "none/a.npz"], "there is no folder 'none'"),
        (["--images", ".", "-o", "a.npz", "--layers", "x"], "there is no layer 'x'"),
        (["--images", ".", "-o", "a.npz", "--threads", "0"], "no number of processes from 1 to 256"),
        (["--images", ".", "-o", "a.npz", "--top", "-1"], "no number of patches from 1 to 100"),
        (["-o", "a.npz"], "--images"),
        (["--images", ".", "-o", "a.npz"], "there is no file in the folder"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["survey", "lenet5", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_every_name_stands_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    from engine.survey.outcome import KEYS

    with pytest.raises(SystemExit):
        main(["survey", "--help"])
    told = " ".join(capsys.readouterr().out.split()).replace("- ", "-")
    assert all(name in told for name in KEYS)
