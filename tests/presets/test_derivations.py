"""Every number of every preset explains itself, and the explanation gives the number."""

import pytest

from presets import load, preset_names
from tests.engine.derivation.test_derivation import check_all


@pytest.mark.parametrize("name", preset_names())
def test_every_number_is_the_one_its_formula_gives(name: str) -> None:
    assert not check_all(load(name).project.network).problems
