"""Every form that a layer may amount to has its way into a plan."""

from engine.layers.base import lowering as forms
from engine.layers.base.lowering import Form
from engine.plan.lowering import LOWERINGS


def test_each_form_has_one_lowering() -> None:
    known = {var for var in vars(forms).values() if isinstance(var, type) and issubclass(var, Form)}
    assert LOWERINGS.keys() == known - {Form}
