"""Every layer kind against Keras, through the code that the layer itself writes."""

import os
from typing import Any

import numpy as np
import pytest

from tests.engine.check_layer import near
from tests.peers.drawn_layers import KINDS, Drawn, drawn_layers

os.environ.setdefault("KERAS_BACKEND", "torch")
pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]


def in_keras(drawn: Drawn) -> Any:
    """What Keras makes of the layer's inputs, channels first again; its variables all come from the layer."""
    import keras
    from keras import activations, layers, ops

    from engine.formats.keras.source import helper_lines

    code = drawn.layer.keras(*drawn.shapes)
    names: dict[str, Any] = {
        "keras": keras, "layers": layers, "ops": ops, "activations": activations, "np": np
    }  # fmt: skip
    exec("\n".join(helper_lines(code.helpers)), names)
    shapes = drawn.shapes or ((1,),)
    inputs = [keras.Input((*shape[1:], shape[0])) for shape in shapes]
    names |= {f"x{index}": one for index, one in enumerate(inputs)}
    call = code.call.format(*(f"x{index}" for index in range(len(inputs))), name='name="layer"', any="x0")
    model = keras.Model(inputs, eval(call, names))
    variables = [weight for layer in model.layers for weight in layer.weights]
    assert {variable.name for variable in variables} == set(code.weights)
    if variables:
        (layer,) = [layer for layer in model.layers if layer.weights]
        assert layer.name == "layer"
        layer.set_weights([code.weights[weight.name](drawn.params) for weight in layer.weights])
    given = [np.moveaxis(x, 1, -1) for x in drawn.inputs or [np.zeros((1, 1), np.float32)]]
    made = model(given if len(given) > 1 else given[0], training=False)
    return np.moveaxis(keras.ops.convert_to_numpy(made), -1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_values_are_those_of_keras(kind: str) -> None:
    for drawn in drawn_layers(kind, 30, seed=5):
        theirs = in_keras(drawn)
        ours = drawn.layer.forward(drawn.inputs, drawn.params)
        assert theirs.shape == ours.shape, drawn.layer
        near(ours, theirs)
