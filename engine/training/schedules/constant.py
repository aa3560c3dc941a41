"""The learning rate stays."""

from typing import Final

from engine.training.schedules.schedule import Schedule

SCHEDULE: Final = Schedule(
    name="constant",
    title="Constant",
    formula="η",
    source="Robbins & Monro, A stochastic approximation method, 1951, with steps of one length",
    factor=lambda done, steps: 1.0,
    rank=1,
)
