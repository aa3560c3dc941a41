"""Maps and weights as numpy arrays by name."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError
from engine.formats.npz import network_weights, read_arrays, save_arrays, with_arrays
from engine.weights import Given
from tests.engine.small_networks import chain, conv, make


def test_arrays_come_back_by_name(tmp_path: Path) -> None:
    arrays = {"conv1": np.ones((1, 2, 3), np.float32), "block/a b": np.zeros(0, np.float32)}
    save_arrays(tmp_path / "a.npz", arrays)
    with np.load(tmp_path / "a.npz") as found:
        assert set(found.files) == set(arrays)
        np.testing.assert_array_equal(found["conv1"], arrays["conv1"])
    assert read_arrays(tmp_path / "a.npz").keys() == arrays.keys()


def test_the_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_arrays(tmp_path / f"{name}.npz", iter([("x", np.arange(5, dtype=np.float32))]))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_all_parameters_that_can_be_made_are_there() -> None:
    network = chain(conv(4, 3), make("BatchNorm2d"), make("ReLU"), conv(2, 1, bias=False), shape=(3, 8, 8))
    network = network.set_weights("n4", Given({"weight": np.full((2, 4, 1, 1), 5.0)}))
    found = dict(network_weights(network))
    assert list(found) == [
        "n1.weight", "n1.bias", "n2.weight", "n2.bias", "n2.running_mean", "n2.running_var", "n4.weight",
    ]  # fmt: skip
    assert (found["n4.weight"] == 5).all()
    np.testing.assert_array_equal(
        found["n1.weight"], network["n1"].weights.parameters("n1", conv(4, 3), ((3, 8, 8),), 0)["weight"]
    )


def test_weights_that_do_not_fit_are_left_out() -> None:
    network = chain(conv(4, 3), conv(4, 3)).set_weights("n1", Given({"weight": [1.0]}))
    assert dict(network_weights(network)) == {}


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("hello")
    np.save(tmp_path / "single.npy", np.zeros(3))
    (tmp_path / "single.npy").rename(tmp_path / "single.npz")
    np.savez(tmp_path / "objects.npz", a=np.array([{}], dtype=object))
    for name in ("text", "single", "objects"):
        with pytest.raises(FormatError, match=f"{name}.npz"):
            read_arrays(tmp_path / f"{name}.npz")
    with pytest.raises(FormatError, match="there is no file"):
        read_arrays(tmp_path / "nowhere.npz")


def test_saved_weights_come_back_as_imported(tmp_path: Path) -> None:
    network = chain(conv(4, 3), make("BatchNorm2d"), make("ReLU"), conv(2, 1, bias=False), shape=(3, 8, 8))
    network = network.set_weights("n1", Given({"weight": np.full((4, 3, 3, 3), 5.0)}))
    save_arrays(tmp_path / "a.npz", network_weights(network, seed=7))
    made, taken = with_arrays(network, read_arrays(tmp_path / "a.npz"), "a.npz")
    assert taken == ("n1", "n2", "n4")
    assert made["n1"].weights.text == "Imported: a.npz"
    before, after = dict(network_weights(network, seed=7)), dict(network_weights(made, seed=0))
    assert before.keys() == after.keys()
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name])


def test_arrays_of_some_layers_leave_the_others_alone() -> None:
    network = chain(conv(4, 3), conv(2, 1), shape=(3, 8, 8))
    arrays = {"n2.weight": np.ones((2, 4, 1, 1), np.float32), "epoch": np.ones(1, np.float32)}
    made, taken = with_arrays(network, arrays)
    assert taken == ("n2",)
    assert made["n1"] == network["n1"]
    assert dict(network_weights(made))["n2.bias"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        (
            {"n1.weight": np.ones((4, 3, 5, 5))},
            "n1.weight is 4×3×5×5 in the file, Conv 3×3 · 4 takes 4×3×3×3",
        ),
        ({"features.0.weight": np.ones((4, 3, 3, 3))}, "no array belongs.*features.0.weight"),
        ({}, "the file holds nothing"),
        ({"n1.bias": np.full(4, np.nan)}, "n1: bias holds a number that is not finite"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays: dict[str, np.ndarray], words: str) -> None:
    network = chain(conv(4, 3), shape=(3, 8, 8))
    with pytest.raises(FormatError, match=words):
        with_arrays(network, {name: np.asarray(one, np.float32) for name, one in arrays.items()})
