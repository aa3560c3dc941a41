"""Figures have words and colours for every kind, from what the kind says itself."""

import pytest

from engine.layers import FAMILIES, Layer
from engine.model.network import Node
from engine.shapes import Shape
from gui.figures import tints
from gui.figures.chain import chain_box
from gui.figures.slabs import slab_piece
from gui.figures.text.naming import googlenet_phrase, phrase
from tests.engine.every_layer import every_layer, over
from tests.engine.small_networks import conv, make, pool

EVERY = every_layer()


def test_every_family_has_its_colours_and_its_name() -> None:
    for table in (tints.FAMILIES, chain_box.COLOURS, slab_piece.COLOURS):
        assert set(table) == set(FAMILIES)


@over(EVERY)
def test_every_kind_has_its_words(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    node = Node(id="n", layer=layer)
    for words in (phrase(node, layer.output_shape(*shapes)), *googlenet_phrase(node)[:1]):
        assert words
        assert words == words.strip()


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (conv(64, 3, 2), "3×3 conv, 64, /2"),
        (conv(64, 3, groups=32, dilation=(2, 2)), "3×3 conv, 64, 32 groups, dilated 2"),
        (pool(3, 2), "3×3 max pool, /2"),
        (make("ConvTranspose2d", out_channels=21, kernel_size=(4, 4)), "4×4 up-conv, 21, ×2"),
        (make("Linear", out_features=1000), "fc 1000"),
        (make("BatchNorm2d"), "BN"),
        (make("ReLU"), "ReLU"),
        (make("Input"), "input"),
        (make("Parameter"), make("Parameter").label),
    ],
    ids=str,
)
def test_layers_are_called_as_in_the_papers(layer: Layer, words: str) -> None:
    assert phrase(Node(id="n", layer=layer)) == words
