"""Runs in files: what a killed run left behind is found again, and goes on as if nothing had happened.

A file is an `.npz` of plain arrays (nothing in it is executed): the values, the running statistics, the
optimiser's memory, the history, and a text that says which run this is. It is written completely or not at
all, and never more than `EVERY` seconds after the step before.
"""

import json
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from engine.errors import FormatError, TrainingError, quoted
from engine.formats.files import read_bytes, write_bytes
from engine.training.history import History, StepRecord
from engine.training.snapshot import Snapshot
from engine.training.trainer import Trainer

EVERY: Final = 5.0
"""Seconds between two files of one run; so the last one is less than ten seconds old."""

_ABOUT: Final = "about"
_STEPS: Final = "steps"
_VALUES: Final = "values"


class Keeper:
    """Keeps a run in its file: call `keep` after every step."""

    def __init__(self, path: Path, every: float | None = None) -> None:
        self.path = path
        self._every = EVERY if every is None else every
        self._last = time.monotonic()

    def keep(self, trainer: Trainer, *, now: bool = False) -> bool:
        """Write the file if it is time to; whether it was written. `FormatError` says why it cannot be."""
        if not now and time.monotonic() - self._last < self._every:
            return False
        self._last = time.monotonic()
        write_bytes(self.path, to_bytes(trainer))
        return True

    def resume(self, trainer: Trainer) -> bool:
        """Take up the run where its file left it; False where there is no file.

        `TrainingError` for the file of another run, `FormatError` for one that cannot be read.
        """
        if not self.path.exists():
            return False
        restore_bytes(trainer, read_bytes(self.path), self.path.name)
        return True

    def drop(self) -> None:
        """The run is over, and its weights are elsewhere."""
        self.path.unlink(missing_ok=True)


def to_bytes(trainer: Trainer) -> bytes:
    """The run as a file's content."""
    snapshot, history = trainer.snapshot(), trainer.history
    about = {"identity": trainer.identity, "step": snapshot.step, "scores": history.to_json()["scores"]}
    arrays: dict[str, Any] = {_ABOUT: np.array(json.dumps(about)), _VALUES: snapshot.values}
    nothing = float("nan")
    rows = [[nothing if one is None else one for one in record] for record in history.steps]
    arrays[_STEPS] = np.array(rows, np.float64).reshape(len(rows), len(StepRecord._fields))
    arrays |= {f"measured/{node}/{name}": values for (node, name), values in snapshot.measured.items()}
    arrays |= {f"state/{name}": values for name, values in snapshot.state.items()}
    file = BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def restore_bytes(trainer: Trainer, data: bytes, name: str) -> None:
    """Take up the run that `to_bytes` wrote."""
    name = quoted(name, quotes="")
    try:
        with np.load(BytesIO(data), allow_pickle=False) as file:
            about = json.loads(str(file[_ABOUT][()]))
            identity, scores = about["identity"], about["scores"]
            rows = file[_STEPS].tolist()
            steps = [StepRecord(int(row[0]), row[1], row[2], _known(row[3]), row[4], row[5]) for row in rows]
            history = History.from_json({"steps": steps, "scores": scores})
            parameters = trainer.parameters
            snapshot = Snapshot(
                step=int(about["step"]),
                values=file[_VALUES].astype(np.float32),
                measured={key: file[f"measured/{key[0]}/{key[1]}"] for key in parameters.measured},
                state={
                    key.removeprefix("state/"): file[key] for key in file.files if key.startswith("state/")
                },
            )
    except (KeyError, IndexError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error):
        raise FormatError(f"{name} is no checkpoint of a training, or it is damaged") from None
    if identity != trainer.identity:
        raise TrainingError(
            f"{name} was left by a run with another network, data or settings."
            " Take up that one, or begin anew (--fresh)"
        )
    trainer.restore(snapshot, history)


def _known(value: float) -> float | None:
    return None if value != value else value
