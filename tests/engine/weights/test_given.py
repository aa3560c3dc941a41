"""Weights as numbers: exact in files, checked against the layer, and never a crash."""

import base64
import json
import tracemalloc
import zlib
from typing import Any

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.errors import FormatError, ShapeError
from engine.execution.executor import Executor
from engine.formats.project_json import read, write
from engine.model.network import Network
from engine.model.project import Project
from engine.weights import BY_HAND, FITTED, HE, Given, weights_from_json, weights_to_json
from engine.weights.given import READABLE
from tests.engine.small_networks import chain, conv, make

SHAPES = ((2, 4, 4),)
RNG = np.random.default_rng(0)
PHOTOGRAPH = RNG.integers(0, 256, (40, 40, 3), dtype=np.uint8)


def given(*shape: int, **arrays: Any) -> Given:
    return Given({"weight": RNG.standard_normal(shape).astype(np.float32), **arrays})


def test_the_numbers_are_the_parameters_and_a_bias_starts_at_0() -> None:
    source = given(3, 2, 3, 3)
    made = source.parameters("a", conv(3, 3), SHAPES, 0)
    np.testing.assert_array_equal(made["weight"], source.arrays["weight"])
    np.testing.assert_array_equal(made["bias"], np.zeros(3))
    assert not made["weight"].flags.writeable
    assert not made["bias"].flags.writeable


def test_a_bias_that_the_layer_gave_up_is_ignored() -> None:
    source = given(3, 2, 3, 3, bias=[1, 2, 3])
    assert source.parameters("a", conv(3, 3, bias=False), SHAPES, 0).keys() == {"weight"}
    assert source.parameters("a", conv(3, 3), SHAPES, 0)["bias"].tolist() == [1, 2, 3]


def test_what_it_was_made_of_may_change_afterwards() -> None:
    numbers = np.ones((1, 1, 1, 1), np.float32)
    source = Given({"weight": numbers})
    numbers[:] = 7
    assert source.arrays["weight"][0, 0, 0, 0] == 1
    with pytest.raises(AttributeError):
        source.note = "other"


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e39])
def test_numbers_that_are_not_finite_are_refused(wrong: float) -> None:
    with np.errstate(over="ignore"), pytest.raises(ShapeError, match="weight holds a number that is not"):
        Given({"weight": [[[[wrong]]]]})


def test_equal_numbers_are_equal_sources() -> None:
    assert Given({"weight": [1.0]}) == Given({"weight": [1.0]})
    assert len({Given({"weight": [1.0]}), Given({"weight": [1.0]}), Given({"weight": [2.0]})}) == 2
    assert Given({"weight": [1.0]}) != Given({"weight": [[1.0]]})
    assert Given({"weight": [1.0]}, FITTED) != Given({"weight": [1.0]}, BY_HAND)
    assert Given({"weight": [1.0]}) != HE


def test_small_kernels_are_readable_in_files() -> None:
    source = Given({"weight": [[[[0.1, -2], [1e-7, 3]]]]}, note="the corner")
    assert weights_to_json(source) == {
        "source": "given",
        "origin": "by hand",
        "note": "the corner",
        "arrays": {"weight": [[[[0.1, -2.0], [1e-07, 3.0]]]]},
    }


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (8, 8, 1, 1), (65,), (16, 3, 7, 7)])
def test_every_float32_comes_back_exactly(shape: tuple[int, ...]) -> None:
    source = Given(
        {"weight": (RNG.standard_normal(shape) * 10.0 ** RNG.integers(-20, 20, shape))}, FITTED, "x"
    )
    record = json.loads(json.dumps(weights_to_json(source)))
    assert isinstance(record["arrays"]["weight"], list) == (np.prod(shape) <= READABLE)
    again = weights_from_json(record)
    assert again == source
    assert again.key == source.key
    np.testing.assert_array_equal(again.arrays["weight"], source.arrays["weight"])  # type: ignore[attr-defined]


def packed(values: Any) -> str:
    return base64.b64encode(zlib.compress(np.asarray(values, "<f4").tobytes())).decode()


GOOD = {"shape": [4], "zlib": packed([1, 2, 3, 4])}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([[1], [2, 3]], "different lengths"),
        ([], "empty list"),
        ([[]], "empty list"),
        (["1"], "no number"),
        ([True], "no number"),
        ([None], "no number"),
        ([1e300], "no number"),
        (3, "numbers in lists"),
        ({"shape": [4]}, "numbers in lists"),
        (GOOD | {"more": 1}, "numbers in lists"),
        (GOOD | {"shape": []}, "sizes"),
        (GOOD | {"shape": [0]}, "sizes"),
        (GOOD | {"shape": [-4]}, "sizes"),
        (GOOD | {"shape": [True]}, "sizes"),
        (GOOD | {"shape": "4"}, "sizes"),
        (GOOD | {"shape": [1 << 20, 1 << 20]}, "sizes"),
        (GOOD | {"shape": [3]}, "does not hold"),
        (GOOD | {"shape": [5]}, "does not hold"),
        (GOOD | {"zlib": "!!"}, "damaged"),
        (GOOD | {"zlib": 5}, "damaged"),
        (GOOD | {"zlib": GOOD["zlib"][:8]}, "damaged"),  # type: ignore[index]
        (GOOD | {"zlib": base64.b64encode(b"no zlib").decode()}, "damaged"),
        (GOOD | {"zlib": packed(np.zeros(1 << 20))}, "does not hold"),
        (GOOD | {"zlib": packed([1, 2, 3, np.nan])}, "not finite"),
    ],
)
def test_damaged_numbers_are_refused_with_their_name(value: Any, words: str) -> None:
    with pytest.raises(FormatError, match=f"weight.*{words}"):
        weights_from_json({"source": "given", "arrays": {"weight": value}})


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"arrays": [1]},
        {"arrays": {}, "note": 3},
        {"arrays": {}, "origin": "heaven"},
        {"arrays": {}, "sigma": 2},
    ],
)
def test_other_fields_are_refused(record: dict[str, Any]) -> None:
    with pytest.raises(FormatError, match="given"):
        weights_from_json({"source": "given"} | record)


