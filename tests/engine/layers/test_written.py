"""Every kind can be written in every language that networks are exported to."""

import pytest

from engine.errors import UnsupportedLayer
from engine.layers import Layer, layer_kinds
from tests.peers.drawn_layers import KINDS, drawn_layers

LANGUAGES = ("torch", "keras", "onnx")
"""Methods of `Layer`, each of which writes a layer in one language."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_can_be_written(kind: str, language: str) -> None:
    cls: type[Layer] = layer_kinds()[kind]
    for drawn in drawn_layers(kind, 10):
        try:
            getattr(drawn.layer, language)(*drawn.shapes)
        except UnsupportedLayer:
            pytest.fail(
                f"{kind} has no method `{language}`: networks with it could not be exported."
                f" Write how it is spelled there in {cls.__module__.replace('.', '/')}.py."
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_that_says_nothing_of_a_language_is_found_out(language: str) -> None:
    with pytest.raises(UnsupportedLayer, match="cannot be written as"):
        getattr(Layer(), language)((1, 2, 2))
