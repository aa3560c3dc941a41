"""Ways out of problems at one node: each is a caption and one edit of the network.

A fix is offered only where it works: the changed layer is asked for its output shape first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import gcd
from typing import Any, Final

from engine.errors import ShapeError
from engine.layers import Layer, Setting, layer_kinds
from engine.network import Network, Node
from engine.shapes import SAME, VALID, Shape, is_map, pair_text, shape_text

SEARCH: Final = 256
"""How far from its value a setting is searched step by step for one that fits; farther by halving."""

FARTHEST: Final = 1 << 16
"""How far it is searched at all."""

MOST_SOURCES: Final = 3
"""How many nodes are proposed as a missing input."""


@dataclass(frozen=True)
class Fix:
    """A way out of a problem: what it is called, and the edit it makes."""

    text: str
    apply: Callable[[Network], Network]


def fits(layer: Layer, *shapes: Shape) -> bool:
    """Whether the layer takes inputs of these shapes."""
    try:
        layer.output_shape(*shapes)
    except ShapeError:
        return False
    return True


def setting_fixes(node: Node, shapes: tuple[Shape, ...], setting: str | None) -> tuple[Fix, ...]:
    """Other settings of the node's layer that take these inputs; `setting` is the one found wrong."""
    return tuple(
        Fix(text, lambda network, layer=layer: network.replace_layer(node.id, layer))  # type: ignore[misc]  # the default binds the loop's layer
        for text, layer in _fitting_layers(node.layer, shapes, setting)
    )


@lru_cache(maxsize=256)
def _fitting_layers(
    layer: Layer, shapes: tuple[Shape, ...], setting: str | None
) -> tuple[tuple[str, Layer], ...]:
    found: list[tuple[str, Layer]] = []
    for text, changes in _candidates(layer, shapes, setting):
        try:
            changed = layer.replace(**changes)
        except ShapeError:
            continue
        if changed not in [layer, *(one for _, one in found)] and fits(changed, *shapes):
            found.append((text, changed))
    return tuple(found)


