"""Everything a survey says, found a second way: by all maps of all photographs at once, in float64."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from engine import Concat, Conv2d, Flatten, Input, Linear, MaxPool2d, Network, Node, Project, ReLU, Upsample
from engine.analysis.analyze import analyze
from engine.errors import NetworkError, PhotographError
from engine.execution.feature_maps import feature_maps
from engine.image.photograph import read_photograph
from engine.own_process import ROOT, own_command, own_environment
from engine.survey.crew import SurveyError
from engine.survey.listing import listing_digest, picture_files
from engine.survey.outcome import KEYS, outcome_arrays
from engine.survey.part import NAMED, Part, packed, unpacked
from engine.survey.shard import SHARD, Job
from engine.survey.survey import Listener, survey
from engine.survey.surveyed import Surveyed

Arrays = dict[str, npt.NDArray[Any]]


def node(node_id: str, layer: Any, *inputs: str) -> Node:
    return Node(id=node_id, layer=layer, inputs=inputs)


NETWORK = Network([
    node("in", Input(shape=(3, 13, 14))),
    node("a", Conv2d(out_channels=18, kernel_size=(3, 3), stride=(2, 1)), "in"),
    node("relu", ReLU(), "a"),
    node("b", Conv2d(out_channels=5, kernel_size=(1, 1)), "relu"),
    node("c", Conv2d(out_channels=7, kernel_size=(1, 1)), "relu"),
    node("joined", Concat(), "b", "c"),
    node("twice", Concat(), "joined", "relu"),
    node("pool", MaxPool2d(), "twice"),
    node("up", Upsample(), "pool"),
    node("flat", Flatten(), "pool"),
    node("fc", Linear(out_features=6), "flat"),
])  # fmt: skip


def write_photographs(folder: Path, count: int) -> None:
    random = np.random.default_rng(count)
    for index in range(count):
        size = (int(random.integers(18, 40)), int(random.integers(18, 40)), 3)
        coarse = random.integers(0, 256, (4, 4, 3), np.uint8)
        image = Image.fromarray(coarse).resize((size[1], size[0]), Image.Resampling.BICUBIC)
        (folder / f"sub{index % 3}").mkdir(exist_ok=True)
        image.save(folder / f"sub{index % 3}" / f"{index:03d}.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("photographs")
    write_photographs(made, 40)
    Image.fromarray(np.full((9, 9, 3), 200, np.uint8)).save(made / "plain.png")
    (made / "sub0" / "notes.txt").write_text("no picture")
    (made / "sub1" / "broken.png").write_bytes((made / "sub1" / "001.png").read_bytes()[:60])
    (made / ".hidden.png").write_bytes(b"")
    return made


def a_job(folder: Path, network: Network = NETWORK, kept: int = 4) -> tuple[Job, Surveyed]:
    surveyed = Surveyed(network)
    return Job.of(folder, [(Project(network=network), 0, surveyed)], kept), surveyed


def outcome(folder: Path, part: Part, surveyed: Surveyed) -> Arrays:
    return outcome_arrays(part, folder, [("small", surveyed.network, surveyed)], [0])


@pytest.fixture(scope="module")
def found(folder: Path) -> Arrays:
    job, surveyed = a_job(folder)
    return outcome(folder, survey(job, in_this_process=True).part, surveyed)


@pytest.fixture(scope="module")
def names(folder: Path) -> list[str]:
    return [name for name in picture_files(folder) if name not in ("sub0/notes.txt", "sub1/broken.png")]


@pytest.fixture(scope="module")
def maps(folder: Path, names: list[str]) -> dict[str, npt.NDArray[np.float64]]:
    """(n, C, H, W) of every node."""
    each = [feature_maps(NETWORK, read_photograph(folder / name)) for name in names]
    made = {}
    for node_id in NETWORK.order:
        stacked = np.concatenate([one[node_id] for one in each]).astype(np.float64)
        made[node_id] = stacked.reshape(*stacked.shape[:2], *(stacked.shape[2:] or (1, 1)))
    return made


@pytest.mark.parametrize("node_id", NETWORK.order)
def test_statistics_are_those_of_all_values(
    found: Arrays, maps: dict[str, npt.NDArray[np.float64]], node_id: str
) -> None:
    x = maps[node_id].transpose(1, 0, 2, 3).reshape(maps[node_id].shape[1], -1)
    assert found[f"mean/{node_id}"] == pytest.approx(x.mean(axis=1), rel=1e-9, abs=1e-12)
    assert found[f"variance/{node_id}"] == pytest.approx(x.var(axis=1), rel=1e-7, abs=1e-12)
    assert (found[f"minimum/{node_id}"] == x.min(axis=1)).all()
    assert (found[f"maximum/{node_id}"] == x.max(axis=1)).all()
    assert (found[f"dead/{node_id}"] == (x.min(axis=1) == x.max(axis=1))).all()
    assert not found[f"not_finite/{node_id}"].any()
    for values, counts, limit in zip(
        x, found[f"histogram/{node_id}"], found[f"histogram_limit/{node_id}"], strict=True
    ):
        if limit:
            assert np.abs(values).max() < limit <= 2 * np.abs(values).max()
            assert (counts == np.histogram(values, len(counts), (-limit, limit))[0]).all()
        else:
            assert not values.any()
            assert counts.sum() == len(values)


@pytest.mark.parametrize("node_id", NETWORK.order)
def test_patches_are_those_of_the_largest_values(
    found: Arrays, maps: dict[str, npt.NDArray[np.float64]], names: list[str], node_id: str
) -> None:
    x = maps[node_id]
    field = analyze(NETWORK).layers[node_id].receptive_field
    peaks = x.reshape(*x.shape[:2], -1).max(axis=2)
    for channel in range(x.shape[1]):
        order = np.argsort(-peaks[:, channel], kind="stable")[:4]
        assert (found[f"top_value/{node_id}"][channel] == peaks[order, channel].astype(np.float32)).all()
        files = found["files"][found[f"top_file/{node_id}"][channel]]
        assert files.tolist() == [names[index] for index in order]
        for place, box, index in zip(
            found[f"top_place/{node_id}"][channel], found[f"top_box/{node_id}"][channel], order, strict=True
        ):
            row, column = divmod(int(x[index, channel].argmax()), x.shape[3])
            assert place.tolist() == [row, column]
            seen = None if field is None else field.box(row, column)
            assert seen is not None
            (top, bottom), (left, right) = seen
            assert box.tolist() == [top, left, bottom, right]


@pytest.mark.parametrize("node_id", NETWORK.order)
def test_spectra_are_those_of_a_singular_value_decomposition(
    found: Arrays, maps: dict[str, npt.NDArray[np.float64]], node_id: str
) -> None:
    x = maps[node_id].transpose(1, 0, 2, 3).reshape(maps[node_id].shape[1], -1)
    x = x - x.mean(axis=1, keepdims=True)
    singular = np.zeros(len(x))
    values = np.linalg.svd(x, compute_uv=False)
    singular[: len(values)] = values
    variances = singular**2 / x.shape[1]
    spectrum = found[f"spectrum/{node_id}"]
    assert spectrum == pytest.approx(variances, abs=1e-5 * variances[0] + 1e-12)
    shares = variances[variances > 1e-9 * variances[0]] / variances.sum()
    assert found[f"effective_rank/{node_id}"] == pytest.approx(
        np.exp(-(shares * np.log(shares)).sum()), rel=1e-3
    )
    kept = np.cumsum(variances) / variances.sum()
    assert kept[found[f"needed_99/{node_id}"] - 1] >= 0.99 - 1e-5
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.nan_to_num(np.corrcoef(x)).reshape(len(x), len(x))
    listed = {(int(i), int(j)) for i, j in found[f"alike/{node_id}"]}
    sure = {(int(i), int(j)) for i, j in np.argwhere(np.triu(np.abs(correlation) > 0.951, 1))}
    assert sure <= listed
    for (i, j), r in zip(found[f"alike/{node_id}"], found[f"correlation/{node_id}"], strict=True):
        assert r == pytest.approx(correlation[i, j], abs=1e-4)


def cka_of(batches: list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]) -> float:
    """Linear CKA from the unbiased HSIC as Song et al. write it, term by term."""

    def hsic(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> float:
        n = len(x)
        k, m = x @ x.T, y @ y.T
        np.fill_diagonal(k, 0)
        np.fill_diagonal(m, 0)
        ones = np.ones(n)
        terms = np.trace(k @ m) + (ones @ k @ ones) * (ones @ m @ ones) / ((n - 1) * (n - 2))
        return float((terms - 2 / (n - 2) * (ones @ k @ m @ ones)) / (n * (n - 3)))

    between = sum(hsic(x, y) for x, y in batches)
    return float(between / np.sqrt(sum(hsic(x, x) for x, _ in batches) * sum(hsic(y, y) for _, y in batches)))


def features_of(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Means over a grid of at most 4×4 cells, pixel i of n in cell ⌊4 i / n⌋."""
    rows, columns = min(4, x.shape[2]), min(4, x.shape[3])
    down, across = np.arange(x.shape[2]) * rows // x.shape[2], np.arange(x.shape[3]) * columns // x.shape[3]
    cells = [
        x[:, :, down == row][:, :, :, across == column].mean(axis=(2, 3))
        for row in range(rows)
        for column in range(columns)
    ]
    return np.stack(cells, axis=2).reshape(len(x), -1)


