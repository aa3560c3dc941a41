"""Another kind in the place of a layer."""

from itertools import product

import pytest

from engine.edits.swapped import swap, swapped
from engine.errors import NetworkError
from engine.layers import layer_kinds
from engine.model.project import Project
from tests.engine.small_networks import chain, conv, make, pool


def test_what_both_can_be_set_to_is_carried_over() -> None:
    old = conv(32, 5, stride=2)
    assert swapped(old, make("MaxPool2d")).kernel_size == (5, 5)
    assert swapped(old, make("ConvTranspose2d")).out_channels == 32
    assert swapped(old, make("Linear")).out_features == 32
    assert swapped(old, make("ReLU")) == make("ReLU")


def test_what_tells_entries_of_the_palette_apart_is_not() -> None:
    pointwise = next(entry.layer for entry in type(conv(1)).palette() if entry.label == "Conv 1×1")
    made = swapped(conv(32, 5, stride=2), pointwise)
    assert (made.kernel_size, made.out_channels, made.stride) == ((1, 1), 32, (2, 2))


@pytest.mark.parametrize(("old", "new"), list(product(layer_kinds().values(), repeat=2))[::97])
def test_any_kind_can_take_the_place_of_any_other(old, new) -> None:
    assert swapped(old(), new()).kind == new.__name__


def test_wires_stay_and_the_name_given_by_hand() -> None:
    project = Project(network=chain(conv(8), pool(2), conv(4)))
    first, middle, last = project.network.order[1:]
    made = swap(project, (middle,), conv(8, 3, stride=2))
    assert made.network[middle].inputs == (first,)
    assert made.network[last].inputs == (middle,)
    assert made.network[middle].layer.stride == pool(2).stride


def test_an_input_changes_places_with_no_layer() -> None:
    project = Project(network=chain(conv(8)))
    with pytest.raises(NetworkError, match="is an input of the network"):
        swap(project, (project.network.order[0],), conv(8))
