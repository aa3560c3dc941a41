"""The hierarchy preset: its filters are fitted, oriented at the first layer, and what fitting gives."""

import numpy as np
import numpy.typing as npt

import presets
from engine.execution.executor import Executor
from engine.fitting.network import fit_network
from engine.image.image_source import open_image
from engine.model.network import Network
from engine.weights import FITTED, HE, Given
from tests.engine.fitting.orientation import selectivity

PROJECT = presets.load("hierarchy").project
ASTRONAUT = open_image("astronaut")


def map_of(network: Network, node_id: str) -> npt.NDArray[np.float32]:
    maps = {result.node_id: result.map for result in Executor().run(network, ASTRONAUT, wanted=[node_id])}
    return maps[node_id]


def test_all_of_its_convolutions_say_that_they_are_fitted() -> None:
    for node in PROJECT.network.nodes.values():
        if node.layer.kind == "Conv2d":
            assert isinstance(node.weights, Given)
            assert node.weights.origin == FITTED
            assert node.weights.text.endswith("patches of astronaut")


def test_its_first_filters_are_oriented_as_random_ones_are_not() -> None:
    node = PROJECT.network["conv1"]
    shapes = ((1, 224, 224),)
    fitted = selectivity(node.weights.parameters("conv1", node.layer, shapes, 0)["weight"][:, 0])
    drawn = np.concatenate(
        [selectivity(HE.parameters("conv1", node.layer, shapes, seed)["weight"][:, 0]) for seed in range(8)]
    )
    assert np.median(fitted) > 2 * np.median(drawn)
    assert fitted.min() > np.median(drawn)
    assert np.mean(fitted > np.percentile(drawn, 95)) >= 0.75


def test_its_filters_prefer_many_different_orientations() -> None:
    """Of gratings at 8 orientations, at least 6 are the favourite of some filter."""
    weight = PROJECT.network["conv1"].weights.parameters(
        "conv1", PROJECT.network["conv1"].layer, ((1, 9, 9),), 0
    )
    y, x = np.meshgrid(np.arange(7), np.arange(7), indexing="ij")
    angles = np.arange(8) * np.pi / 8
    waves = [np.exp(2j * np.pi / 5 * (x * np.cos(a) + y * np.sin(a))) for a in angles]
    answers = np.abs(np.einsum("kij,aij->ka", weight["weight"][:, 0], waves))
    assert len(set(answers.argmax(axis=1))) >= 6


def test_fitting_it_again_gives_filters_that_are_as_oriented() -> None:
    made = fit_network(PROJECT.network, ["conv1"], map_of)["conv1"]
    stored = PROJECT.network["conv1"].weights.arrays["weight"]  # type: ignore[attr-defined]
    again = made.arrays["weight"]
    assert again.shape == stored.shape
    np.testing.assert_allclose(
        np.sort(selectivity(again[:, 0])), np.sort(selectivity(stored[:, 0])), atol=0.2
    )  # the order of additions differs from machine to machine, and k-means magnifies it
