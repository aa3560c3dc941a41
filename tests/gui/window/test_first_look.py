"""A network just opened shows maps at once: of a layer that has some."""

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.model.network import Network
from gui.session.selection import first_look


@pytest.mark.parametrize(("name", "selected"), [("inception_3a", "1x1"), ("vgg16", "conv1_1")])
def test_the_first_1x1_convolution_is_looked_at_or_the_first_of_any_size(name: str, selected: str) -> None:
    assert first_look(analyze(presets.load(name).project.network)) == {selected}


def test_a_gate_of_one_pixel_is_passed_over() -> None:
    analysis = analyze(presets.load("efficientnet_b0").project.network)
    (node_id,) = first_look(analysis)
    shape = analysis.layers[node_id].output_shape
    assert shape is not None
    assert shape[1:] == (112, 112)


def test_an_empty_network_shows_nothing() -> None:
    assert first_look(analyze(Network())) == frozenset()
