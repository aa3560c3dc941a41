"""The gradient of a whole map, on the plan, the kernels and the team of forward runs.

`gradients.backpropagate` is its slow, obvious twin, and does better for single values, of which most of the
map has no gradient.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.attribution.backward.backward_network import OUTER, RESULT, BackwardNetwork, backward_network
from engine.execution.rerun import Rerun, as_it_lies
from engine.kernels.fast.places import MapLayout
from engine.model.network import Network
from engine.shapes import Shape
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]

REMEMBERED: Final = 4
"""Plans that are kept, with their packed kernels."""

_plans: OrderedDict[Any, tuple[Network, BackwardNetwork, Rerun]] = OrderedDict()


def whole_gradient(
    network: Network,
    maps: Mapping[str, Map],
    node_id: str,
    dy: Map,
    towards: str,
    *,
    guided: bool = False,
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
) -> Map:
    """The gradient of the map of `towards`, (1, C, H, W), given that of the node's; `maps` of all nodes
    between.

    guided: through every ReLU goes only what is positive. Call it on the compute thread.
    """
    if node_id == towards:
        return dy
    back, run = _plan(network, maps, node_id, towards, guided, seed, checkpoint)
    values = {name: _as_map(maps[source]) for name, source in back.maps.items()}
    return run({OUTER: _as_map(dy), **values})[RESULT]


def forget() -> None:
    """Let go of all plans."""
    _plans.clear()


def _plan(
    network: Network,
    maps: Mapping[str, Map],
    node_id: str,
    towards: str,
    guided: bool,
    seed: int,
    checkpoint: Checkpoint,
) -> tuple[BackwardNetwork, Rerun]:
    shapes: dict[str, Shape] = {name: values.shape[1:] for name, values in maps.items()}
    layouts = {name: found for name, values in maps.items() if (found := _layout(values)) is not None}
    key = (id(network), node_id, towards, guided, seed, tuple(layouts.items()))
    known = _plans.pop(key, None)
    if known is None or known[0] is not network:
        back = backward_network(network, shapes, node_id, towards, guided=guided)
        given = {name: layouts[source] for name, source in back.maps.items() if source in layouts}
        run = Rerun(back.network, {OUTER, *back.maps}, {RESULT}, seed=seed, layouts=given)
        known = network, back, run
        while len(_plans) >= REMEMBERED:
            _plans.popitem(last=False)
    _plans[key] = known
    known[2].checkpoint = checkpoint
    return known[1], known[2]


def _layout(values: Map) -> MapLayout | None:
    found = as_it_lies(values, values.shape[1:])
    return None if found is None else found.layout


def _as_map(values: Map) -> Map:
    return values if values.ndim == 4 else values.reshape(1, values.shape[1], 1, 1)
