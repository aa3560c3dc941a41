"""One shard: some files through the networks, on one thread, into a `Part`."""

import json
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.errors import PhotographError
from engine.execution.executor import Executor
from engine.formats.project_file import read_path, write_to
from engine.image.photograph import read_photograph
from engine.model.project import Project
from engine.survey.part import Part
from engine.survey.similarity import LEAST, SHUFFLES, centred_kernels, hsic, shuffled
from engine.survey.surveyed import Surveyed
from engine.survey.tally import NOBODY, Tally

Map = npt.NDArray[np.float32]
Peaks = tuple[Map, npt.NDArray[np.int64], npt.NDArray[np.int32]]
"""Of one photograph, (C,) each: the largest value, the file, and the place."""

SHARD: Final = 32
"""Files of a shard: the batches of CKA, too."""

_one_at_a_time: Final = Lock()
"""One shard a process: the threads of a cluster's worker would only take turns with each other."""
_opened: "OrderedDict[str, Running]" = OrderedDict()


@dataclass(frozen=True, kw_only=True)
class Job:
    """What every shard of a survey needs: plain values, which go to other processes as they are."""

    folder: str
    projects: tuple[bytes, ...]
    """One project file a network."""
    seeds: tuple[int, ...]
    layers: tuple[tuple[str, ...], ...]
    kept: int

    @classmethod
    def of(cls, folder: Path, projects: Sequence[tuple[Project, int, Surveyed]], kept: int) -> "Job":
        """Of networks with the seeds of their random weights."""
        files = []
        for project, _, _ in projects:
            with tempfile.SpooledTemporaryFile(max_size=1 << 28) as file:
                write_to(project, file)
                file.seek(0)
                files.append(file.read())
        return cls(
            folder=str(folder.absolute()),
            projects=tuple(files),
            seeds=tuple(seed for _, seed, _ in projects),
            layers=tuple(surveyed.layers for _, _, surveyed in projects),
            kept=kept,
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """As arrays, for another process."""
        rest = {"folder": self.folder, "seeds": self.seeds, "layers": self.layers, "kept": self.kept}
        text = json.dumps(rest).encode("utf-8", "surrogatepass")
        made = {"rest": np.frombuffer(text, np.uint8)}
        return made | {f"project {i}": np.frombuffer(data, np.uint8) for i, data in enumerate(self.projects)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "Job":
        """The way back."""
        rest = json.loads(arrays["rest"].tobytes().decode("utf-8", "surrogatepass"))
        return cls(
            folder=rest["folder"],
            projects=tuple(arrays[f"project {i}"].tobytes() for i in range(len(rest["seeds"]))),
            seeds=tuple(rest["seeds"]),
            layers=tuple(map(tuple, rest["layers"])),
            kept=rest["kept"],
        )

    @cached_property
    def digest(self) -> str:
        """Equal digests, equal numbers of the same files."""
        made = sha256(repr((SHARD, SHUFFLES, self.seeds, self.layers, self.kept)).encode())
        for data in self.projects:
            made.update(sha256(data).digest())
        return made.hexdigest()


class Running:
    """The networks of a job, ready to be run."""

    def __init__(self, job: Job) -> None:
        self.surveyed = []
        with tempfile.TemporaryDirectory() as folder:
            for number, (data, layers) in enumerate(zip(job.projects, job.layers, strict=True)):
                path = Path(folder) / f"{number}.onebyone"
                path.write_bytes(data)
                self.surveyed.append(Surveyed(read_path(path).network, layers))
        self.executors = [Executor(threads=1) for _ in job.projects]
        self.seeds, self.kept = job.seeds, job.kept

    def empty(self) -> dict[str, Tally]:
        """A tally for every layer."""
        return {
            f"{number}/{node_id}": Tally.empty(
                surveyed.shapes[node_id][0], self.kept, with_products=node_id in surveyed.with_products
            )
            for number, surveyed in enumerate(self.surveyed)
            for node_id in surveyed.layers
        }


def running(job: Job) -> Running:
    """Remembered from shard to shard, with their packed weights."""
    found = _opened.pop(job.digest, None) or Running(job)
    while len(_opened) >= 2:
        _opened.popitem(last=False)
    _opened[job.digest] = found
    return found


def survey_shard(
    job: Job, number: int, names: Sequence[str], seen: Callable[[], None] = lambda: None
) -> dict[str, npt.NDArray[Any]]:
    """What these files say, as the arrays of a `Part`; `number` is that of the shard among all.

    seen: called after each file.
    """
    with _one_at_a_time:
        networks = running(job)
        part = Part.empty(networks.empty())
        features: dict[str, list[Map]] = {key: [] for key in part.tallies}
        peaks: dict[str, list[Peaks]] = {key: [] for key in part.tallies}
        for index, name in enumerate(names, start=number * SHARD):
            try:
                scene = read_photograph(Path(job.folder) / name)
            except PhotographError as error:
                part.skip(name, str(error))
            else:
                part.opened += 1
                for which in range(len(networks.surveyed)):
                    _add(networks, which, scene, index, part, features, peaks)
            seen()
        for key, found in peaks.items():
            if found:
                values, files, places = (np.stack(each, axis=1) for each in zip(*found, strict=True))
                part.tallies[key].keep_strongest(values, files, places)
        _join(networks, part)
        if part.opened >= LEAST:
            kernels = centred_kernels([np.stack(each) for each in features.values()])
            part.compared = part.opened
            part.hsic[...] = hsic(kernels, kernels)
            for draw in range(SHUFFLES):
                part.shuffled[draw] = hsic(kernels, shuffled(kernels, draw, number))
        return part.arrays()


def _add(
    networks: Running,
    which: int,
    scene: npt.NDArray[np.uint8],
    index: int,
    part: Part,
    features: dict[str, list[Map]],
    peaks: dict[str, list[Peaks]],
) -> None:
    """One photograph through one of the networks."""
    from engine.kernels.channels.channel_products import add_products
    from engine.kernels.channels.channel_statistics import Pixels, add_statistics

    surveyed, executor = networks.surveyed[which], networks.executors[which]
    network, seed = surveyed.network, networks.seeds[which]
    for result in executor.run(network, scene, seed=seed, wanted=surveyed.layers, only_wanted=True):
        node_id, key = result.node_id, f"{which}/{result.node_id}"
        tally, pixels = part.tallies[key], Pixels(result.map)
        tally.pixels += pixels.count
        if node_id in surveyed.joined:
            sources = surveyed.joined[node_id]
            own = np.concatenate([features[f"{which}/{source}"][-1] for source in sources])
            sums = np.concatenate([part.tallies[f"{which}/{source}"].last_sums for source in sources])
        else:
            cells = np.zeros((*surveyed.cells(node_id), pixels.channels))
            low, high, place, strange = add_statistics(
                pixels, tally.exponents, tally.counts, tally.squares, cells
            )
            sums = cells.sum(axis=(0, 1))
            tally.add(pixels.count, sums, strange, low, high)
            peaks[key].append((high, np.where(place >= 0, index, NOBODY), place))
            own = _cell_means(cells, pixels.height, pixels.width)
        tally.last_sums = sums
        features[key].append(own)
        if node_id in surveyed.with_products and node_id not in surveyed.blocks:
            add_products(pixels, sums / pixels.count, tally.products)
    executor.forget()


def _cell_means(cells: npt.NDArray[np.float64], height: int, width: int) -> Map:
    """(cells·C,), cell by cell: what CKA compares. 0 where a value is not finite."""
    rows, columns = (
        np.bincount(np.arange(size) * count // size, minlength=count)
        for size, count in zip((height, width), cells.shape[:2], strict=True)
    )
    return (cells / (rows[:, None] * columns)[:, :, None]).astype(np.float32).reshape(-1)


def _join(networks: Running, part: Part) -> None:
    """The tallies of layers that lay others' channels side by side, and the products of those others."""
    for which, surveyed in enumerate(networks.surveyed):
        for node_id, sources in surveyed.joined.items():
            part.tallies[f"{which}/{node_id}"].take_from([part.tallies[f"{which}/{one}"] for one in sources])
        for source in reversed(surveyed.layers):
            if source in surveyed.blocks and source in surveyed.with_products:
                whole, start = surveyed.blocks[source]
                end = start + surveyed.shapes[source][0]
                products = part.tallies[f"{which}/{whole}"].products
                rows = [products[i * (i + 1) // 2 :][start : i + 1] for i in range(start, end)]
                part.tallies[f"{which}/{source}"].products[...] = np.concatenate(rows)
