"""Checks of explanations: weights made nonsense from the top, pixels taken away in order."""

import numpy as np
import pytest

from engine.attribution.checks.sanity import cascade, curves, spearman
from engine.attribution.methods import method
from tests.engine.attribution.questions import ask, branched, explain, pooled


def test_spearman_is_of_ranks_with_ties_averaged() -> None:
    a = np.array([[1, 2, 2, 10]], np.float32)
    assert spearman(a, a**3) == pytest.approx(1)
    assert spearman(a, -a) == pytest.approx(-1)
    # ranks 0, 1.5, 1.5, 3 and 3, 0, 1, 2: covariance by hand
    b = np.array([[9, 1, 2, 5]], np.float32)
    x, y = np.array([-1.5, 0, 0, 1.5]), np.array([1.5, -1.5, -0.5, 0.5])
    assert spearman(a, b) == pytest.approx(float(x @ y / np.sqrt(x @ x * (y @ y))))
    assert spearman(a, np.ones_like(a)) == 0


@pytest.mark.parametrize("name", ["gradient", "gradcam", "occlusion"])
def test_the_cascade_goes_down_from_the_top_and_reaches_the_first_layer(name: str) -> None:
    question = ask(branched())
    original = explain(name, question).values
    stages = list(cascade(method(name), question, original))
    assert stages[0].node_id == "scores"
    assert stages[-1].node_id == "stem"
    assert [stage.layers for stage in stages] == sorted(stage.layers for stage in stages)
    assert all(stage.values is not None and stage.values.shape == original.shape for stage in stages)
    assert abs(stages[-1].rank_correlation) < 0.9
    assert question.network["stem"].weights.name == "anything", "the network itself is untouched"


def test_guided_backpropagation_hardly_heeds_the_upper_weights() -> None:
    question = ask(pooled())
    stages = {
        name: next(iter(cascade(method(name), question, explain(name, question).values)))
        for name in ("guided-backpropagation", "gradient")
    }
    assert stages["guided-backpropagation"].layers == 1
    assert stages["gradient"].node_id == "scores"


def test_curves_begin_and_end_with_the_whole_picture_and_the_covered_one() -> None:
    question = ask(pooled())
    found = curves(question, explain("gradient-times-input", question).values)
    assert found.deletion[0] == pytest.approx(question.score, rel=1e-5)
    assert found.insertion[-1] == pytest.approx(question.score, rel=1e-5)
    assert found.deletion[-1] == pytest.approx(found.insertion[0], rel=1e-5)
    assert found.random_deletion[0] == found.deletion[0]
    assert len(found.shares) == len(found.deletion) == 21


def test_the_best_order_deletes_faster_than_a_random_one() -> None:
    question = ask(pooled(), 1)
    heat = explain("occlusion", question).values
    found, against = curves(question, heat), curves(question, -heat)
    assert found.area("deletion") < against.area("deletion")
    assert found.area("insertion") > against.area("insertion")
