"""A whole survey: listing, shards, what is kept of it in case it ends before its time, and its outcome."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from engine.errors import EngineError, FormatError, PhotographError, quoted, reason_of
from engine.formats.files import replacing
from engine.kernels.fast.host import core_count
from engine.survey.crew import Crew, Shard, parts_alone
from engine.survey.listing import listing_digest, picture_files
from engine.survey.part import Part, packed, told, unpacked
from engine.survey.shard import SHARD, Job, running

COSTS: Final = 0.03
"""The share of the time that may go into writing what is kept."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Whom a survey tells how it goes on."""

    progress: Callable[[int, int], None] = lambda done, total: None
    """Files looked at, of how many."""
    note: Callable[[str], None] = lambda message: None
    """Something that people should know."""
    stop: Callable[[], bool] = lambda: False
    """Whether to end after the present shard; what is done is kept."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Surveying:
    """How far a survey has come: to its end, unless it was stopped."""

    part: Part
    files: int
    """In the folder."""
    is_complete: bool


def survey(
    job: Job,
    *,
    threads: int | None = None,
    dask: str | None = None,
    kept: Path | None = None,
    listener: Listener | None = None,
    in_this_process: bool = False,
) -> Surveying:
    """Look at all files of the job's folder.

    threads: processes of one core each (all cores). dask: the address of a scheduler that gets the shards
    instead. kept: a file from which it goes on where it was ended, and which it removes in the end.
    `PhotographError` for a folder that is none, or without a single picture; `EngineError`s of the shards.
    """
    told_to = listener or Listener()
    folder = Path(job.folder)
    total, listing = listing_digest(folder)
    if not total:
        raise PhotographError(f"there is no file in the folder {quoted(folder)}")
    stamp = f"{job.digest} {listing}"
    part, first = _kept_before(kept, stamp, told_to) or (Part.empty(running(job).empty()), 0)
    keeper = _Keeper(kept, stamp, told_to)
    done = min(total, first * SHARD)
    told_to.progress(done, total)

    def seen() -> None:
        nonlocal done
        done += 1
        told_to.progress(min(done, total), total)

    shards = _shards(folder, first)
    number = first
    try:
        with contextlib.ExitStack() as stack:
            count = core_count() if threads is None else threads
            parts = _parts(
                stack, job, shards, seen, min(count, -(-total // SHARD) - first), dask, in_this_process
            )
            for found in parts:
                part.merge(found)
                number += 1
                keeper.keep_now_and_then(part, number)
                if told_to.stop() and number * SHARD < total:
                    keeper.keep(part, number)
                    return Surveying(part=part, files=total, is_complete=False)
    except BaseException:
        if number > first:
            keeper.keep(part, number)
        raise
    if not part.opened:
        keeper.drop()
        raise PhotographError(f"no picture in the folder {quoted(folder)} can be read; {_reasons(part)}")
    return Surveying(part=part, files=total, is_complete=True)


def drop_kept(kept: Path) -> None:
    """Remove what was kept, once the outcome is written."""
    with contextlib.suppress(OSError):
        kept.unlink(missing_ok=True)


def names_of(folder: Path, wanted: set[int]) -> dict[int, str]:
    """The names of these files of the listing."""
    return {index: name for index, name in enumerate(picture_files(folder)) if index in wanted}


def _parts(
    stack: contextlib.ExitStack,
    job: Job,
    shards: Iterable[Shard],
    seen: Callable[[], None],
    count: int,
    dask: str | None,
    in_this_process: bool,
) -> Iterator[Part]:
    if dask is not None:
        from engine.survey.cluster import connect, parts_on_cluster

        client: Any = stack.enter_context(connect(dask))
        return parts_on_cluster(client, job, shards, seen)
    if in_this_process or count <= 1:
        return parts_alone(job, shards, seen)
    return stack.enter_context(Crew(job, count)).parts(shards, seen)


def _shards(folder: Path, first: int) -> Iterator[Shard]:
    names = iter(picture_files(folder))
    for number in range(1 << 62):
        chunk = list(islice(names, SHARD))
        if not chunk:
            return
        if number >= first:
            yield number, chunk


def _reasons(part: Part) -> str:
    name, reason = part.skipped[0]
    return f"the first of {part.skipped_count:,}, {quoted(name, quotes='')}: {reason}"


class _Keeper:
    """Writes what is known to a file; goes on without where that cannot be done."""

    def __init__(self, path: Path | None, stamp: str, listener: Listener) -> None:
        self._path, self._stamp, self._listener = path, stamp, listener
        self._last, self._took = time.monotonic(), 0.0

    def keep_now_and_then(self, part: Part, number: int) -> None:
        """As often as it costs little."""
        if (time.monotonic() - self._last) * COSTS >= self._took:
            self.keep(part, number)

    def keep(self, part: Part, number: int) -> None:
        """The part of all shards before this one."""
        if self._path is None:
            return
        began = time.monotonic()
        try:
            with replacing(self._path) as file:
                file.write(packed(part.arrays(stamp=self._stamp, next=number)))
        except FormatError as error:
            self._listener.note(f"how far the survey has come is not kept: {error}")
            self._path = None
        self._last = time.monotonic()
        self._took = self._last - began

    def drop(self) -> None:
        """There is nothing to go on with."""
        if self._path is not None:
            drop_kept(self._path)


def _kept_before(path: Path | None, stamp: str, listener: Listener) -> tuple[Part, int] | None:
    """What an earlier survey has kept, and the shard that comes next."""
    if path is None or not path.is_file():
        return None
    try:
        arrays = unpacked(path.read_bytes())
        known = told(arrays)
        if known["stamp"] != stamp:
            listener.note(f"{path.name} is of other pictures, or of another network: begun anew")
            return None
        part, number = Part.of(arrays), int(known["next"])
    except (OSError, ValueError, KeyError, TypeError, EngineError) as error:
        listener.note(f"{path.name} cannot be read ({reason_of(error)}): begun anew")
        return None
    listener.note(f"goes on from {path.name}: {number * SHARD} files are done")
    return part, number
