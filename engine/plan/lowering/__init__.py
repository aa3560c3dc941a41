"""From a group of nodes to work: one function for each form, found by being here.

A lowering takes the step under construction, which gives it places, weights and scratch, and the form of the
group's first node. It gives the step's work, or None where no kernel fits: then the layer's own `forward` is
called. It asks for nothing before it knows that it goes on.
"""

from importlib import import_module
from pkgutil import iter_modules

from engine.plan.builder import StepBuilder
from engine.plan.lowering.registry import LOWERINGS
from engine.plan.rows import Work

for _module in sorted(info.name for info in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")


def lower(step: StepBuilder) -> Work | None:
    """The step's work; None where the layer's own `forward` is called, which then has a place for its map."""
    form = step.group.form
    work = None if form is None else LOWERINGS[type(form)](step, form)
    if work is None:
        step.plan.maps.new(step.name, ())
        return None
    return step.finished(work)


__all__ = ["LOWERINGS", "lower"]
