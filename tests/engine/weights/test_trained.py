"""Trained weights: they are the file's, they say whose they are, and they give way where they do not fit."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from assets import class_lists, trained_networks, trained_record
from engine.errors import FormatError, ShapeError
from engine.weights import HE, Trained, provenance, trained_layers, weights_from_json, weights_to_json
from tests.engine.small_networks import conv, make

CONV1 = Trained("squeezenet1_1", "conv1")
PHOTOGRAPH = ((3, 224, 224),)


def stem(**changes: object):
    return make("Conv2d", out_channels=64, kernel_size=(3, 3), stride=(2, 2)).replace(**changes)


@pytest.mark.parametrize("network", trained_networks())
def test_every_layer_of_every_file_is_read_to_the_bit(network: str) -> None:
    arrays = load_file(trained_networks()[network])
    for layer in trained_layers(network):
        source = Trained(network, layer)
        assert weights_from_json(weights_to_json(source)) == source
        assert source.trained_shape() == arrays[f"{layer}.weight"].shape
    assert set(arrays) == {name for name in arrays if name.rpartition(".")[0] in trained_layers(network)}


@pytest.mark.parametrize("network", trained_networks())
def test_it_is_said_on_what_by_whom_and_for_which_classes(network: str) -> None:
    record = trained_record(network)
    assert record["classes"] in class_lists()
    assert (
        Trained(network, min(trained_layers(network))).text == f"Trained on {record['data']} ({record['by']})"
    )


def test_parameters_are_the_trained_ones() -> None:
    arrays = load_file(trained_networks()["squeezenet1_1"])
    found = CONV1.parameters("anything", stem(), PHOTOGRAPH, seed=3)
    for name in ("weight", "bias"):
        np.testing.assert_array_equal(found[name], arrays[f"conv1.{name}"].astype(np.float32))
        assert not found[name].flags.writeable
    assert CONV1.is_learned(stem(), PHOTOGRAPH)
    assert provenance(CONV1, stem(), PHOTOGRAPH) == "Trained on ImageNet (Iandola et al., DeepScale, 2016)"


@pytest.mark.parametrize("changes", [{"out_channels": 32}, {"kernel_size": (5, 5)}, {"groups": 2}])
def test_what_does_not_fit_any_more_is_drawn_and_says_so(changes: dict[str, object]) -> None:
    layer, inputs = stem(**changes), ((4, 32, 32),) if "groups" in changes else PHOTOGRAPH
    assert not CONV1.misfit(layer, inputs), "the network still runs"
    assert not CONV1.is_learned(layer, inputs)
    drawn = HE.parameters("stem", layer, inputs, 0)
    for name, values in CONV1.parameters("stem", layer, inputs, 0).items():
        np.testing.assert_array_equal(values, drawn[name])
    said = provenance(CONV1, layer, inputs)
    assert said.startswith("Random (He) now: the trained weight is 64×3×3×3, the layer takes ")


def test_a_bias_of_ones_own_is_nothing_untrained() -> None:
    without = Trained("efficientnet_lite0", "_conv_stem")
    layer = make("Conv2d", out_channels=32, kernel_size=(3, 3))
    assert not without.fallback(layer, PHOTOGRAPH)
    assert not without.parameters("stem", layer, PHOTOGRAPH, 0)["bias"].any()


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"no trained weights are called 'alexnet'; there are .*squeeze"):
        Trained("alexnet", "conv1")
    with pytest.raises(ShapeError, match="have no layer 'conv2'"):
        Trained("squeezenet1_1", "conv2")
    for record in ({"network": 3, "layer": "x"}, {"network": "lenet5", "layer": "c1", "more": 1}):
        with pytest.raises(FormatError):
            weights_from_json({"source": "trained", **record})


def test_another_kind_of_layer_draws_its_weights() -> None:
    assert CONV1.fallback(conv(64, 1), PHOTOGRAPH)
    assert CONV1.fallback(make("Linear", out_features=64), ((12,),))
