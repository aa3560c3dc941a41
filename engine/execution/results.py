"""What a run gives: one node's map after the other."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import repeat
from typing import Any, Final, NamedTuple, cast

from engine.execution.maps import Map


class NodeResult(NamedTuple):
    """One node's map: float32, batch first, read-only. `cached` says that nothing was computed."""

    node_id: str
    map: Map
    elapsed_ms: float
    cached: bool


_result: Final = cast("Callable[[Any], NodeResult]", partial(tuple.__new__, NodeResult))
"""A result of its four fields, without Python code for each."""


def computed(nodes: Iterable[str], maps: Iterable[Map], times: Iterable[float]) -> Iterator[NodeResult]:
    """What was just made."""
    return map(_result, zip(nodes, maps, times, repeat(False)))


def still_missing(
    nodes: Collection[str], maps: Iterable[Map], times: Iterable[float], missing: set[str]
) -> Iterator[NodeResult]:
    """What was asked for of the maps just made; it is missing no more."""
    made = computed(nodes, maps, times)
    if not missing.issuperset(nodes):
        asked = missing.intersection(nodes)
        made = (one for one in made if one.node_id in asked)
    missing.difference_update(nodes)
    return made
