"""Random sources: their variance, their seeds, and the same numbers everywhere."""

from typing import Any

import numpy as np
import pytest

from engine.errors import FormatError, ShapeError
from engine.weights import HE, He, weights_from_json, weights_to_json
from engine.weights.random import MAX_SEED, Uniform, Xavier, fan_out
from tests.engine.small_networks import conv, make

SHAPES = ((32, 8, 8),)


def drawn(source: Any, node_id: str = "a", seed: int = 0, **settings: Any) -> Any:
    return source.parameters(node_id, conv(64, 3, **settings), SHAPES, seed)["weight"]


def test_xavier_is_uniform_within_the_limit_of_glorot_and_bengio() -> None:
    made = drawn(Xavier())
    limit = (6 / (32 * 9 + 64 * 9)) ** 0.5
    assert np.abs(made).max() <= limit
    assert np.abs(made).max() == pytest.approx(limit, rel=0.01)
    assert made.var() == pytest.approx(2 / (32 * 9 + 64 * 9), rel=0.05)


def test_xavier_of_a_dense_layer_counts_features_in_and_out() -> None:
    made = Xavier().parameters("fc", make("Linear", out_features=300), ((100,),), 0)["weight"]
    assert made.var() == pytest.approx(2 / (100 + 300), rel=0.05)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (conv(64, 3), 64 * 9),
        (conv(64, 3, groups=32), 2 * 9),
        (make("DepthwiseConv2d", multiplier=2), 2 * 9),
        (make("ConvTranspose2d", out_channels=5, kernel_size=(2, 2)), 5 * 4),
    ],
)
def test_fan_out_counts_the_sums_an_input_takes_part_in(layer: Any, expected: float) -> None:
    assert fan_out(layer.param_shapes(*SHAPES)["weight"], SHAPES) == expected


def test_uniform_weights_keep_within_their_limit() -> None:
    made = drawn(Uniform(limit=0.5))
    assert -0.5 <= made.min() < -0.49
    assert 0.49 < made.max() <= 0.5
    assert abs(made.mean()) < 0.01


def test_another_draw_is_another_one_and_draw_0_is_the_project_s_own() -> None:
    assert (drawn(He(seed=0)) == drawn(HE)).all()
    assert (drawn(He(seed=1)) != drawn(HE)).any()
    assert (drawn(He(seed=1)) != drawn(He(seed=2))).any()
    assert (drawn(He(seed=1)) == drawn(He(seed=1))).all()
    assert (drawn(He(seed=1), seed=5) != drawn(He(seed=1))).any()


def test_the_numbers_are_the_same_on_every_machine() -> None:
    np.testing.assert_allclose(drawn(Uniform(limit=1.0)).ravel()[:3], UNIFORM_OF_A, rtol=0, atol=1e-6)


UNIFORM_OF_A = [-0.3706924, 0.9616101, -0.8120599]


def test_files_hold_only_what_was_chosen() -> None:
    assert weights_to_json(He()) == {"source": "he"}
    assert weights_to_json(Uniform(seed=3, limit=0.25)) == {"source": "uniform", "seed": 3, "limit": 0.25}
    for source in (He(), He(seed=4), Xavier(), Uniform(limit=2.0)):
        assert weights_from_json(weights_to_json(source)) == source


def test_people_are_told_which_draw_it_is() -> None:
    assert HE.text == "Random (He)"
    assert Uniform(seed=3, limit=0.25).text == "Random (uniform), draw 3, ±0.25"


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1, 1.5, "3", None, True])
def test_a_seed_out_of_range_is_refused(seed: Any) -> None:
    with pytest.raises(ShapeError, match="seed"):
        He(seed=seed)
    with pytest.raises(FormatError, match="seed"):
        weights_from_json({"source": "he", "seed": seed})


def test_he_keeps_the_scale_through_a_rectifier() -> None:
    """Variance 2 / fan-in, He et al., eq. 10: what comes in is doubled, and a ReLU halves it again."""
    values = drawn(HE)
    fan_in = values[0].size
    assert values.var() == pytest.approx(2 / fan_in, rel=0.1)
    assert abs(values.mean()) < 0.1 * values.std()
