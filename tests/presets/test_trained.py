"""Networks that have learned: they know a cat, a cup of coffee and every digit, from half precision too."""

import dataclasses
from functools import cache

import numpy as np
import pytest

from assets import class_lists, sample_photographs, trained_networks, trained_record
from engine.analysis.classes import ClassScore, answer_node, top_classes
from engine.analysis.learned import learned_layers
from engine.execution.executor import Executor
from engine.image.image_source import digits, open_image
from engine.model.project import Project
from engine.weights import Given
from presets import load, preset_names

TRAINED = [name for name in preset_names() if load(name).training is not None]
CATS = {"tabby cat", "tiger cat", "Egyptian cat"}

executor = Executor()


def scores(project: Project, image: np.ndarray) -> np.ndarray:
    node_id = answer_node(project.network)
    (found,) = [result.map for result in executor.run(project.network, image, wanted=[node_id])]
    return found[0]


@cache
def answer(name: str, image: str) -> tuple[ClassScore, ...]:
    project = load(name).project
    return top_classes(scores(project, open_image(image)), project.class_names)


def test_these_presets_open_with_what_they_have_learned() -> None:
    assert TRAINED == ["efficientnet_lite0", "lenet5", "squeezenet1_1"]
    assert sorted({load(name).training.weights for name in TRAINED}) == sorted(trained_networks())


@pytest.mark.parametrize("name", TRAINED)
def test_every_layer_of_them_is_trained_and_every_class_has_a_name(name: str) -> None:
    project = load(name).project
    found = learned_layers(project.network)
    assert (found.state, found.others, found.caveat) == ("trained", (), "")
    record = trained_record(load(name).training.weights)
    assert project.class_names == class_lists()[record["classes"]]
    assert scores(project, open_image(project.image)).shape == (len(project.class_names),)


@pytest.mark.parametrize("name", ["alexnet", "inception_3a", "resnet18"])
def test_the_others_say_that_they_are_not(name: str) -> None:
    assert learned_layers(load(name).project.network).caveat.startswith("untrained")
    assert load(name).project.class_names == ()


@pytest.mark.parametrize("name", ["efficientnet_lite0", "squeezenet1_1"])
def test_a_cat_is_a_cat_and_coffee_is_coffee(name: str) -> None:
    cat, coffee = answer(name, "chelsea"), answer(name, "coffee")
    assert sum(one.probability for one in cat if one.name in CATS) > 0.9
    assert coffee[0].name == "espresso"
    assert coffee[0].probability > 0.9
    assert [one.probability for one in cat] == sorted((one.probability for one in cat), reverse=True)


def test_every_digit_is_read_in_either_ink() -> None:
    assert len(digits()) == 20
    read = [answer("lenet5", digit)[0].name == digit[6] for digit in digits()]
    assert sum(read) >= 19
    project = load("lenet5").project
    for digit in digits():
        dark = 255 - open_image(digit)
        assert top_classes(scores(project, dark), project.class_names)[0] == answer("lenet5", digit)[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["efficientnet_lite0", "squeezenet1_1"])
def test_half_precision_changes_no_answer(name: str) -> None:
    """Storage is float16: the largest change of a weight that it can hide turns no answer into another."""
    project = load(name).project
    random = np.random.default_rng(0)
    network = project.network
    shapes = {result.node_id: result.map.shape[1:] for result in executor.run(network, open_image("chelsea"))}
    for node in project.network.nodes.values():
        inputs = tuple(shapes[source] for source in node.inputs)
        if node.layer.param_shapes(*inputs):
            found = node.weights.parameters(node.id, node.layer, inputs, 0)
            within = {
                key: values * (1 + random.uniform(-1, 1, values.shape) * 2.0**-11)
                for key, values in found.items()
            }
            network = network.set_weights(node.id, Given(within))
    other = dataclasses.replace(project, network=network)
    for image in sample_photographs():
        top = top_classes(scores(other, open_image(image)), project.class_names)
        assert top[0].name == answer(name, image)[0].name, image
