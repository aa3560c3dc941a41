"""Projects with large weights: an archive under the same ending, mapped where it lies, or refused."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError
from engine.execution.executor import Executor
from engine.formats import read_project, write_project
from engine.formats.files import content_digest
from engine.formats.project_file import ARCHIVED_FROM, PROJECT, WEIGHTS, read_path, write_to
from engine.formats.project_json import write
from engine.model.project import Project
from engine.weights import IMPORTED, Given
from engine.weights.given import is_mapped
from tests.engine.small_networks import chain, make

WIDE = chain(make("Flatten"), make("Linear", out_features=600), make("Linear", out_features=600))
SMALL = np.arange(600, dtype=np.float32)


def project() -> Project:
    random = np.random.default_rng(0)
    network = WIDE
    for node_id, size in (("n2", 3072), ("n3", 600)):
        weight = random.normal(size=(600, size)).astype(np.float32)
        given = Given({"weight": weight, "bias": SMALL}, IMPORTED, "net.safetensors")
        network = network.set_weights(node_id, given)
    places = {node_id: (250.0 * column, 4.0) for column, node_id in enumerate(network.order)}
    return Project(network=network, title="Wide", image="chelsea", positions=places)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_project(tmp_path / "wide.onebyone", project())
    return tmp_path / "wide.onebyone"


def test_large_weights_make_an_archive_that_other_programs_open(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [PROJECT, WEIGHTS]
        assert archive.testzip() is None
        text = archive.read(PROJECT)
        assert b'"weight": {"tensor": "n2.weight"}' in text
        assert len(text) < 5_000
        (path.parent / WEIGHTS).write_bytes(archive.read(WEIGHTS))
    from safetensors.numpy import load_file

    arrays = load_file(path.parent / WEIGHTS)
    np.testing.assert_array_equal(arrays["n3.weight"], project().network["n3"].weights.arrays["weight"])


def test_it_comes_back_mapped_and_to_the_bit(path: Path) -> None:
    found = read_project(path)
    assert found == project()
    weights = found.network["n2"].weights
    assert isinstance(weights, Given)
    assert is_mapped(weights.arrays["weight"]), "nothing is copied"
    assert weights.arrays["weight"].ctypes.data % 8 == 0
    photograph = np.random.default_rng(1).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    maps = [
        {result.node_id: result.map for result in Executor().run(network, photograph)}
        for network in (project().network, found.network)
    ]
    np.testing.assert_array_equal(maps[0]["n3"], maps[1]["n3"])


def test_the_same_project_gives_the_same_bytes(path: Path) -> None:
    before = path.read_bytes()
    assert write_project(path, read_project(path)) == content_digest(path)
    assert path.read_bytes() == before, "saved over the very file its numbers are mapped from"


def test_it_can_be_moved_and_its_old_file_deleted(path: Path) -> None:
    folder = path.parent / "elsewhere"
    folder.mkdir()
    found = read_project(path.rename(folder / "moved.onebyone"))
    (folder / "moved.onebyone").unlink()
    assert found == project()


def test_small_weights_stay_in_the_json_that_people_read(tmp_path: Path) -> None:
    network = WIDE.set_weights("n3", Given({"weight": np.ones((600, 600)), "bias": SMALL}))
    for size, is_archive in ((ARCHIVED_FROM - 1, False), (ARCHIVED_FROM, True)):
        given = Given({"weight": np.ones(size)})
        other = Project(network=network.set_weights("n3", given))
        file = io.BytesIO()
        write_to(other, file)
        assert file.getvalue().startswith(b"PK") == is_archive
    plain = Project(network=WIDE)
    write_project(tmp_path / "a.onebyone", plain)
    assert (tmp_path / "a.onebyone").read_bytes() == write(plain)


def test_old_files_with_large_weights_in_the_json_still_open(tmp_path: Path) -> None:
    (tmp_path / "old.onebyone").write_bytes(write(project()))
    assert read_project(tmp_path / "old.onebyone") == project()


def test_an_archive_behind_other_bytes_is_read_too(tmp_path: Path) -> None:
    """As unsaved work is kept."""
    with (tmp_path / "a.unsaved").open("wb") as file:
        file.write(b"a line about it\n")
        write_to(project(), file)
    assert read_path(tmp_path / "a.unsaved", 16) == project()


def rewritten(path: Path, **changes: bytes | None) -> None:
    """The archive with other entries in it; None leaves one out."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", changes.pop("compression", zipfile.ZIP_STORED)) as archive:
        for name, data in {**entries, **changes}.items():
            if data is not None:
                archive.writestr(name, data)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({WEIGHTS: None}, "no OneByOne project: it has no weights.safetensors"),
        ({PROJECT: None}, "it has no project.json"),
        ({WEIGHTS: b"nonsense"}, "does not begin with the length of a header"),
        ({WEIGHTS: struct.pack("<Q", 2) + b"{}"}, "has no tensor 'n2.weight'"),
        ({PROJECT: b"{}"}, "no OneByOne project"),
        ({"compression": zipfile.ZIP_DEFLATED}, "is compressed"),
    ],
)
def test_what_is_no_project_is_refused(path: Path, changes: dict[str, bytes | None], words: str) -> None:
    rewritten(path, **changes)
    with pytest.raises(FormatError, match=rf"^wide\.onebyone: .*{words}"):
        read_project(path)


def test_a_number_that_was_changed_on_the_disk_is_noticed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"wide\.onebyone: the archive is damaged: Bad CRC-32"):
        read_project(path)


@pytest.mark.parametrize("part", [0.2, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused(path: Path, part: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(FormatError, match=r"wide\.onebyone: the archive is damaged"):
        read_project(path)
