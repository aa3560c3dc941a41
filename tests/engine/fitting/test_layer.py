"""Filters fitted to a photograph: oriented, ordered, the same every time, and stored with the project."""

from typing import Any

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.errors import FitError
from engine.execution.executor import Executor
from engine.fitting.kmeans import spherical_kmeans
from engine.fitting.layer import (
    KMEANS,
    METHODS,
    PCA,
    RESTORE,
    fit_layer,
    fit_way_back,
    short_numbers,
)
from engine.fitting.network import fit_network, fittable, restorable
from engine.fitting.spectrum import spectrum
from engine.formats.project_json import read, write
from engine.image.image_source import open_image
from engine.image.photograph import fill_input
from engine.model.network import Network
from engine.model.project import Project
from engine.weights import FITTED, HE
from tests.engine.fitting.orientation import selectivity
from tests.engine.small_networks import chain, conv, make

ASTRONAUT = open_image("astronaut")
GREY = fill_input(ASTRONAUT, (1, 96, 96))[0]
COLOUR = fill_input(ASTRONAUT, (3, 96, 96))[0]


def weights(layer: Any, x: Any, method: str, **options: Any) -> Any:
    return fit_layer(layer, x, method, **options).parameters("a", layer, (x.shape,), 0)


def test_k_means_finds_directions_that_samples_point_along() -> None:
    random = np.random.default_rng(0)
    axes = np.linalg.qr(random.standard_normal((6, 6)))[0][:4]
    strengths = random.standard_normal((4000, 1)) * 3
    samples = strengths * axes[random.choice(4, 4000, p=[0.4, 0.3, 0.2, 0.1])]
    found = spherical_kmeans((samples + 0.05 * random.standard_normal((4000, 6))).astype(np.float32), 4)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.abs(found @ axes.T), np.eye(4), atol=0.03)  # those of most samples first


def test_more_vectors_than_samples_are_no_trouble() -> None:
    found = spherical_kmeans(np.eye(3, dtype=np.float32), 10)
    assert found.shape == (10, 3)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "layer", [conv(20, 5), conv(20, 5, bias=False), conv(9, (1, 7)), conv(8, 3, dilation=(2, 2))]
)
def test_filters_have_the_layer_s_shape_and_are_the_same_every_time(layer: Any, method: str) -> None:
    made = weights(layer, COLOUR, method)
    assert {name: one.shape for name, one in made.items()} == layer.param_shapes(COLOUR.shape)
    again = weights(layer, COLOUR, method)
    for name, values in made.items():
        np.testing.assert_array_equal(values, again[name])
    assert np.abs(made["weight"]).reshape(len(made["weight"]), -1).max(axis=1).min() > 0


@pytest.mark.parametrize("method", METHODS)
def test_groups_are_fitted_each_for_itself(method: str) -> None:
    x = COLOUR.copy()
    x[1] = np.random.default_rng(0).standard_normal(x[1].shape)
    whole = weights(make("DepthwiseConv2d", multiplier=4), x, method)["weight"]
    assert whole.shape == (12, 1, 3, 3)
    alone = weights(conv(4, 3), x[:1], method)["weight"]
    np.testing.assert_array_equal(whole[:4], alone)


def test_principal_components_of_patches_are_orthonormal_with_a_centred_answer() -> None:
    made = weights(conv(25, 5), GREY, PCA)
    flat = made["weight"].reshape(25, 25)
    np.testing.assert_allclose(flat @ flat.T, np.eye(25), atol=2e-3)
    network = chain(conv(25, 5, padding="valid"), shape=(1, 96, 96))
    network = network.set_weights("n1", fit_layer(conv(25, 5), GREY, PCA))
    maps = {result.node_id: result.map for result in Executor().run(network, ASTRONAUT)}
    answers = maps["n1"][0].reshape(25, -1)
    assert np.abs(answers.mean(axis=1)).max() < 0.02
    assert (np.diff(answers.var(axis=1)) < 1e-4).all()
    correlation = np.corrcoef(answers[:10])
    assert np.abs(correlation - np.eye(10)).max() < 0.05


