"""What a batch's way forward, or back, consists of: rows that the team walks over, and Python between them.

Laid out once for a batch's size, and then done step after step: between two layers there is neither Python
nor a thread that falls asleep.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from struct import pack, unpack
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import address_of
from engine.kernels.fast.operation_rows import WORDS
from engine.kernels.training.batch_task import HEAD, BatchTask

PIECE_FLOPS: Final = 1e8
"""Of a row, at most: larger ones are laid as several, between which a run can be stopped."""

Word = int | float | npt.NDArray[Any]
Words = Mapping[str, Word]
Span = tuple[int, int]
"""Rows first … end − 1."""


@dataclass(eq=False)
class Program:
    """Rows and calls in the order in which they are done."""

    _head: list[list[int]] = field(default_factory=list)
    _body: list[list[int] | Callable[[], None]] = field(default_factory=list)
    _flops: dict[int, float] = field(default_factory=dict)
    _kept: list[npt.NDArray[Any]] = field(default_factory=list)

    def row(
        self, task: BatchTask, tasks: int, flops: float, words: Words, *, waits: bool = True,
        early: bool = False,
    ) -> None:  # fmt: skip
        """Tasks 0 … tasks − 1, each writing what is its own.

        flops: of all together; words: the task's, arrays by their addresses; waits: whether the rows before
        it must be done; early: it is done before all that are not, and waits for nothing.
        """
        assert set(words) == set(task.words), set(words) ^ set(task.words)
        own = [self._word(words[name], name in task.floats) for name in task.words]
        pieces = min(tasks, max(1, round(flops / PIECE_FLOPS)))
        for piece in range(pieces):
            first, end = piece * tasks // pieces, (piece + 1) * tasks // pieces
            head = [task.number, int(waits and not early and piece == 0), end - first, first]
            row = [*head, *own, *[0] * (WORDS - len(HEAD) - len(own))]
            (self._head if early else self._body).append(row)
            self._flops[id(row)] = flops * (end - first) / tasks

    def call(self, function: Callable[[], None]) -> None:
        """Python that is done here, by the thread that runs the program."""
        self._body.append(function)

    def laid(self) -> "LaidProgram":
        """As it is run."""
        rows = [step for step in (*self._head, *self._body) if isinstance(step, list)]
        parts: list[Span | Callable[[], None]] = []
        first = end = 0
        for step in (*self._head, *self._body):
            if isinstance(step, list):
                end += 1
                continue
            if end > first:
                parts.append((first, end))
            parts.append(step)
            first = end
        if end > first:
            parts.append((first, end))
        table = np.array(rows, np.int64).reshape(-1, WORDS)
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(table[:, HEAD.index("tasks")])])
        flops = [0.0, *accumulate(self._flops[id(row)] for row in rows)]
        return LaidProgram(table, before.astype(np.int64), flops, parts, self._kept)

    def _word(self, value: Word, single: bool) -> int:
        if isinstance(value, np.ndarray):
            assert value.flags.c_contiguous
            self._kept.append(value)
            return address_of(value)
        if single:
            return int(unpack("=i", pack("=f", value))[0])
        assert int(value) == value
        return int(value)


@dataclass(frozen=True, eq=False)
class LaidProgram:
    """A program that is not added to any more."""

    rows: npt.NDArray[np.int64]
    tasks_before: npt.NDArray[np.int64]
    flops_before: list[float]
    """[i] of all rows before i."""
    parts: list[Span | Callable[[], None]]
    kept: list[npt.NDArray[Any]]
    """Memory that the rows point to."""

    def reach(self, first: int, end: int, flops: float) -> int:
        """Where the rows from `first` on have so many operations: at least one row, none from `end` on."""
        stop = first + 1
        while stop < end and self.flops_before[stop + 1] - self.flops_before[first] <= flops:
            stop += 1
        return stop
