"""A survey beside the window: processes of its own, looked at now and then, given up within a moment.

What it found is kept in the user's cache by network and folder: the same survey is done once.
"""

import json
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError, FormatError, reason_of
from engine.folders import cache_folder
from engine.model.project import Project

_LOOK_MS = 50
KEPT = 6
"""Strongest photographs a channel."""


@dataclass(frozen=True, eq=False)
class Surveyed:
    """What a folder says of a network."""

    project: Project
    folder: Path
    arrays: Mapping[str, npt.NDArray[Any]]
    against: Project | None = None

    @property
    def photographs(self) -> int:
        """How many were looked at."""
        return int(json.loads(self.arrays["about"].item())["photographs"])

    def of_layer(self, node_id: str) -> dict[str, npt.NDArray[Any]]:
        """The quantities of one layer, without its name."""
        named = ((name.partition("/"), values) for name, values in self.arrays.items())
        return {quantity: values for (quantity, _, layer), values in named if layer == node_id}


class _GivenUp(Exception):
    """Raised out of a survey that nobody wants any more."""


class SurveyRun(QObject):
    """At most one at a time."""

    progressed = Signal(int, int)
    finished = Signal(object)
    """A `Surveyed`."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._is_given_up = False
        self._progress = (0, 0)
        self._outcome: Surveyed | str | None = None
        # The thread may outlive this object, so it tells nobody: it is looked at.
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)

    @property
    def is_running(self) -> bool:
        """Whether one is at work."""
        return self._thread is not None

    def start(self, project: Project, folder: Path, against: Project | None = None) -> None:
        """Give up what is at work, and begin."""
        self.cancel()
        self._is_given_up, self._progress, self._outcome = False, (0, 0), None
        self._thread = threading.Thread(target=self._work, args=(project, folder, against), daemon=True)
        self._thread.start()
        self._look.start()

    def cancel(self) -> None:
        """Give up, and wait for the processes to be gone; what is done is kept for the next time."""
        self._look.stop()
        if self._thread is not None:
            self._is_given_up = True
            self._thread.join()
            self._thread = None

    def _on_look(self) -> None:
        self.progressed.emit(*self._progress)
        if self._thread is None or self._thread.is_alive():
            return
        self._thread = None
        self._look.stop()
        if isinstance(self._outcome, str):
            self.failed.emit(self._outcome)
        elif self._outcome is not None:
            self.finished.emit(self._outcome)

    def _advance(self, done: int, total: int) -> None:
        self._progress = (done, total)
        if self._is_given_up:
            raise _GivenUp

    def _work(self, project: Project, folder: Path, against: Project | None) -> None:
        """On a thread of its own, free of Qt."""
        try:
            projects = [project] if against is None else [project, against]
            arrays = survey_kept(projects, folder, self._advance)
            self._outcome = Surveyed(project, folder, arrays, against)
        except _GivenUp:
            pass
        except EngineError as error:
            self._outcome = str(error)
        except OSError as error:
            self._outcome = f"the survey cannot be made: {reason_of(error)}"


def survey_kept(projects: Sequence[Project], folder: Path, progress: Any) -> Mapping[str, npt.NDArray[Any]]:
    """What a survey found of these pictures and networks before, or finds now."""
    import numpy as np

    from engine.formats.weights.npz import save_arrays
    from engine.survey.listing import listing_digest
    from engine.survey.outcome import VERSION, outcome_arrays
    from engine.survey.shard import Job
    from engine.survey.survey import Listener, drop_kept, survey
    from engine.survey.surveyed import Surveyed as Layers

    networks = [(project, project.seed, Layers(project.network)) for project in projects]
    job = Job.of(folder, networks, KEPT)
    _, listing = listing_digest(folder)
    name = sha256(
        f"{VERSION} {job.digest} {folder.absolute()} {listing}".encode("utf-8", "replace")
    ).hexdigest()[:32]
    place = _place_for(name)
    if place is not None and place.is_file():
        try:
            # numpy does not close what it opened itself where that is no archive
            with open(place, "rb") as file, np.load(file, allow_pickle=False) as known:
                return {key: known[key] for key in known.files}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            pass  # a damaged cache is made anew
    kept = None if place is None else place.with_suffix(".part")
    found = survey(job, kept=kept, listener=Listener(progress=progress))
    described = [(project.title or "network", project.network, layers) for project, _, layers in networks]
    arrays = outcome_arrays(found.part, folder, described, list(job.seeds))
    if place is not None and kept is not None:
        try:
            save_arrays(place, arrays)
            drop_kept(kept)
        except FormatError:
            pass  # without space it is made again another time
    return arrays


def _place_for(name: str) -> Path | None:
    """A file in the user's cache; None where there is none."""
    try:
        folder = cache_folder() / "surveys"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder / f"{name}.npz"
