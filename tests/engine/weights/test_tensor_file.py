"""`.safetensors` files: what the library wrote is read to the bit; what is damaged is refused in one line."""

import json
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from engine.errors import FormatError
from engine.formats.weights.safetensors import save_tensors
from engine.weights.given import Given, is_mapped
from engine.weights.tensor_file import MAX_HEADER_BYTES, open_tensors

RANDOM = np.random.default_rng(0)


def written(path: Path, header: Any, data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def test_what_the_library_wrote_is_read_to_the_bit(tmp_path: Path) -> None:
    arrays = {
        "single": RANDOM.normal(size=(3, 2, 1, 5)).astype(np.float32),
        "half": RANDOM.normal(size=(7,)).astype(np.float16),
        "double": RANDOM.normal(size=(2, 3)),
        "empty": np.zeros((0, 3), np.float32),
        "a number": np.array(2, np.float32),
        "steps": np.arange(3),
    }
    save_file(arrays, tmp_path / "a.safetensors", {"made by": "a test"})
    file = open_tensors(tmp_path / "a.safetensors")
    assert file.metadata == {"made by": "a test"}
    assert file.tensors.keys() == arrays.keys() - {"steps"}, "whole numbers are no weights"
    for name, tensor in file.tensors.items():
        values = file.read(name)
        assert values.dtype == np.float32
        assert values.shape == tensor.shape
        assert not values.flags.writeable
        np.testing.assert_array_equal(values, arrays[name].astype(np.float32))


def test_bfloat16_is_the_upper_half_of_float32(tmp_path: Path) -> None:
    values = np.array([1.0, -2.5, 3.0e38, 1e-30], np.float32)
    halves = (values.view(np.uint32) >> 16).astype("<u2")
    path = written(
        tmp_path / "b.safetensors",
        {"x": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]}},
        halves.tobytes(),
    )
    np.testing.assert_allclose(open_tensors(path).read("x"), values.reshape(2, 2), rtol=2**-8)


def test_float32_stays_in_the_file(tmp_path: Path) -> None:
    save_tensors(tmp_path / "c.safetensors", {"weight": np.ones((4, 3, 1, 1), np.float32)})
    values = open_tensors(tmp_path / "c.safetensors").read("weight")
    assert is_mapped(values)
    assert Given({"weight": values}).arrays["weight"] is values, "nothing is copied"


def test_a_transposed_array_is_written_as_it_reads(tmp_path: Path) -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3).T
    save_tensors(tmp_path / "d.safetensors", {"x": values})
    np.testing.assert_array_equal(open_tensors(tmp_path / "d.safetensors").read("x"), values)


GOOD = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"nonsense", "no JSON"),
        ([GOOD], "no table"),
        ({"x": 3}, "'x' has no type"),
        ({"x": {**GOOD, "shape": [-2]}}, "no shape or place"),
        ({"x": {**GOOD, "shape": [True, 2]}}, "no shape or place"),
        ({"x": {**GOOD, "data_offsets": [0, 9]}}, "beyond the end"),
        ({"x": {**GOOD, "data_offsets": [8, 0]}}, "beyond the end"),
        ({"x": {**GOOD, "data_offsets": [0, 4]}}, "4 bytes, which is not 2"),
        ({"x": {**GOOD, "shape": [1 << 40]}}, "8 bytes, which is not"),
    ],
)
def test_what_is_damaged_is_refused(tmp_path: Path, header: Any, words: str) -> None:
    path = written(tmp_path / "bad.safetensors", header, bytes(8))
    with pytest.raises(FormatError, match=f"bad.safetensors is no .safetensors file.*{words}"):
        open_tensors(path)


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 8, struct.pack("<Q", 1 << 60) + b"{}", b"PK\x03\x04" + bytes(99)]
)
def test_what_is_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.safetensors").write_bytes(data)
    with pytest.raises(FormatError, match=r"bad\.safetensors"):
        open_tensors(tmp_path / "bad.safetensors")
    with pytest.raises(FormatError, match="there is no file"):
        open_tensors(tmp_path / "nowhere.safetensors")


def test_a_huge_header_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", MAX_HEADER_BYTES + 1))
        file.truncate(MAX_HEADER_BYTES + 100)
    with pytest.raises(FormatError, match="header has 16 MB"):
        open_tensors(path)


def test_a_file_that_has_shrunk_is_told(tmp_path: Path) -> None:
    path = tmp_path / "shrunk.safetensors"
    save_tensors(path, {"x": np.ones(9000, np.float32)})
    file = open_tensors(path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(FormatError, match=r"shrunk\.safetensors cannot be read"):
        file.read("x")


def test_the_library_reads_what_is_written_and_writes_the_same_bytes(tmp_path: Path) -> None:
    arrays = {
        "b": RANDOM.normal(size=(3, 2)).astype(np.float32),
        "a": RANDOM.normal(size=5).astype(np.float16),
        "ä/c.weight": np.zeros((0, 2)),
    }
    save_tensors(tmp_path / "ours.safetensors", arrays)
    save_file(arrays, tmp_path / "theirs.safetensors")
    assert (tmp_path / "ours.safetensors").read_bytes() == (tmp_path / "theirs.safetensors").read_bytes()
    for name, values in load_file(tmp_path / "ours.safetensors").items():
        np.testing.assert_array_equal(values, arrays[name])


@given(data=st.binary(max_size=300))
def test_no_bytes_stop_the_program(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(struct.pack("<Q", min(len(data), 60)) + data)
    with suppress(FormatError):
        file = open_tensors(path)
        assert all(file.read(name).dtype == np.float32 for name in file.tensors)
