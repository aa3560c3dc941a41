"""A value made step by step: normalisation, and layers that work on one value alone."""

from typing import Final

from engine.layers.arithmetic import ValueStep
from gui.look.theme import BASE_PX
from gui.value_inspector.cells import number_text
from gui.value_inspector.inspected_value import InspectedValue
from gui.value_inspector.sheet import ORANGE, Sheet

LINE: Final = 26.0
OPERAND: Final = 190.0
RUNNING: Final = 290.0


def steps_of(lens: InspectedValue) -> tuple[ValueStep, ...]:
    """From the value read to the value that comes out, in float64."""
    return () if lens.arithmetic is None else lens.arithmetic.steps


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
