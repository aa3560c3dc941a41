"""Maps and weights as numpy arrays by name."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError
from engine.formats.weights.npz import network_weights, open_arrays, read_arrays, save_arrays
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


def test_headers_are_read_without_the_values(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", z=np.ones((3, 2)), a=np.arange(4))
    archive = open_arrays(tmp_path / "a.npz")
    assert dict(archive.shapes) == {"z": (3, 2), "a": (4,)}, "in the file's order"
    np.testing.assert_array_equal(archive.read("a"), [0, 1, 2, 3])


def test_a_huge_array_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w") as archive, archive.open("x.npy", "w") as entry:
        header = {"descr": "<f4", "fortran_order": False, "shape": (1 << 20, 1 << 20)}
        np.lib.format.write_array_header_1_0(entry, header)
    with pytest.raises(FormatError, match=r"bomb\.npz: 'x' has .* numbers: too many"):
        open_arrays(path).read("x")  # not before: no layer may ask for it
