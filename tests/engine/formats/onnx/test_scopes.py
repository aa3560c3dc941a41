"""Groups as scopes in the names of operators, and what a file is refused for; without the package onnx."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError
from engine.formats import write_project
from engine.formats.onnx.metadata import metadata, preprocessing
from engine.formats.onnx.operators import scopes
from engine.image.photograph import LUMINANCE, fill_input
from engine.image.preprocessing import NORMALIZATIONS
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.grouping import Group, Grouping
from engine.model.network import Network, Node
from engine.model.project import Project
from tests.engine.small_networks import chain, conv


def test_a_group_is_called_by_the_titles_around_it_and_neighbours_are_told_apart() -> None:
    groups = Grouping(
        [
            Group(id="a", title="Stage", members=("n1",)),
            Group(id="b", title="Fire", members=("n2",), parent="a"),
            Group(id="c", title="Fire", members=("n3",), parent="a"),
            Group(id="d", title="in/out", members=("n4",)),
        ]
    )
    assert scopes(groups) == {"a": "Stage", "b": "Stage/Fire", "c": "Stage/Fire 2", "d": "in-out"}


def test_the_metadata_say_how_a_photograph_becomes_the_input() -> None:
    layer = Input(shape=(3, 8, 9), normalization="imagenet", channel_order="bgr", resize="fit")
    made = metadata(Project(network=Network([Node(id="x", layer=layer)])))
    assert json.loads(made["preprocessing"]) == {
        "x": {
            "channels": "BGR", "height": 8, "width": 9, "resize": "fit", "resize_to": 0,
            "normalization": "imagenet", "channel_order": "bgr", "polarity": "as_is",
            "mean": [0.406, 0.456, 0.485], "deviation": [0.225, 0.224, 0.229],
        }
    }  # fmt: skip
    assert made["Image.BitmapPixelFormat"] == "Bgr8"
    assert "Image.NominalPixelRange" not in made


def test_the_metadata_hold_title_and_labels() -> None:
    nodes = [Node(id="x", layer=Input(shape=(3, 8, 9)))]
    made = metadata(Project(network=Network(nodes), title="Cats", class_names=("tabby", "ägyptisch")))
    assert made["title"] == "Cats"
    assert json.loads(made["labels"]) == ["tabby", "ägyptisch"]
    assert "labels" not in metadata(Project(network=Network(nodes)))


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("shape", [(3, 5, 5), (1, 5, 5)])
@pytest.mark.parametrize("channel_order", ["rgb", "bgr"])
def test_what_the_metadata_say_makes_the_inputs_values(
    normalization: str, shape: tuple[int, int, int], channel_order: str
) -> None:
    layer = Input(shape=shape, normalization=normalization, channel_order=channel_order)
    record = preprocessing(layer.shape, layer.preprocessing)
    photograph = np.full((5, 5, 3), (200, 100, 50), np.uint8)
    colour = np.array([200, 100, 50]) / 255
    plain = {"RGB": colour, "BGR": colour[::-1], "luminance": np.array([colour @ LUMINANCE])}[
        record["channels"]
    ]
    expected = (plain - record["mean"]) / record["deviation"]
    np.testing.assert_allclose(
        fill_input(photograph, shape, layer.preprocessing)[0, :, 2, 2], expected, rtol=1e-5, atol=1e-5
    )


def test_a_network_with_problems_is_refused(tmp_path: Path) -> None:
    broken = chain(conv(4, 3), shape=(3, 8, 8)).add(Node(id="alone", layer=Conv2d()))
    with pytest.raises(FormatError, match=r"net\.onnx is not written: the network has problems: alone:"):
        write_project(tmp_path / "net.onnx", Project(network=broken))
    assert not list(tmp_path.iterdir())


def test_without_the_package_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(FormatError, match=r"net\.onnx is not written: .* pip install onnx"):
        write_project(tmp_path / "net.onnx", Project(network=chain(conv(4, 3), shape=(3, 8, 8))))
    assert not list(tmp_path.iterdir())
