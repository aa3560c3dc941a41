"""A comparison in files: what is closed goes on where it was, at any later time.

A folder of its own holds what is compared (`comparison.json`, a project for each network) and a checkpoint
for each run. Damaged ones stay where they are, and are not offered.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from engine.errors import EngineError
from engine.formats import read_project, write_project
from engine.formats.files import read_bytes, write_bytes
from engine.model.network import Network
from engine.model.project import Project
from engine.training.runs import Plan
from engine.training.settings import Settings
from gui.autosave.autosave import lock_of
from gui.autosave.lock import Lock

ABOUT: Final = "comparison.json"
_FINISHED: Final = "finished"


@dataclass(frozen=True, kw_only=True)
class KeptComparison:
    """Held by this window until it is left or dropped."""

    folder: Path
    networks: Mapping[str, Network]
    """By title."""
    plan: Plan
    """With the first seed."""
    count: int
    """Seeds."""
    lock: Lock

    @property
    def seeds(self) -> range:
        """From the plan's own on."""
        return range(self.plan.settings.seed, self.plan.settings.seed + self.count)

    def file(self, title: str, seed: int) -> Path:
        """The checkpoint of a run."""
        return self.folder / f"{list(self.networks).index(title)}.seed{seed}.npz"

    @property
    def is_finished(self) -> bool:
        """Whether all runs are made."""
        return (self.folder / _FINISHED).exists()

    def finish(self) -> None:
        """All runs are made: nobody needs to be asked whether it is to go on."""
        with suppress(OSError):
            (self.folder / _FINISHED).touch()

    @property
    def text(self) -> str:
        """`“3×3”, “1×1, 3×3”`."""
        return ", ".join(f"“{title}”" for title in self.networks)

    def drop(self) -> None:
        """Nobody wants it any more."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.give_back()

    def leave(self) -> None:
        """Let it lie."""
        self.lock.give_back()


def begin_comparison(root: Path, networks: Mapping[str, Network], plan: Plan, count: int) -> KeptComparison:
    """Write what is to be compared. `EngineError` or `OSError` says why it cannot be."""
    folder = root / uuid4().hex
    folder.mkdir(parents=True)
    for number, network in enumerate(networks.values()):
        write_project(_project_file(folder, number), Project(network=network))
    about = {"titles": list(networks), "count": count}
    about |= {"plan": asdict(plan) | {"settings": plan.settings.to_json()}}
    write_bytes(folder / ABOUT, json.dumps(about).encode())
    lock = lock_of(folder / ABOUT)
    lock.take()
    return KeptComparison(folder=folder, networks=dict(networks), plan=plan, count=count, lock=lock)


def left_comparisons(root: Path) -> Iterator[KeptComparison]:
    """All that no living window holds, the newest first; each is held by this one now."""
    found = [path for path in root.glob(f"*/{ABOUT}") if path.is_file()]
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        lock = lock_of(path)
        if not lock.take():
            continue
        try:
            yield _read(path, lock)
        except (EngineError, OSError, ValueError, TypeError, KeyError):
            lock.give_back()


def _read(path: Path, lock: Lock) -> KeptComparison:
    about = json.loads(read_bytes(path))
    plan, titles = about["plan"], about["titles"]
    settings = plan.pop("settings")
    settings["augmentation"] = tuple(settings["augmentation"])
    networks = {
        str(title): read_project(_project_file(path.parent, number)).network
        for number, title in enumerate(titles)
    }
    made = Plan(settings=Settings(**settings), **plan)
    return KeptComparison(
        folder=path.parent, networks=networks, plan=made, count=int(about["count"]), lock=lock
    )


def drop_others(root: Path, kept: KeptComparison) -> None:
    """Only the newest is kept: of those that nobody holds, the others go."""
    for other in left_comparisons(root):
        if other.folder != kept.folder:
            with suppress(OSError):
                other.drop()


def _project_file(folder: Path, number: int) -> Path:
    return folder / f"{number}.onebyone"
