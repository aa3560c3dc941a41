"""`onebyone fit`, and the weights that `onebyone run` writes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.formats import read_project, write_project
from engine.layers.convolution import Conv2d
from engine.layers.flatten import Flatten
from engine.layers.input import Input
from engine.layers.linear import Linear
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.command_line import main

NETWORK = Network(
    [
        Node(id="image", layer=Input(shape=(3, 24, 32))),
        Node(id="conv", layer=Conv2d(out_channels=4), inputs=("image",)),
        Node(id="mix", layer=Conv2d(out_channels=2, kernel_size=(1, 1)), inputs=("conv",)),
        Node(id="flat", layer=Flatten(), inputs=("mix",)),
        Node(id="head", layer=Linear(out_features=3), inputs=("flat",)),
    ]
)


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "small.onebyone"
    write_project(path, Project(network=NETWORK, seed=3))
    return str(path)


def test_a_fitted_project_gives_the_same_maps_when_it_is_opened_again(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.onebyone"
    assert main(["fit", net, "--image", "coffee", "-o", str(out)]) == 0
    text = capsys.readouterr().out
    assert "conv: Fitted: k-means of 3×3 patches of coffee" in text
    assert "small on coffee: 2 layers fitted" in text
    project = read_project(out)
    assert project.image == "coffee"
    assert project.network["mix"].weights.text == "Fitted: k-means of pixel columns of coffee"
    assert project.network["head"].weights == NETWORK["head"].weights
    for name in ("a", "b"):
        assert main(["run", str(out), "--save", str(tmp_path / f"{name}.npz")]) == 0
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_some_layers_by_pca_on_a_file(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (50, 60, 3), dtype=np.uint8)).save("my cat.png")
    args = ["--image", "my cat.png", "--method", "pca", "--layers", "mix", "-o", "out.onebyone"]
    assert main(["fit", net, *args]) == 0
    assert capsys.readouterr().out.startswith("mix: Fitted: PCA of pixel columns of my cat\n")
    project = read_project(tmp_path / "out.onebyone")
    assert project.image == str(tmp_path / "my cat.png")
    assert project.network["conv"].weights == NETWORK["conv"].weights


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["-o", "out.png"], "'out.png' must end in .onebyone"),
        (["-o", "nowhere/out.onebyone"], "there is no folder 'nowhere'"),
        ([], "-o/--output"),
        (["-o", "a.onebyone", "--layers", "convx"], "there is no node 'convx' in small"),
        (["-o", "a.onebyone", "--layers", "head"], "Linear · 3 reads one vector"),
        (["-o", "a.onebyone", "--method", "magic"], "'magic'"),
        (["-o", "a.onebyone", "--input", "3x2x2"], "kernel of 3×3 does not fit into maps of 2×2"),
        (["-o", "a.onebyone", "--image", "pattern:x"], "there is no test pattern 'x'"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    args: list[str], words: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["fit", net, *args]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert len(captured.err.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["small.onebyone"]


def test_weights_are_saved_by_id_and_name(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "weights.npz"
    assert main(["run", net, "--image", "pattern:ramp", "--save-weights", str(path)]) == 0
    assert "small on pattern:ramp: 5 maps" in capsys.readouterr().out
    with np.load(path) as found:
        assert set(found.files) == {
            "conv.weight", "conv.bias", "mix.weight", "mix.bias", "head.weight", "head.bias",
        }  # fmt: skip
        assert found["head.weight"].shape == (3, 2 * 24 * 32)
        expected = NETWORK["conv"].weights.parameters("conv", NETWORK["conv"].layer, ((3, 24, 32),), 3)
        np.testing.assert_array_equal(found["conv.weight"], expected["weight"])
    twice = tmp_path / "twice.npz"
    assert main(["run", net, "--seed", "9", "--weights", str(path), "--save-weights", str(twice)]) == 0
    assert twice.read_bytes() == path.read_bytes()
    capsys.readouterr()
    assert main(["run", "lenet5", "--weights", str(path)]) == 2
    assert "no weights for a layer of this network" in capsys.readouterr().err
    assert main(["run", net, "--save-weights", str(tmp_path / "a.npy")]) == 2
    assert "must end in .safetensors or .npz" in capsys.readouterr().err
