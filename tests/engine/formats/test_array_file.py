"""Arrays of other programs: headers first, and no more than they say; one line for what is damaged."""

import io
import pickle
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FormatError
from engine.formats.weights import array_file
from engine.formats.weights.npz import open_arrays
from engine.formats.weights.weight_matching import WeightsMatch, match_weights
from tests.engine.small_networks import chain, conv, make

NETWORK = chain(conv(4, 3), make("BatchNorm2d"), make("ReLU"), conv(2, 1), shape=(3, 8, 8))
WEIGHT = np.arange(4 * 3 * 3 * 3, dtype=np.float32).reshape(4, 3, 3, 3)


def matched(path: Path) -> WeightsMatch:
    match = match_weights(NETWORK, open_arrays(path))
    match.applied()
    return match


def refusal(path: Path) -> str:
    with pytest.raises(FormatError) as caught:
        matched(path)
    message = str(caught.value)
    assert path.name in message or path.stem in message
    assert "\n" not in message
    assert "\\x" not in message  # its bytes
    assert "allow_pickle" not in message
    assert "Errno" not in message
    assert len(message) < 400
    return message


def archive(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(f"{name}.npy", content)
    return path


def array_bytes(values: np.ndarray, shape: str = "") -> bytes:
    """As numpy writes it; with `shape`, a header of that shape over the same numbers."""
    out = io.BytesIO()
    np.save(out, values, allow_pickle=True)
    content = out.getvalue()
    if not shape:
        return content
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + values.tobytes()


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", "i1", "u2", "i8", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_numbers_of_every_type_are_read_as_float32(dtype: str, order: str, tmp_path: Path) -> None:
    values = np.asarray(WEIGHT % 100, dtype=dtype, order=order)
    np.savez_compressed(tmp_path / "a.npz", **{"n1.weight": values, "none": np.zeros((0, 3)), "one": 5})
    arrays = open_arrays(tmp_path / "a.npz")
    assert dict(arrays.shapes) == {"n1.weight": (4, 3, 3, 3), "none": (0, 3), "one": ()}
    assert arrays.read("n1.weight").dtype == np.float32
    np.testing.assert_array_equal(arrays.read("n1.weight"), values.astype(np.float32))
    assert arrays.read("none").shape == (0, 3)
    assert arrays.read("one").shape == ()


def test_what_no_node_takes_is_not_unpacked(tmp_path: Path) -> None:
    """Other programs keep what they like beside the weights."""
    path = archive(
        tmp_path / "a.npz",
        **{
            "n1.weight": array_bytes(WEIGHT),
            "zeros": array_bytes(np.zeros(50_000_000, np.float32)),
            "objects": array_bytes(np.array([{}], dtype=object)),
            "huge": array_bytes(np.zeros(1, np.float32), "(1000000, 1000000)"),
        },
    )
    assert path.stat().st_size < 500_000
    tracemalloc.start()
    taken = matched(path).taken
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken == ("n1",)
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (array_bytes(np.zeros(1, np.float32), "(4, 3, 3, 3)"), "does not hold what it says"),
        (array_bytes(np.zeros(109, np.float32), "(4, 3, 3, 3)"), "does not hold what it says"),
        (array_bytes(np.zeros(1, np.float32), "(1000000, 1000000)"), "1000000×1000000 in the file"),
        (array_bytes(np.zeros(1, np.float32), "(-4, 3, 3, 3)"), "in the file"),
        (array_bytes(np.zeros(1, np.float32), "(4, 3, 3"), "is damaged"),
        (array_bytes(np.zeros(1, np.float32), "'a'"), "is damaged"),
        (array_bytes(np.array([{}], dtype=object)), "no numbers"),
        (array_bytes(np.array(["text"])), "no numbers"),
        (array_bytes(np.array([1j])), "no numbers"),
        (b"", "is damaged"),
    ],
)
def test_an_array_that_is_taken_is_what_its_header_says(content: bytes, words: str, tmp_path: Path) -> None:
    message = refusal(archive(tmp_path / "a.npz", **{"n1.weight": content}))
    assert words in message


def test_an_array_that_is_asked_for_has_an_end(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz", x=array_bytes(np.zeros(1, np.float32), "(1000000, 1000000)"))
    with pytest.raises(FormatError, match=r"a\.npz: 'x' has 1,000,000,000,000 numbers: too many"):
        open_arrays(path).read("x")


def test_pickles_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickle, "loads", lambda *_: pytest.fail("unpickled"))
    monkeypatch.setattr(pickle, "load", lambda *_: pytest.fail("unpickled"))
    monkeypatch.setattr(pickle, "Unpickler", lambda *_: pytest.fail("unpickled"))
    (tmp_path / "old.pth").write_bytes(pickle.dumps({"n1.weight": [1.0]}, 2))
    with zipfile.ZipFile(tmp_path / "new.pth", "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps({}))
        file.writestr("archive/data/0", bytes(400))
    for name in ("old.pth", "new.pth"):
        message = refusal(tmp_path / name)
        assert "pickle" in message
        assert "numpy.savez" in message


def test_what_is_no_file_of_arrays(tmp_path: Path) -> None:
    (tmp_path / "empty.npz").touch()
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "folder.npz").mkdir()
    archive(tmp_path / "other.npz", **{"n1.weight": array_bytes(WEIGHT)})
    content = (tmp_path / "other.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(content[: len(content) // 2])
    for name in ("empty", "text", "folder", "cut", "nowhere"):
        refusal(tmp_path / f"{name}.npz")


@settings(max_examples=200)
@given(place=st.integers(0, 10**6), value=st.integers(0, 255), cut=st.booleans())
def test_damage_gives_arrays_or_one_line(place: int, value: int, cut: bool, tmp_path_factory) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    with open(path, "wb") as file:
        np.savez_compressed(file, **{"n1.weight": WEIGHT, "n1.bias": np.ones(4)})
    content = bytearray(path.read_bytes())
    place %= len(content)
    content[place] = value
    path.write_bytes(content[:place] if cut else content)
    try:
        matched(path)
    except FormatError as error:
        message = str(error)
    else:
        message = "damaged"
    assert "\n" not in message
    assert len(message) < 400


def test_a_limit_for_the_number_of_arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_file, "MAX_ARRAYS", 3)
    np.savez(tmp_path / "a.npz", **{f"a{index}": np.zeros(1) for index in range(5)})
    assert len(open_arrays(tmp_path / "a.npz").shapes) == 3
