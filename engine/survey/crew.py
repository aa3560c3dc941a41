"""Processes that share the shards of a survey among them, one core each."""

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from engine.errors import EngineError
from engine.own_process import own_command, own_environment
from engine.survey.part import Part, packed, unpacked
from engine.survey.shard import Job, survey_shard
from engine.survey.worker import ASKED, FAILED, PART, SEEN, receive, send

Shard = tuple[int, list[str]]
"""Its number, and the names of its files."""

AHEAD: Final = 2
"""Shards a process may be ahead of the one that is waited for: memory stays bounded."""


class SurveyError(EngineError):
    """A survey that cannot go on; the message says why."""


def parts_alone(job: Job, shards: Iterable[Shard], seen: Callable[[], None]) -> Iterator[Part]:
    """In this process and thread, one after the other."""
    for number, names in shards:
        yield Part.of(survey_shard(job, number, names, seen))


class Crew:
    """So many processes. Use it with `with`: they are gone behind it."""

    def __init__(self, job: Job, count: int) -> None:
        alone = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
        self._processes = [
            subprocess.Popen(
                own_command("-m", "engine.survey.worker"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=own_environment() | alone,
            )
            for _ in range(count)
        ]
        self._job = packed(job.arrays())
        self._closing = False
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        for process in self._processes:
            process.kill()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # what was not written yet is not wanted any more
                        pipe.close()

    def parts(self, shards: Iterable[Shard], seen: Callable[[], None]) -> Iterator[Part]:
        """Of all shards, in their order; `SurveyError` where a process fails or dies."""
        waiting: queue.Queue[Shard | None] = queue.Queue()
        found: queue.Queue[tuple[int, Any]] = queue.Queue()
        self._threads = threads = [
            threading.Thread(target=self._serve, args=(process, waiting, found), daemon=True)
            for process in self._processes
        ]
        for thread in threads:
            thread.start()
        ready: dict[int, Part] = {}
        order: list[int] = []
        source = iter(shards)
        is_over = False
        try:
            while True:
                while not is_over and len(order) < AHEAD * len(threads):
                    shard = next(source, None)
                    is_over = shard is None
                    if shard is not None:
                        order.append(shard[0])
                        waiting.put(shard)
                if not order:
                    return
                if order[0] in ready:
                    yield ready.pop(order.pop(0))
                    continue
                number, answer = found.get()
                if answer is None:
                    seen()
                elif isinstance(answer, Exception):
                    raise answer
                else:
                    ready[number] = answer
        finally:
            for _ in threads:
                waiting.put(None)

    def _serve(
        self,
        process: "subprocess.Popen[bytes]",
        waiting: "queue.Queue[Shard | None]",
        found: "queue.Queue[tuple[int, Any]]",
    ) -> None:
        """Ask one process for one shard after the other."""
        assert process.stdin is not None
        assert process.stdout is not None
        number = -1
        try:
            send(process.stdin, ASKED, self._job)
            while (shard := waiting.get()) is not None:
                number = shard[0]
                send(process.stdin, ASKED, json.dumps(shard).encode("utf-8", "surrogatepass"))
                while (answer := receive(process.stdout)) is not None and answer[0] == SEEN:
                    found.put((number, None))
                if answer is None:
                    raise SurveyError(
                        "a process that surveys photographs ended before its time (out of memory?);"
                        " the same command goes on from where it was kept"
                    )
                if answer[0] == FAILED:
                    raise SurveyError(answer[1].decode())
                assert answer[0] == PART
                found.put((number, Part.of(unpacked(answer[1]))))
        except (SurveyError, OSError, ValueError, KeyError) as error:
            if not self._closing:
                made = error if isinstance(error, SurveyError) else SurveyError(f"a process failed: {error}")
                found.put((number, made))
