"""Arrays as inputs: values as they are, or one line that says what does not fit."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError
from engine.execution.executor import Executor
from engine.formats.weights.input_arrays import read_input_arrays
from tests.engine.small_networks import chain, conv, graph, make

NETWORK = chain(conv(2, 1), shape=(3, 4, 5))
VALUES = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype(np.float32)
TWO = graph((3, 4, 5), other=(make("Input", shape=(1, 4, 5)),), both=(make("Concat"), "input", "other"))


def test_values_reach_the_network_to_the_bit(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", VALUES)
    pictures = read_input_arrays(tmp_path / "x.npy", NETWORK)
    executor = Executor()
    assert len(pictures) == 2
    for picture, values in zip(pictures, VALUES, strict=True):
        maps = {result.node_id: result.map for result in executor.run(NETWORK, picture)}
        np.testing.assert_array_equal(maps["input"], values[None])
        weight = NETWORK["n1"].weights.parameters("n1", NETWORK["n1"].layer, ((3, 4, 5),), 0)["weight"]
        np.testing.assert_allclose(
            maps["n1"][0], np.einsum("oc,chw->ohw", weight[:, :, 0, 0], values), atol=1e-5
        )


def test_one_picture_needs_no_batch_and_one_array_no_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", anything=VALUES[0])
    (picture,) = read_input_arrays(tmp_path / "x.npz", NETWORK)
    np.testing.assert_array_equal(picture.values("input", (3, 4, 5)), VALUES[:1])


def test_several_inputs_are_told_apart_by_their_names(tmp_path: Path) -> None:
    other = np.ones((1, 1, 4, 5))
    np.savez(tmp_path / "x.npz", input=VALUES[0], other=other, more=np.ones(3))
    (picture,) = read_input_arrays(tmp_path / "x.npz", TWO)
    maps = {result.node_id: result.map for result in Executor().run(TWO, picture)}
    np.testing.assert_array_equal(maps["both"], np.concatenate([VALUES[:1], other], axis=1))


def test_whole_numbers_are_numbers_too(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.full((3, 4, 5), 7, np.uint8))
    assert (read_input_arrays(tmp_path / "x.npy", NETWORK)[0].values("input", (3, 4, 5)) == 7).all()


def test_equal_values_are_computed_once(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", VALUES[:1])
    executor = Executor()
    for cached in (False, True):
        (picture,) = read_input_arrays(tmp_path / "x.npy", NETWORK)
        assert [result.cached for result in executor.run(NETWORK, picture)][-1] is cached


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.zeros((3, 5, 4)), "'input' is 3×5×4; the Input takes 3×4×5, or N of them"),
        (np.zeros((0, 3, 4, 5)), "is 0×3×4×5"),
        (np.float32(3), "is a single number"),
        (np.array(["a"]), "which are no numbers"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, values: np.ndarray, words: str) -> None:
    np.save(tmp_path / "x.npy", values)
    with pytest.raises(FormatError, match=f"x.npy: .*{words}"):
        read_input_arrays(tmp_path / "x.npy", NETWORK)


def test_files_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_text("hello")
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "x.npz", input=VALUES, other=np.ones((1, 4, 5)))
    np.savez(tmp_path / "y.npz", input=VALUES)
    for name, network, words in (
        ("x.npy", NETWORK, "x.npy cannot be read"),
        ("objects.npy", NETWORK, "objects.npy cannot be read"),
        ("nowhere.npy", NETWORK, "there is no file"),
        ("x.txt", NETWORK, "neither .npy nor .npz"),
        ("x.npz", TWO, "arrays of 1 and 2 pictures"),
        ("y.npz", TWO, "no array called 'other'"),
        ("x.npz", chain(), "x.npz has no array called 'input'|3×4×5"),
    ):
        with pytest.raises(FormatError, match=words):
            read_input_arrays(tmp_path / name, network)
