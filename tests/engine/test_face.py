"""What a notebook or a script gets from `engine`: every name is there, documented, and the examples run."""

import doctest
import inspect
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib import import_module

import pytest

import engine
from engine.layers import layer_kinds


def test_every_public_name_is_there_and_documented() -> None:
    for name in engine.__all__:
        thing = getattr(engine, name)
        assert name in dir(engine)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert inspect.getdoc(thing), name


def test_every_kind_of_layer_can_be_imported() -> None:
    for kind, layer in layer_kinds().items():
        assert getattr(engine, kind) is layer


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Konv2d"):
        engine.Konv2d  # noqa: B018


@pytest.mark.parametrize("module", ["engine", "engine.execution.feature_maps"])
def test_the_examples_give_what_they_say(module: str) -> None:
    results = doctest.testmod(import_module(module))
    assert results.attempted
    assert not results.failed


def test_asked_what_it_is_the_library_says_so() -> None:
    done = subprocess.run([sys.executable, "-m", "engine"], capture_output=True, text=True, check=True)
    assert "feature_maps" in done.stdout


def test_values_show_themselves_in_a_notebook() -> None:
    from engine import Add, Conv2d, Input, Network, Node, Project, analyze

    network = Network(
        [
            Node(id="photograph", layer=Input(shape=(3, 32, 32))),
            Node(id="left", layer=Conv2d(out_channels=8), inputs=("photograph",), name="a < b & c"),
            Node(id="right", layer=Conv2d(out_channels=8), inputs=("photograph",)),
            Node(id="sum", layer=Add(), inputs=("left", "right")),
        ]
    )
    for value in (network, Project(network=network), analyze(network)):
        picture = ET.fromstring(value._repr_svg_())  # type: ignore[union-attr]
        texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert "a < b & c" in texts
        assert "8×32×32" in texts
        assert len(list(picture.iter("{http://www.w3.org/2000/svg}path"))) == len(network.edges)
        assert "<td>sum</td>" in value._repr_html_()  # type: ignore[union-attr]


def test_what_is_wrong_with_a_network_is_shown_below_its_table() -> None:
    from engine import Add, Input, Network, Node, analyze

    network = Network(
        [Node(id="photograph", layer=Input()), Node(id="sum", layer=Add(), inputs=("photograph",))]
    )
    analysis = analyze(network)
    assert analysis.problems[0].message in analysis._repr_html_().replace("&#x27;", "'")  # type: ignore[attr-defined]


def test_an_empty_network_shows_itself_too() -> None:
    from engine import Network

    assert Network()._repr_svg_().startswith("<svg")  # type: ignore[attr-defined]