def test_more_outputs_than_dimensions_show_the_other_sign() -> None:
    made = weights(conv(5, 1, bias=False), COLOUR, PCA)["weight"][:, :, 0, 0]
    np.testing.assert_array_equal(made[3:], -made[:2])


def test_k_means_filters_answer_alike_strongly_and_not_to_brightness() -> None:
    layer = conv(16, 7)
    made = weights(layer, GREY, KMEANS)
    assert (
        np.abs(made["weight"].sum(axis=(1, 2, 3))).max()
        < 0.02 * np.abs(made["weight"]).sum(axis=(1, 2, 3)).min()
    )
    patches = np.lib.stride_tricks.sliding_window_view(GREY[0], (7, 7)).reshape(-1, 49)
    answers = patches @ made["weight"].reshape(16, 49).T + made["bias"]
    np.testing.assert_allclose(answers.std(axis=0), 1, rtol=0.02)
    np.testing.assert_allclose(answers.mean(axis=0), 0, atol=0.02)


def test_k_means_filters_of_a_photograph_are_oriented() -> None:
    """The median filter prefers one orientation twice as clearly as random weights do."""
    layer = conv(32, 7, bias=False)
    x = fill_input(ASTRONAUT, (1, 224, 224))[0]
    fitted = selectivity(weights(layer, x, KMEANS)["weight"][:, 0])
    drawn = selectivity(HE.parameters("a", layer, (x.shape,), 0)["weight"][:, 0])
    assert np.median(fitted) > 2 * np.median(drawn)
    assert np.mean(fitted > 0.5) > 0.6
    assert np.mean(drawn > 0.5) < 0.2


def test_short_numbers_are_near_and_short() -> None:
    values = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    made = short_numbers(values)
    np.testing.assert_allclose(made, values, rtol=2.5e-4)
    assert not (made.view(np.uint32) & 0xFFF).any()
    np.testing.assert_array_equal(short_numbers([0.0, 1.0, -2.5]), [0.0, 1.0, -2.5])


@pytest.mark.parametrize(
    ("layer", "x", "words"),
    [
        (make("Linear"), np.zeros((5,)), "one vector"),
        (make("ConvTranspose2d"), GREY, "no convolution"),
        (make("ReLU"), GREY, "no convolution"),
        (conv(4, 101), GREY, "kernel of 101×101 does not fit into maps of 96×96"),
        (conv(4, 3), np.full((1, 9, 9), np.inf), "not finite"),
        (conv(4, 3), np.zeros((1, 9, 9)), "no contrast"),
    ],
)
def test_what_cannot_be_fitted_says_why(layer: Any, x: Any, words: str) -> None:
    with pytest.raises(FitError, match=words):
        fit_layer(layer, np.asarray(x, np.float32), KMEANS)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(FitError, match="'magic'"):
        fit_layer(conv(), GREY, "magic")


def network() -> Network:
    layers = (
        conv(8, 5),
        make("ReLU"),
        conv(12, 3),
        make("ReLU"),
        conv(4, 1),
        make("Flatten"),
        make("Linear"),
    )
    return chain(*layers, shape=(1, 48, 48))


def map_of(made: Network, node_id: str) -> Any:
    return next(
        result.map
        for result in Executor().run(made, ASTRONAUT, wanted=[node_id])
        if result.node_id == node_id
    )


def test_a_network_is_fitted_layer_by_layer() -> None:
    told = []
    made = fit_network(network(), None, map_of, about="astronaut", progress=lambda *now: told.append(now))
    assert list(made) == ["n1", "n3", "n5"]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert made["n3"].text == "Fitted: k-means of 3×3 patches of astronaut"
    assert made["n5"].text == "Fitted: k-means of pixel columns of astronaut"
    first = network().set_weights("n1", made["n1"])
    np.testing.assert_array_equal(
        made["n3"].arrays["weight"],
        fit_layer(first["n3"].layer, map_of(first, "n2")[0], KMEANS).arrays["weight"],
    )