def network(channels: int, kernel: int = 3, **settings: Any) -> Network:
    made = chain(conv(channels, kernel, **settings), make("ReLU"), shape=(2, 8, 8))
    return made.set_weights("n1", given(3, 2, 3, 3))


def test_numbers_that_do_not_fit_any_more_are_a_problem_there_and_nowhere_else() -> None:
    analysis = analyze(network(4))
    (problem,) = analysis.problems
    assert (problem.node_id, problem.setting) == ("n1", "weights")
    assert problem.message == (
        "The weight given for Conv 3×3 · 4 is 3×2×3×3, the layer now takes 4×2×3×3."
        " Draw it anew, or undo what changed the shape."
    )
    assert analysis.layers["n1"].output_shape == analysis.layers["n2"].output_shape == (4, 8, 8)
    assert analysis.totals.parameters == 4 * 2 * 9 + 4


@pytest.mark.parametrize(
    ("other", "offered"),
    [
        (network(4), ["Channels out 3", "Draw anew (He)"]),
        (network(3, 5), ["Kernel 3×3", "Draw anew (He)"]),
        (network(5, 5), ["Channels out 3, kernel 3×3", "Draw anew (He)"]),
        (network(3, groups=1).replace_layer("input", make("Input", shape=(5, 8, 8))), ["Draw anew (He)"]),
    ],
)
def test_the_ways_out_work(other: Network, offered: list[str]) -> None:
    (problem,) = analyze(other).problems
    assert [fix.text for fix in problem.fixes] == offered
    for fix in problem.fixes:
        assert not analyze(fix.apply(other)).problems


def test_what_lies_above_runs_and_what_lies_below_waits() -> None:
    made = chain(conv(2), conv(4), make("ReLU"), shape=(2, 8, 8)).set_weights("n2", given(9, 9, 9, 9))
    assert [result.node_id for result in Executor().run(made, PHOTOGRAPH)] == ["input", "n1"]


def test_the_engine_computes_with_the_numbers() -> None:
    made = chain(conv(1, 1, bias=False), shape=(1, 4, 4)).set_weights("n1", Given({"weight": [[[[2.0]]]]}))
    maps = {result.node_id: result.map for result in Executor().run(made, PHOTOGRAPH)}
    np.testing.assert_array_equal(maps["n1"], 2 * maps["input"])


def test_a_file_keeps_them() -> None:
    project = Project(network=network(3))
    assert read(write(project)) == project
    assert write(read(write(project))) == write(project)


def test_numbers_changed_by_hand_say_what_they_were() -> None:
    fitted = Given({"weight": [1.0], "bias": [0.5]}, FITTED, "PCA of 7×7 patches")
    changed = fitted.changed(weight=[2.0])
    assert changed.text == "By hand: changed from Fitted: PCA of 7×7 patches"
    assert changed.changed(weight=[3.0]).text == changed.text
    assert changed.arrays["bias"] == [0.5]
    assert Given({"weight": [1.0]}).changed(weight=[2.0]).text == "By hand"


@pytest.mark.parametrize(
    ("variance", "eps", "words"),
    [
        (-1.0, 1e-5, "running_var is -1 in channel 2 of Batch norm, and a variance is never negative"),
        (-1e-7, 1e-5, "running_var is -1e-07 in channel 2"),
        (0.0, 0.0, "running_var is 0 in channel 2 of Batch norm, and eps is 0 too"),
        (0.0, 1e-5, ""),
        (1e-30, 0.0, ""),
    ],
)
def test_a_variance_that_makes_no_number_is_a_problem(variance: float, eps: float, words: str) -> None:
    """On its node, with a way out; nothing is computed with it."""
    network = chain(
        make("Conv2d", out_channels=4), make("BatchNorm2d", eps=eps), make("ReLU"), shape=(3, 8, 8)
    )
    network = network.set_weights("n2", Given({"running_var": [1.0, 2.0, variance, 1.0]}))
    problems = analyze(network).problems
    assert [problem.node_id for problem in problems] == (["n2"] if words else [])
    assert all(words in problem.message and problem.fixes for problem in problems)
    maps = {result.node_id: result.map for result in Executor().run(network, np.zeros((8, 8, 3), np.uint8))}
    assert ("n3" in maps) == (not words)
    assert all(np.isfinite(found).all() for found in maps.values())


def test_what_unfolds_to_more_than_its_shape_is_not_unpacked() -> None:
    """100 MB of zeros in 100 KB of text, said to be 100 numbers."""
    packed = base64.b64encode(zlib.compress(bytes(100_000_000), 9)).decode()
    tracemalloc.start()
    with pytest.raises(FormatError, match="does not hold the numbers of 100"):
        weights_from_json({"source": "given", "arrays": {"weight": {"shape": [100], "zlib": packed}}})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
