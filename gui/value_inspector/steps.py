"""A value made step by step: normalisation, and layers that work on one value alone."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gui.look.theme import BASE_PX
from gui.value_inspector.cells import number_text
from gui.value_inspector.inspected_value import InspectedValue
from gui.value_inspector.sheet import ORANGE, Sheet

LINE: Final = 26.0
OPERAND: Final = 190.0
RUNNING: Final = 290.0


@dataclass(frozen=True)
class Step:
    """What is done, with which number, and what there is then."""

    what: str
    operand: float | None
    running: float


def steps_of(lens: InspectedValue) -> list[Step]:
    """From the value read to the value that comes out, in float64."""
    x = float(lens.inputs[0][(0, *lens.at)])
    if lens.layer.kind != "BatchNorm2d":
        return [Step("x", None, x), Step(f"{lens.layer.label} (x)", None, lens.value)]
    layer: Any = lens.layer
    c = lens.at[0]

    def parameter(name: str, otherwise: float) -> float:
        return float(lens.params[name][c]) if name in lens.params else otherwise

    mean = parameter("running_mean", 0.0)
    deviation = float(np.sqrt(parameter("running_var", 1.0) + layer.eps))
    scale, shift = parameter("weight", 1.0), parameter("bias", 0.0)
    centred = x - mean
    normal = centred / deviation
    return [
        Step("x", None, x),
        Step("− mean", mean, centred),
        Step("÷ √(variance + ε)", deviation, normal),
        Step("× scale γ", scale, normal * scale),
        Step("+ shift β", shift, normal * scale + shift),
    ]


def draw_steps(sheet: Sheet, lens: InspectedValue, x: float, y: float) -> float:
    """One line a step, the running value at the right; gives the width taken."""
    point = sheet.numbers.decimal_point
    steps = steps_of(lens)
    for index, step in enumerate(steps):
        last = index == len(steps) - 1
        base = y + index * LINE + 17
        if last:
            sheet.rect(x - 6, y + index * LINE, RUNNING + 14, LINE - 2, fill=sheet.palette.selected, radius=5)
        sheet.text(x, base, step.what, size=BASE_PX, colour=sheet.palette.text)
        if step.operand is not None:
            operand = number_text(step.operand, point=point)
            sheet.text(x + OPERAND, base, operand, size=BASE_PX, anchor="end")
        running = number_text(step.running, point=point)
        sheet.text(x + OPERAND + 24, base, "=", size=BASE_PX, anchor="middle")
        sheet.text(
            x + RUNNING,
            base,
            running,
            size=BASE_PX,
            anchor="end",
            weight=600 if last else 500,
            colour=ORANGE if last and sheet.is_dark else sheet.palette.text,
        )
    return RUNNING + 16
