"""`onebyone run`: answers by name, arrays as inputs, weights in and out."""

import json
from pathlib import Path

import numpy as np
import pytest

from gui.command_line import main


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path, status: int = 0) -> str:
    assert main(["run", *map(str, argv)]) == status
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> str:
    assert main(["run", *map(str, argv)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_the_likeliest_classes_are_told_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads(run(capsys, "squeezenet1_1", "--image", "chelsea", "--top", "3", "--json"))
    assert record["weights"] == "trained"
    assert [one["class"] for one in record["top"]] == ["Egyptian cat", "tabby cat", "tiger cat"]
    assert record["top"][0]["index"] == 285
    assert 0.5 < record["top"][0]["probability"] < 0.7
    text = run(capsys, "squeezenet1_1", "--image", "coffee", "--top", "1")
    assert text.rstrip().splitlines()[-1].split() == ["98.4%", "espresso", "(967)"]


def test_an_untrained_network_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "alexnet", "--top", "2")
    assert text.rstrip().endswith("Untrained: the weights are random, and so is the answer.")
    assert "class " in text


def test_labels_of_ones_own_name_the_classes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("zero one two three four five six seven eight nine".replace(" ", "\n"))
    argv = ("lenet5", "--image", "digit:7a", "--top", "1", "--json", "--labels", labels)
    assert json.loads(run(capsys, *argv))["top"][0]["class"] == "seven"
    labels.write_text("zero\none\n")
    assert "labels.txt names 2 classes, the network has 10" in refused(capsys, *argv)


def test_dark_ink_is_inverted_and_that_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from PIL import Image

    from engine.image.image_source import open_image

    path = tmp_path / "ink.png"
    Image.fromarray(255 - open_image("digit:3a")).save(path)
    record = json.loads(run(capsys, "lenet5", "--image", path, "--top", "1", "--json"))
    assert record["top"][0]["class"] == "3"
    assert record["inverted"] == ["input"]
    assert "dark ink on light ground: inverted for input" in run(capsys, "lenet5", "--image", path)
    assert "inverted" not in run(capsys, "lenet5", "--image", "digit:3a")


def test_arrays_are_fed_as_they_are(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    maps, again = tmp_path / "maps.npz", tmp_path / "again.npz"
    run(capsys, "lenet5", "--image", "digit:3a", "--save", maps)
    with np.load(maps) as found:
        np.save(tmp_path / "x.npy", np.concatenate([found["input"], 0 * found["input"]]))
        one = found["softmax"]
    argv = ("lenet5", "--input-array", tmp_path / "x.npy", "--save", again, "--top", "1", "--json")
    record = json.loads(run(capsys, *argv))
    assert record["top"][0][0]["class"] == "3"
    assert len(record["top"]) == 2
    with np.load(again) as found:
        assert found["softmax"].shape == (2, 10)
        np.testing.assert_array_equal(found["softmax"][:1], one)
        assert not np.array_equal(found["softmax"][1:], one)


@pytest.mark.parametrize("ending", [".npz", ".safetensors"])
def test_weights_go_out_and_come_in(capsys: pytest.CaptureFixture[str], tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"weights{ending}"
    argv = ("lenet5", "--image", "digit:3a", "--top", "10", "--json")
    trained = json.loads(run(capsys, *argv, "--save-weights", path))["top"]
    assert main(["run", *argv, "--weights", str(path)]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["top"] == trained
    assert err == f"onebyone: weights{ending}: weights for 5 of 5 layers (by name)\n"


def test_what_cannot_be_done_is_refused_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pickled = tmp_path / "model.pth"
    pickled.write_bytes(b"\x80\x02}q\x00.")
    np.save(tmp_path / "x.npy", np.zeros((3, 3)))
    for words, *argv in (
        ("it has no Softmax over a vector", "inception_3a", "--top", "5"),
        ("0 is no number of classes", "lenet5", "--top", "0"),
        ("say how many, as in --top 5", "lenet5", "--labels", "x.txt"),
        ("leave --image away", "lenet5", "--image", "chelsea", "--input-array", tmp_path / "x.npy"),
        ("x.npy: the array for 'input' is 3×3; the Input takes 1×32×32", "lenet5", "--input-array",
         tmp_path / "x.npy"),
        ("holds pickles, which can run any code, and is never read. Convert it once, in Python: state =",
         "lenet5", "--weights", pickled),
        ("must end in .safetensors or .npz", "lenet5", "--save-weights", tmp_path / "a.pth"),
    ):  # fmt: skip
        assert words in refused(capsys, *argv)


def test_only_what_comes_out_is_kept_when_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    every, last = tmp_path / "every.npz", tmp_path / "last.npz"
    argv = ("lenet5", "--image", "digit:7a", "--json", "--top", "1")
    whole = json.loads(run(capsys, *argv, "--save", every))
    record = json.loads(run(capsys, *argv, "--keep", "last", "--save", last))
    assert [one["id"] for one in record["layers"]] == ["softmax"]
    assert record["top"] == whole["top"]
    assert record["layers"][0]["maximum"] == pytest.approx(whole["layers"][-1]["maximum"], rel=1e-5)
    with np.load(every) as maps, np.load(last) as kept:
        assert set(kept.files) == {"softmax"}
        assert len(maps.files) > 10
        np.testing.assert_allclose(kept["softmax"], maps["softmax"], atol=1e-6)
    assert ": 1 map in " in run(capsys, "lenet5", "--keep", "last")
    assert "--keep: invalid choice: 'first'" in refused(capsys, "lenet5", "--keep", "first")