def _candidates(
    layer: Layer, shapes: tuple[Shape, ...], setting: str | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    settings = {one.name: one for one in layer.settings()}
    if not shapes or not is_map(shapes[0]):
        return
    channels, *size = shapes[0]
    if "groups" in settings:
        yield from _group_counts(layer, channels)
    if "padding" in settings and layer.window is not None:
        yield "Use padding same", {"padding": SAME}
    if "kernel_size" in settings and layer.window is not None:
        kernel = tuple(map(min, layer.window.kernel_size, size))
        yield f"Kernel {pair_text((kernel[0], kernel[1]))}", {"kernel_size": kernel}
        if "dilation" in settings:
            yield "No dilation", {"dilation": (1, 1)}
            both = {"kernel_size": kernel, "dilation": (1, 1)}
            yield f"Kernel {pair_text((kernel[0], kernel[1]))} without dilation", both
    if setting == "padding" and layer.window is None:
        yield "No padding", {"padding": VALID}
    if setting in settings and setting not in ("groups", "padding", "kernel_size", "dilation"):
        yield from _nearest(layer, shapes, settings, setting)


def _group_counts(layer: Layer, channels: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The nearest count that divides the channels in and out; or the nearest channels out it divides."""
    groups: int = getattr(layer, "groups")  # noqa: B009  # a setting of the kinds that have it
    out: int = getattr(layer, "out_channels", channels)
    if channels % groups == 0 and out % groups == 0:
        return
    common = gcd(channels, out)
    nearest = min((n for n in range(1, common + 1) if not common % n), key=lambda n: (abs(n - groups), n))
    yield f"Groups {nearest}", {"groups": nearest}
    if channels % groups == 0 and hasattr(layer, "out_channels"):
        rounded = max(groups, round(out / groups) * groups)
        yield f"Channels out {rounded}", {"out_channels": rounded}


def _nearest(
    layer: Layer, shapes: tuple[Shape, ...], settings: Mapping[str, Setting], wrong: str | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The nearest value of the setting that is wrong, and of each that is then found wrong in its turn."""
    changes: dict[str, Any] = {}
    words: list[str] = []
    while wrong is not None:
        if wrong in changes or wrong not in settings:
            return
        changed = _mended(layer, shapes, settings[wrong])
        if changed is None:
            return
        layer, value = changed, getattr(changed, wrong)
        label = settings[wrong].label
        words.append(f"{label.lower() if words else label} {_value_text(value)}")
        changes[wrong] = value
        wrong = _wrong_setting(layer, shapes)
    yield ", ".join(words), changes


def _wrong_setting(layer: Layer, shapes: tuple[Shape, ...]) -> str | None:
    """The setting that keeps the layer from taking these inputs, "" if it is none; None if it fits."""
    try:
        layer.output_shape(*shapes)
    except ShapeError as error:
        return error.setting or ""
    return None


def _mended(layer: Layer, shapes: tuple[Shape, ...], setting: Setting) -> Layer | None:
    """The layer with the nearest value of this setting with which nothing, or another setting, is wrong."""
    value = getattr(layer, setting.name)

    def at(away: int) -> Layer | None:
        for other in _values_near(value, away, setting):
            try:
                changed = layer.replace(**{setting.name: other})
            except ShapeError:
                continue
            if _wrong_setting(changed, shapes) not in (setting.name, ""):
                return changed
        return None

    for away in range(1, SEARCH + 1):
        if (found := at(away)) is not None:
            return found
    near, far = SEARCH, 2 * SEARCH
    while (found := at(far)) is None:
        near, far = far, 2 * far
        if far > FARTHEST:
            return None
    while far - near > 1:
        middle = (near + far) // 2
        if (better := at(middle)) is None:
            near = middle
        else:
            far, found = middle, better
    return found


def _value_text(value: Any) -> str:
    return pair_text(value) if isinstance(value, tuple) else str(value)


def _values_near(value: Any, away: int, setting: Setting) -> Iterator[Any]:
    """The values so far away, or at the end of the setting's range."""
    low, high = int(setting.minimum or 0), int(setting.maximum or FARTHEST)
    if setting.type == "int":
        yield from (max(value - away, low), min(value + away, high))
    elif setting.type == "pair":
        a, b = value
        for sign in (-away, away):
            c, d = (min(max(one + sign, low), high) for one in value)
            yield from ((c, b), (a, d), (c, d))


def vector_fixes(
    network: Network, node: Node, shapes: tuple[Shape, ...], above: Mapping[str, tuple[Shape, ...]]
) -> tuple[Fix, ...]:
    """Flatten before a layer that takes vectors; the map before a Flatten for one that takes maps.

    `above` holds the input shapes of the node's sources.
    """
    if len(shapes) != 1:
        return ()
    (source,), (shape,) = node.inputs, shapes
    found = []
    flatten = layer_kinds().get("Flatten")
    if is_map(shape) and flatten is not None and not isinstance(node.layer, flatten):
        layer = flatten()
        if fits(node.layer, layer.output_shape(shape)):
            found.append(
                Fix(
                    "Insert a Flatten",
                    lambda network: network.insert_on_edge(new_node(network, layer), (source, node.id)),
                )
            )
    before = network[source].inputs
    if not is_map(shape) and len(before) == 1 and fits(node.layer, *above[source]):
        text = f"Read the map before {network[source].label}"
        found.append(Fix(text, lambda network: network.connect(before[0], node.id, replacing=source)))
    return tuple(found)


def missing_input_fixes(network: Network, node: Node, shapes: Mapping[str, Shape | None]) -> tuple[Fix, ...]:
    """Wires from nodes that the layer can read, those that nobody reads yet first, the deepest first."""
    below = _descendants(network, node.id)
    inputs = [shapes[source] for source in node.inputs]
    found = []
    for source in sorted(reversed(network.order), key=lambda one: bool(network.outputs_of[one])):
        shape = shapes[source]
        if source in below or source in node.inputs or shape is None:
            continue
        known = [one for one in (*inputs, shape) if one is not None]
        if len(known) >= node.layer.min_inputs and not fits(node.layer, *known):
            continue
        text = f"Read {network[source].label} ({shape_text(shape)})"
        found.append(Fix(text, lambda network, source=source: network.connect(source, node.id)))  # type: ignore[misc]  # the default binds the loop's id
        if len(found) == MOST_SOURCES:
            break
    return tuple(found)


def no_input_fixes(network: Network) -> tuple[Fix, ...]:
    """An Input before the first node that reads nothing."""
    first = next(node for node in network.nodes.values() if not node.inputs)
    layer = layer_kinds()["Input"]()

    def add(network: Network) -> Network:
        made = new_node(network, layer)
        return network.add(made).connect(made.id, first.id)

    return (Fix(f"Add an Input {shape_text(layer.output_shape())}", add),)


def new_node(network: Network, layer: Layer, name: str = "") -> Node:
    """The layer under a free id."""
    return Node(id=network.new_id(layer.kind), layer=layer, name=name)


def _descendants(network: Network, node_id: str) -> frozenset[str]:
    """The node and everything that depends on it."""
    found: set[str] = set()
    waiting = [node_id]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += network.outputs_of[current]
    return frozenset(found)
