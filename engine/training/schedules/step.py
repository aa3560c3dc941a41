"""The learning rate falls to a tenth after each third of the steps."""

from typing import Final

from engine.training.schedules.schedule import Schedule

THIRDS: Final = 3
TENTH: Final = 0.1

SCHEDULE: Final = Schedule(
    name="step",
    title="Step",
    formula="η · 0.1 ^ ⌊3 t / T⌋",
    source="He et al., Deep residual learning, CVPR 2016, section 4.2: divided by 10 as training goes on",
    factor=lambda done, steps: TENTH ** min(THIRDS * done // max(steps, 1), THIRDS - 1),
    rank=2,
)