def test_cka_is_that_of_the_definition(
    found: Arrays, folder: Path, names: list[str], maps: dict[str, npt.NDArray[np.float64]]
) -> None:
    every = [*picture_files(folder)]
    batch = np.array([every.index(name) // SHARD for name in names])
    features = {node_id: features_of(x) for node_id, x in maps.items()}
    assert found["layers"].tolist() == list(NETWORK.order)
    for i, first in enumerate(NETWORK.order):
        for j, second in enumerate(NETWORK.order):
            batches = [(features[first][batch == b], features[second][batch == b]) for b in (0, 1)]
            assert found["cka"][i, j] == pytest.approx(cka_of(batches), abs=2e-5)
    assert np.diag(found["cka"]) == pytest.approx(1)
    off = ~np.eye(len(NETWORK.order), dtype=bool)
    assert (found["cka_floor"][off] > 0).all()
    assert (found["cka_floor"][off] < 0.8).all()


def test_every_name_is_documented(found: Arrays) -> None:
    assert {name.split("/")[0] for name in found} | {"against"} == {
        word for name in KEYS for word in (name.split("/")[0],)
    } | {"variance", "minimum", "maximum", "correlation"}
    for name, values in found.items():
        if values.dtype.kind == "f":
            assert np.isfinite(values).all(), name


def test_what_is_no_picture_is_listed(found: Arrays) -> None:
    assert [name for name, _ in found["skipped"]] == ["sub0/notes.txt", "sub1/broken.png"]
    assert all(reason for _, reason in found["skipped"])


def test_skipped_files_are_counted_and_only_the_first_are_named() -> None:
    whole = Part.empty({})
    for shard in range(3):
        part = Part.empty({})
        for number in range(NAMED // 2 + 1):
            part.skip(f"{shard}/{number}.txt", "no picture")
        whole.merge(Part.of(part.arrays()))
    assert whole.skipped_count == 3 * (NAMED // 2 + 1)
    assert len(whole.skipped) == NAMED
    assert [whole.skipped[0][0], whole.skipped[-1][0]] == ["0/0.txt", f"1/{NAMED // 2 - 2}.txt"]


def as_bytes(folder: Path, part: Part, surveyed: Surveyed) -> bytes:
    return packed(outcome(folder, part, surveyed))


def test_a_survey_that_was_stopped_gives_the_same_bytes(folder: Path, found: Arrays, tmp_path: Path) -> None:
    job, surveyed = a_job(folder)
    kept, notes = tmp_path / "kept", list[str]()
    first = survey(job, kept=kept, listener=Listener(stop=lambda: True), in_this_process=True)
    assert not first.is_complete
    assert kept.exists()
    second = survey(job, kept=kept, listener=Listener(note=notes.append), in_this_process=True)
    assert second.is_complete
    assert notes == ["goes on from kept: 32 files are done"]
    assert as_bytes(folder, second.part, surveyed) == packed(found)


@pytest.mark.slow
def test_two_processes_give_the_same_bytes(folder: Path, found: Arrays) -> None:
    job, surveyed = a_job(folder)
    assert as_bytes(folder, survey(job, threads=2).part, surveyed) == packed(found)


def test_what_was_kept_of_other_pictures_is_not_gone_on_with(tmp_path: Path) -> None:
    folder, kept, notes = tmp_path / "photographs", tmp_path / "kept", list[str]()
    folder.mkdir()
    write_photographs(folder, 36)
    job, surveyed = a_job(folder)
    survey(job, kept=kept, listener=Listener(stop=lambda: True), in_this_process=True)
    (folder / "sub0" / "000.png").write_bytes((folder / "sub1" / "001.png").read_bytes())
    found = survey(job, kept=kept, listener=Listener(note=notes.append), in_this_process=True)
    assert notes == ["kept is of other pictures, or of another network: begun anew"]
    anew = survey(job, in_this_process=True)
    assert as_bytes(folder, found.part, surveyed) == as_bytes(folder, anew.part, surveyed)
    kept.write_bytes(b"PK\x03\x04 no archive")
    survey(job, kept=kept, listener=Listener(note=notes.append), in_this_process=True)
    assert "cannot be read" in notes[-1]


def test_a_damaged_message_between_processes_is_not_believed() -> None:
    arrays = {"a": np.arange(6.0).reshape(2, 3), "none": np.zeros((0, 4)), "words": np.array(["x", "yz"])}
    message = packed(arrays)
    found = unpacked(message)
    assert all((found[name] == values).all() for name, values in arrays.items())
    assert {name: values.shape for name, values in found.items()} == {
        "a": (2, 3),
        "none": (0, 4),
        "words": (2,),
    }
    damaged = bytearray(message)
    damaged[-1] ^= 1
    for other in (bytes(damaged), message[:-1], message[:9], b""):
        with pytest.raises(ValueError, match="damaged"):
            unpacked(other)


def test_folders_without_pictures_are_refused_in_a_sentence(tmp_path: Path) -> None:
    job, _ = a_job(tmp_path)
    with pytest.raises(PhotographError, match="there is no file in the folder"):
        survey(job, in_this_process=True)
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(
        PhotographError, match=r"no picture in the folder .* can be read; the first of 1, a\.txt"
    ):
        survey(job, in_this_process=True)
    with pytest.raises(PhotographError, match="there is no folder"):
        survey(a_job(tmp_path / "none")[0], in_this_process=True)


def test_a_disk_without_space_does_not_end_a_survey(folder: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no device without space")
    job, _ = a_job(folder)
    notes = list[str]()
    listener = Listener(note=notes.append, stop=lambda: True)
    survey(job, kept=Path("/dev/full"), listener=listener, in_this_process=True)
    assert notes == [
        "how far the survey has come is not kept: cannot write '/dev/full': no space left on device"
    ]


def test_a_hundred_thousand_names_are_listed_in_order(tmp_path: Path) -> None:
    for index in range(300):
        (tmp_path / f"{index * 7 % 300}.jpg").touch()
    found = list(picture_files(tmp_path))
    assert found == sorted(found)
    assert listing_digest(tmp_path)[0] == 300


def test_layers_that_are_none_are_refused() -> None:
    with pytest.raises(NetworkError, match="there is no layer 'x'"):
        Surveyed(NETWORK, ["x"])
    assert Surveyed(NETWORK, ["relu"]).layers == ("relu",)


def test_a_single_photograph_has_no_cka_but_everything_else(tmp_path: Path) -> None:
    write_photographs(tmp_path, 1)
    job, surveyed = a_job(tmp_path)
    found = outcome(tmp_path, survey(job, in_this_process=True).part, surveyed)
    assert not found["cka"].any()
    assert (found["top_file/a"][:, 0] == 0).all()
    assert (found["top_file/a"][:, 1:] == -1).all()
    assert all(np.isfinite(values).all() for values in found.values() if values.dtype.kind == "f")


@pytest.mark.slow
@pytest.mark.timeout(600)  # three surveys, each with processes to start
def test_a_survey_that_was_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "photographs"
    folder.mkdir()
    write_photographs(folder, 400)
    command = own_command("-m", "gui", "survey", "lenet5", "--images", str(folder), "-o")
    done = subprocess.run(
        [*command, str(tmp_path / "whole.npz")], env=own_environment(), check=True, cwd=ROOT
    )
    assert done.returncode == 0
    killed = subprocess.Popen([*command, str(tmp_path / "cut.npz")], env=own_environment(), cwd=ROOT)
    kept = tmp_path / "cut.npz.part"
    limit = time.monotonic() + 60
    while not kept.exists() and killed.poll() is None and time.monotonic() < limit:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert kept.exists()
    assert not (tmp_path / "cut.npz").exists()
    subprocess.run([*command, str(tmp_path / "cut.npz")], env=own_environment(), check=True, cwd=ROOT)
    assert (tmp_path / "cut.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()
    assert not kept.exists()


@pytest.mark.slow
def test_a_cluster_of_two_workers_gives_the_same_bytes(folder: Path) -> None:
    distributed = pytest.importorskip("dask.distributed")
    job, surveyed = a_job(folder)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster:
        there = survey(job, dask=cluster.scheduler_address)
    here = survey(job, in_this_process=True)
    assert as_bytes(folder, there.part, surveyed) == as_bytes(folder, here.part, surveyed)


def test_where_no_scheduler_answers_a_sentence_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dask.distributed")
    monkeypatch.setattr("engine.survey.cluster.TIMEOUT", "1s")
    with pytest.raises(SurveyError, match=r"no dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        survey(a_job(folder)[0], dask="tcp://127.0.0.1:9")
