"""Half-placed networks: what has a place keeps it, nothing lies on anything, and nothing is far away."""

import dataclasses
import random

import pytest

from engine.layout.layout import CARD, lay_out
from engine.layout.unplaced import with_every_position
from engine.model.project import DIRECTIONS, Project
from tests.engine.execution.odd_networks import odd_network


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("seed", range(30))
def test_placed_nodes_stay_and_cards_lie_apart(seed: int, direction: str) -> None:
    rng = random.Random(seed)
    network = odd_network(rng, 12)
    whole = Project(network=network, positions=lay_out(network, direction=direction), direction=direction)
    share = rng.choice([0, 0.2, 0.5, 0.9, 1])
    kept = {one: (x + 333.0, y - 77.0) for one, (x, y) in whole.positions.items() if rng.random() < share}
    placed = with_every_position(dataclasses.replace(whole, positions=kept)).positions
    assert placed.keys() == whole.positions.keys()
    assert {one: placed[one] for one in kept} == kept
    if not kept:
        assert placed == whole.positions
    at = list(placed.values())
    for index, (x, y) in enumerate(at):
        for left, top in at[:index]:
            assert abs(x - left) >= CARD[0] or abs(y - top) >= CARD[1]


def test_a_project_with_all_its_places_is_the_same_object() -> None:
    network = odd_network(random.Random(1))
    project = Project(network=network, positions=lay_out(network))
    assert with_every_position(project) is project
