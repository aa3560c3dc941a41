"""The learning rate falls along half a cosine, to nothing at the end."""

from math import cos, pi
from typing import Final

from engine.training.schedules.schedule import Schedule

SCHEDULE: Final = Schedule(
    name="cosine",
    title="Cosine",
    formula="η · ½ (1 + cos(π t / T))",
    source="Loshchilov & Hutter, SGDR, ICLR 2017, equation 5, without restarts",
    factor=lambda done, steps: 0.5 * (1 + cos(pi * min(done / max(steps, 1), 1.0))),
    rank=0,
)
