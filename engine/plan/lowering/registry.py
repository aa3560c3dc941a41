"""Which function lowers which form."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from engine.layers.base.lowering import Form
from engine.plan.builder import StepBuilder
from engine.plan.rows import Work

F = TypeVar("F", bound=Form)
Lowering = Callable[[StepBuilder, F], Work | None]

LOWERINGS: Final[dict[type[Form], Callable[[StepBuilder, Any], Work | None]]] = {}


def lowers(form: type[F]) -> Callable[[Lowering[F]], Lowering[F]]:
    """Declare how a form is lowered."""

    def declare(function: Lowering[F]) -> Lowering[F]:
        LOWERINGS[form] = function
        return function

    return declare