def test_maps_whose_patches_are_all_alike_do_not_blow_up_rounding() -> None:
    ramp = np.add.outer(np.arange(224) * 224, np.arange(224)).astype(np.float32)[None]
    for scale in (1e-6, 1, 1e6):
        given = fit_layer(conv(4, 5), ramp * np.float32(scale), "kmeans")
        assert all(np.isfinite(array).all() for array in given.arrays.values())


def test_some_layers_can_be_fitted_alone() -> None:
    made = fit_network(network(), ["n3"], map_of, method=PCA)
    assert list(made) == ["n3"]
    assert fittable(network(), ["n3", "n6", "n1"]) == ("n1", "n3")
    with pytest.raises(FitError, match="one vector"):
        fit_network(network(), ["n7", "n1"], map_of)
    with pytest.raises(FitError, match="no convolution to fit"):
        fit_network(chain(make("ReLU")), None, map_of)


def test_fitting_can_be_interrupted() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        fit_network(network(), None, map_of, checkpoint=stop)


def test_a_file_gives_the_same_maps_again() -> None:
    made = network()
    for node_id, source in fit_network(made, None, map_of).items():
        made = made.set_weights(node_id, source)
    again = read(write(Project(network=made))).network
    assert again == made
    assert again["n1"].weights.text.startswith("Fitted")
    np.testing.assert_array_equal(map_of(again, "n5"), map_of(made, "n5"))


def test_fitted_weights_that_fit_no_more_are_told_apart() -> None:
    made = network().set_weights("n3", fit_network(network(), ["n3"], map_of)["n3"])
    other = made.replace_layer("n1", conv(9, 5))
    (problem,) = analyze(other).problems
    assert "The weight fitted for Conv 3×3 · 12 is 12×8×3×3" in problem.message
    assert FITTED in problem.message
    assert [fix.text for fix in problem.fixes] == ["Fit again", "Draw anew (He)"]
    assert problem.fixes[0].refit == "n3"
    for fix in problem.fixes:
        assert not analyze(fix.apply(other)).problems


def squeezed() -> Network:
    layers = (conv(3, 1, bias=False), make("ReLU"), conv(3, 1, bias=False), conv(12, 1, bias=False))
    return chain(*layers, shape=(12, 16, 16))


@pytest.mark.parametrize("bias", [False, True])
def test_pca_and_the_way_back_lose_what_the_spectrum_says(bias: bool) -> None:
    made = chain(conv(3, 1, bias=bias), conv(12, 1, bias=bias), shape=(12, 16, 16))
    made = made.set_weights("n1", fit_network(made, ["n1"], map_of, method=PCA)["n1"])
    made = made.set_weights("n2", fit_network(made, ["n2"], map_of, method=RESTORE)["n2"])
    x, y = map_of(made, "input")[0], map_of(made, "n2")[0]
    about = x.mean(axis=(1, 2), keepdims=True) if bias else 0
    lost = np.sqrt(np.sum((x - y) ** 2) / np.sum((x - about) ** 2))
    assert lost == pytest.approx(spectrum(x, centred=bias).error(3), abs=2e-3)


def test_the_way_back_leads_to_the_nearest_maps_of_that_shape() -> None:
    assert restorable(squeezed(), "n4") == "input"
    assert restorable(squeezed(), "n3") == "n1"
    assert restorable(squeezed(), "n1") is None
    assert restorable(network(), "n3") is None
    with pytest.raises(FitError, match="as many and as large"):
        fit_network(squeezed(), ["n1"], map_of, method=RESTORE)
    with pytest.raises(FitError, match="no 1×1"):
        fit_way_back(conv(3, 3), GREY, GREY)
