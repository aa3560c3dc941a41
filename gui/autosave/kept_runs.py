"""Trainings that go on after the program ended without a word: each run leaves its newest checkpoint.

A run is three files of one name: the network that is trained (`.onebyone`), how (`.json`), and the
checkpoint, which is at most ten seconds old (`.npz`). They are written on the thread that trains.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from engine.errors import EngineError
from engine.formats import read_project, write_project
from engine.formats.files import read_bytes, write_bytes
from engine.model.project import Project
from engine.training.checkpoints import Keeper
from engine.training.runs import Plan
from engine.training.settings import Settings
from engine.training.trainer import Trainer
from gui.autosave.autosave import lock_of
from gui.autosave.lock import Lock

ENDING: Final = ".json"
_OTHERS: Final = (".npz", ".onebyone")
_LEFT_AT: Final = "left_at"


@dataclass(frozen=True, kw_only=True)
class KeptRun:
    """A run of this window, or one that was left and is held by this window now."""

    path: Path
    project: Project
    plan: Plan
    lock: Lock
    checkpoint: Keeper
    """Of its newest checkpoint."""
    left_at: tuple[int, int] | None = None
    """(step, steps in all) at which its window was closed; None where the program ended without a word."""

    def keep(self, trainer: Trainer) -> None:
        """Call it after every step; `EngineError` says why nothing can be written."""
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.lock.take()
            write_project(self.path.with_suffix(".onebyone"), self.project)
            self.checkpoint.keep(trainer, now=True)
            self._write_plan({})
        self.checkpoint.keep(trainer)

    def _write_plan(self, how_it_ended: dict[str, Any]) -> None:
        plan = asdict(self.plan) | {"settings": self.plan.settings.to_json()} | how_it_ended
        write_bytes(self.path, json.dumps(plan).encode())

    @property
    def text(self) -> str:
        """`“LeNet-5” (29 Nov 02:14)`."""
        with suppress(OSError):
            day = datetime.fromtimestamp(self.path.with_suffix(".npz").stat().st_mtime).astimezone()
            return f"“{self.project.title or 'Untitled'}” ({day:%d %b %H:%M})"
        return f"“{self.project.title or 'Untitled'}”"

    def drop(self) -> None:
        """The run is over, and what it learned is elsewhere, or nobody wants it."""
        with suppress(OSError):
            for path in (self.path, *(self.path.with_suffix(ending) for ending in _OTHERS)):
                path.unlink(missing_ok=True)
        self.lock.give_back()

    def leave(self, trainer: Trainer | None = None) -> None:
        """Let it lie for the next start, as it is now where its trainer is given."""
        if trainer is not None and self.path.exists():
            with suppress(EngineError, OSError):  # else the checkpoint before is offered
                self.checkpoint.keep(trainer, now=True)
                self._write_plan({_LEFT_AT: [trainer.step_number, trainer.steps]})
        self.lock.give_back()


def begin_run(folder: Path, project: Project, plan: Plan) -> KeptRun:
    """A run that begins; nothing is written yet."""
    path = folder / f"{uuid4().hex}{ENDING}"
    return _run_of(path, project, plan, lock_of(path))


def left_runs(folder: Path) -> Iterator[KeptRun]:
    """All runs in the folder that no living window holds. What cannot be read stays, and is not told."""
    for path in sorted(folder.glob(f"*{ENDING}")):
        lock = lock_of(path)
        if not lock.take():
            continue
        try:
            record = json.loads(read_bytes(path))
            left_at = record.pop(_LEFT_AT, None)
            settings = record.pop("settings")
            settings["augmentation"] = tuple(settings["augmentation"])
            plan = Plan(settings=Settings(**settings), **record)
            project = read_project(path.with_suffix(".onebyone"))
        except (EngineError, ValueError, TypeError, KeyError):
            lock.give_back()
            continue
        run = _run_of(path, project, plan, lock)
        yield run if left_at is None else replace(run, left_at=(int(left_at[0]), int(left_at[1])))


def _run_of(path: Path, project: Project, plan: Plan, lock: Lock) -> KeptRun:
    keeper = Keeper(path.with_suffix(".npz"))
    return KeptRun(path=path, project=project, plan=plan, lock=lock, checkpoint=keeper)
