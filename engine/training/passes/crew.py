"""Who runs programs: a team of threads of training's own, in parts after which a run can be stopped.

Each task writes its own slice: the outcome depends neither on who does what nor on where the parts are cut.
"""

import time
from typing import TYPE_CHECKING, Final

from engine.kernels.fast.host import core_count
from engine.weights import Checkpoint, go_on

if TYPE_CHECKING:
    from engine.kernels.fast.running.team import Team
    from engine.kernels.training.program import LaidProgram, Span

PART_S: Final = 4e-3
"""Of a part, about; then a run can be stopped."""
FIRST_SPEED: Final = 2e10
"""Operations a second, before any was measured."""
ALONE_FLOPS: Final = 4e5
"""Below this, waking others takes longer than the work."""


class Crew:
    """`threads` threads, of which the caller of `run` is one. One run at a time."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = core_count() if threads is None else max(1, threads)
        self.checkpoint: Checkpoint = go_on
        """Called between two parts; may raise to end a run."""
        self.alone_below = ALONE_FLOPS
        """Of what is not worth waking others for."""
        self.part_s = PART_S
        self._speed = FIRST_SPEED
        self._team: Team | None = None

    def run(self, program: "LaidProgram") -> None:
        """All of it."""
        for part in program.parts:
            if isinstance(part, tuple):
                self._run_rows(program, part)
            else:
                self.checkpoint()
                part()

    def close(self) -> None:
        """End the threads; the next run starts new ones."""
        if self._team is not None:
            self._team.close()
            self._team = None

    def _run_rows(self, program: "LaidProgram", span: "Span") -> None:
        team, (first, end) = self._begun(), span
        team.prepare(64, 64, 64)
        while first < end:
            self.checkpoint()
            stop = program.reach(first, end, self._speed * self.part_s)
            flops = program.flops_before[stop] - program.flops_before[first]
            began = time.perf_counter()
            team.run(program.rows, program.tasks_before, first, stop, alone=flops < self.alone_below)
            elapsed = time.perf_counter() - began
            if elapsed > self.part_s / 8:  # what is shorter tells of waking rather than of work
                self._speed += (flops / elapsed - self._speed) / 4
            first = stop

    def _begun(self) -> "Team":
        if self._team is None:
            from engine.kernels.fast import machine
            from engine.kernels.training.batch_task import TABLE

            self._team = machine.another_team(self.threads, TABLE)
        return self._team
