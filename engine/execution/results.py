"""What a run gives: one node's map after the other."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import count, repeat
from typing import Any, Final, NamedTuple, Protocol, cast

from engine.execution.maps import Map


class Times(Protocol):
    """Milliseconds of each map of a run."""

    def __getitem__(self, number: int, /) -> float: ...


class NodeResult(NamedTuple):
    """One node's map: float32, batch first, read-only. `cached` says that nothing was computed."""

    node_id: str
    map: Map
    cached: bool
    times: Times
    number: int
    """Which of them is this one's."""

    @property
    def elapsed_ms(self) -> float:
        """What it took, in milliseconds."""
        return self.times[self.number]


_result: Final = cast("Callable[[Any], NodeResult]", partial(tuple.__new__, NodeResult))
"""A result of its fields, without Python code for each."""


def computed(nodes: Iterable[str], maps: Iterable[Map], times: Times) -> Iterator[NodeResult]:
    """What was just made."""
    return map(_result, zip(nodes, maps, repeat(False), repeat(times), count()))


def there(node_id: str, values: Map) -> NodeResult:
    """A map that was there already."""
    return NodeResult(node_id, values, True, (0.0,), 0)


def still_missing(
    nodes: Collection[str], maps: Iterable[Map], times: Times, missing: set[str]
) -> Iterator[NodeResult]:
    """What was asked for of the maps just made; it is missing no more."""
    made = computed(nodes, maps, times)
    if not missing.issuperset(nodes):
        asked = missing.intersection(nodes)
        made = (one for one in made if one.node_id in asked)
    missing.difference_update(nodes)
    return made
