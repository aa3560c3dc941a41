"""How much memory a run needs, and what is let go of to have it."""

import os
from collections.abc import Collection, Mapping
from typing import Final

from engine.errors import MemoryLimit
from engine.execution.maps import MapStore, StoredMap, held_by
from engine.execution.packed import PackedStore
from engine.execution.request import Request
from engine.kernels.fast.container import allowed_bytes
from engine.kernels.fast.host import core_count
from engine.layers.base.lowering import ConcatForm, FlattenForm, ViewForm
from engine.model.network import Network
from engine.plan import Plan
from engine.shapes import Shape, elements, shape_text

STALE_FACTOR: Final = 3
"""Maps of earlier runs are kept up to so many times the present run's, within the budget…"""
STALE_BYTES: Final = 512 << 20
"""…but at least up to so many bytes."""

_CORES: Final = os.cpu_count() or 1


def default_budget_bytes() -> int:
    """Half of the machine's memory, or of what its container leaves the process."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        memory = 4 << 30
    return min(memory, allowed_bytes() or memory) // 2


def least_map_bytes(
    network: Network, shapes: Mapping[str, Shape], wanted: Collection[str], given: Collection[str] = ()
) -> dict[str, int]:
    """What the maps of a run take at least, by node: parts and copies of other maps are left out."""
    sizes = {}
    for node_id, shape in shapes.items():
        layer = network.nodes[node_id].layer
        if layer.is_input:
            sizes[node_id] = 4 * elements(shape)
        elif node_id in wanted and node_id not in given:
            form = layer.lowering(*(shapes[source] for source in network.nodes[node_id].inputs))
            if not isinstance(form, ViewForm | FlattenForm | ConcatForm):
                sizes[node_id] = 4 * elements(shape)
    return sizes


def check_maps(
    budget_bytes: int,
    network: Network,
    shapes: Mapping[str, Shape],
    wanted: Collection[str],
    given: Collection[str],
) -> None:
    """`MemoryLimit` if the maps alone exceed the budget: known from shapes, before anything is planned."""
    sizes = least_map_bytes(network, shapes, wanted, given)
    if sum(sizes.values()) > budget_bytes:
        largest = max(sizes, key=sizes.__getitem__)
        raise MemoryLimit(
            f"the network needs at least {sum(sizes.values()) / 1e6:,.0f} MB for its maps, the budget is"
            f" {budget_bytes / 1e6:,.0f} MB. The largest is that of {largest}, {shape_text(shapes[largest])}:"
            f" {sizes[largest] / 1e6:,.0f} MB. A smaller input or a larger budget helps."
        )


def make_room(
    budget_bytes: int, threads: int | None, request: Request, plan: Plan, given: Mapping[str, StoredMap],
    maps: MapStore, packed: PackedStore,
) -> None:  # fmt: skip
    """Let old maps and packed weights go until the plan fits; `MemoryLimit`, with numbers, if it cannot."""
    count = threads or core_count()
    map_bytes, weights = plan.bytes_of("map"), plan.bytes_of("weights")
    scratch = plan.bytes_of("scratch") + plan.transient_bytes + count * plan.scratch_bytes
    held = held_by(one.map for one in given.values())
    missing = [node_id for node_id in request.signature.inputs if node_id not in given]
    held += sum(4 * elements(request.signature.shapes[node_id]) for node_id in missing)
    needed = map_bytes + scratch + weights + held
    if needed > budget_bytes:
        raise MemoryLimit(
            f"the network needs {needed / 1e6:,.0f} MB ({(map_bytes + held) / 1e6:,.0f} MB maps,"
            f" {weights / 1e6:,.0f} MB weights, {scratch / 1e6:,.0f} MB scratch), the budget is"
            f" {budget_bytes / 1e6:,.0f} MB. A smaller input or a larger budget helps."
        )
    packed.shrink(budget_bytes - map_bytes - held - scratch)
    room = budget_bytes - map_bytes - scratch - max(weights, packed.held_bytes)
    if maps.held_bytes > max(held, room):
        maps.shrink(max(held, room), {request.keys[node_id] for node_id in given})


def forget_stale(budget_bytes: int, request: Request, maps: MapStore, packed: PackedStore) -> None:
    """Let the maps of earlier runs go where they have become many."""
    most = max(0, budget_bytes - packed.held_bytes)
    if maps.held_bytes <= min(STALE_BYTES, most):
        return
    keys = set(request.keys.values())
    maps.shrink(min(max(STALE_FACTOR * maps.bytes_of(keys), STALE_BYTES), most), keys)
