"""The numbers that lessons quote: each as the engine computes it, and as counting finds it.

A layer is named by its id, or found in the network by a function (`presets.finding`), since users add layers
under ids of their own.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

from engine.analysis.analyze import LayerReport, analyze
from engine.derivation.derive import derive
from engine.model.project import Project
from presets import counting
from presets.finding import Place, located
from presets.lesson import NotFound, Number, Quote, State


def report(state: State, place: Place) -> LayerReport:
    """The report of the layer there, whose shapes are known."""
    made = state.analysis.layers[located(place, state.project.network)]
    if made.output_shape is None:
        raise NotFound(made.node_id)
    return made


def _at(state: State, place: Place) -> str:
    return report(state, place).node_id


def macs(*places: Place) -> Quote:
    """Multiply–adds of these layers together."""
    return Quote(
        engine=lambda state: sum(report(state, place).macs for place in places),
        counted=lambda state: sum(counting.macs(state, _at(state, place)) for place in places),
    )


def parameters(*places: Place) -> Quote:
    """Weights and biases of these layers together."""
    return Quote(
        engine=lambda state: sum(report(state, place).parameters for place in places),
        counted=lambda state: sum(counting.parameters(state, _at(state, place)) for place in places),
    )


def weights(place: Place) -> Quote:
    """Weights without biases."""
    return Quote(
        engine=lambda state: _parameter_size(state, place, "weight"),
        counted=lambda state: counting.sizes(state, _at(state, place))["weight"],
    )


def biases(place: Place) -> Quote:
    """Biases alone; 0 where the layer has none."""

    return Quote(
        engine=lambda state: _parameter_size(state, place, "bias"),
        counted=lambda state: counting.sizes(state, _at(state, place)).get("bias", 0),
    )


def _parameter_size(state: State, place: Place, name: str) -> int:
    """What is left of the layer's parameters without those of the other name."""
    node_id = _at(state, place)
    node = state.project.network[node_id]
    found = state.analysis.layers[node_id]
    out = found.output_shape[0] if found.output_shape is not None else 0
    bias = out if getattr(node.layer, "bias", False) else 0
    return found.parameters - bias if name == "weight" else bias


def total_macs() -> Quote:
    """Multiply–adds of the whole network."""
    return Quote(
        engine=lambda state: state.analysis.totals.macs,
        counted=lambda state: sum(counting.macs(state, layer) for layer in _layers(state)),
    )


def total_parameters() -> Quote:
    """Trainable parameters of the whole network."""
    return Quote(
        engine=lambda state: state.analysis.totals.parameters,
        counted=lambda state: sum(counting.parameters(state, layer) for layer in _layers(state)),
    )


def _layers(state: State) -> list[str]:
    return [one for one, node in state.project.network.nodes.items() if node.inputs]


def size(place: Place, axis: int = 0) -> Quote:
    """Height (axis 0) or width (axis 1) of what comes out."""

    def engine(state: State) -> int:
        shape = report(state, place).output_shape
        if shape is None or len(shape) != 3:
            raise NotFound(str(place))
        return shape[1 + axis]

    return Quote(engine=engine, counted=lambda state: counting.size(state, _at(state, place))[axis])


def channels(place: Place) -> Quote:
    """Maps that come out: counted as kernels where the layer has them."""

    def engine(state: State) -> int:
        shape = report(state, place).output_shape
        assert shape is not None
        return shape[0]

    return Quote(engine=engine, counted=lambda state: counting.channels(state, _at(state, place)))


def field(place: Place) -> Quote:
    """Receptive field: rows of the input that one output sees."""

    def engine(state: State) -> int:
        found = report(state, place).receptive_field
        if found is None or found.whole_input:
            raise NotFound(str(place))
        return found.size[0]

    return Quote(engine=engine, counted=lambda state: counting.field(state, _at(state, place)))


def smallest_field(place: Place) -> Quote:
    """Receptive field along the branch that sees least."""

    def engine(state: State) -> int:
        found = report(state, place).receptive_field
        if found is None or found.whole_input:
            raise NotFound(str(place))
        return found.smallest[0]

    def counted(state: State) -> int:
        sources = state.project.network[_at(state, place)].inputs
        return min(counting.field(state, source) for source in sources)

    return Quote(engine=engine, counted=counted)


def jump(place: Place) -> Quote:
    """Rows of the input between neighbouring outputs."""

    def engine(state: State) -> Number:
        found = report(state, place).receptive_field
        if found is None:
            raise NotFound(str(place))
        return Fraction(found.jump[0])

    return Quote(engine=engine, counted=lambda state: counting.jump(state, _at(state, place)))


def formula(quantity: str, place: Place, plain: Quote) -> Quote:
    """How a number came about, values substituted: `28·28·32·5·5·192 = 120,422,400`."""

    def shown(state: State) -> str:
        return derive(state.project.network, state.analysis, _at(state, place), quantity).text

    def engine(state: State) -> Number:
        return derive(state.project.network, state.analysis, _at(state, place), quantity).value

    return Quote(engine=engine, counted=plain.counted, shown=shown)


def macs_formula(place: Place) -> Quote:
    """How the layer's multiply–adds came about."""
    return formula("macs", place, macs(place))


def parameters_formula(place: Place) -> Quote:
    """How the layer's parameters came about."""
    return formula("parameters", place, parameters(place))


def ratio(above: Quote, below: Quote, places: int = 2, unit: str = "") -> Quote:
    """One number divided by another, exactly."""

    def divided(one: Number, other: Number) -> Number:
        if not other:
            raise NotFound("a ratio to nothing")
        exact = isinstance(one, int | Fraction) and isinstance(other, int | Fraction)
        return Fraction(one) / Fraction(other) if exact else float(one) / float(other)

    return Quote(
        engine=lambda state: divided(above.engine(state), below.engine(state)),
        counted=lambda state: divided(above.counted(state), below.counted(state)),
        places=places,
        unit=unit,
        tolerance=max(above.tolerance, below.tolerance),
        needs_maps=above.needs_maps or below.needs_maps,
    )


def percent(part: Quote, whole: Quote, places: int = 0) -> Quote:
    """A part of a whole in per cent."""
    share = ratio(part, whole)
    return Quote(
        engine=lambda state: 100 * share.engine(state),
        counted=lambda state: 100 * share.counted(state),
        places=places,
        unit="\u00a0%",
        tolerance=share.tolerance,
        needs_maps=share.needs_maps,
    )


def total(*parts: Quote) -> Quote:
    """A sum of numbers."""
    return Quote(
        engine=lambda state: sum((part.engine(state) for part in parts), start=0),
        counted=lambda state: sum((part.counted(state) for part in parts), start=0),
        needs_maps=any(part.needs_maps for part in parts),
        tolerance=max((part.tolerance for part in parts), default=0.0),
    )


def elsewhere(name: str, quote: Quote) -> Quote:
    """A number of a preset, wherever the user's own network has gone."""
    return Quote(
        engine=lambda _: quote.engine(preset_state(name)),
        counted=lambda _: quote.counted(preset_state(name)),
        places=quote.places,
        unit=quote.unit,
        shown=None if quote.shown is None else lambda _: quote.text(preset_state(name)),
        tolerance=quote.tolerance,
    )


@cache
def preset_state(name: str) -> State:
    """A preset as it is, analysed."""
    from presets import load

    project = load(name).project
    return State(project, analyze(project.network))


def layer_count(*kinds: str) -> Quote:
    """Layers of these kinds; without any, all but the Inputs."""

    def counted(state: State) -> int:
        layers = (
            node.layer.to_json()["kind"] for node in state.project.network.nodes.values() if node.inputs
        )
        return sum(not kinds or kind in kinds for kind in layers)

    def engine(state: State) -> int:
        network = state.project.network
        wanted = [one for one in network.order if not kinds or network.nodes[one].layer.kind in kinds]
        return sum(bool(network.nodes[one].inputs) for one in wanted)

    return Quote(engine=engine, counted=counted)


def setting(place: Place, name: str) -> Quote:
    """A number that a layer is set to; of a pair the first. The second way reads it as it is saved."""

    def first(value: object) -> Number:
        value = value[0] if isinstance(value, tuple | list) else value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotFound(f"{name} as a number")
        return value

    def engine(state: State) -> Number:
        return first(getattr(state.project.network[located(place, state.project.network)].layer, name, None))

    def saved(state: State) -> Number:
        return first(state.project.network[located(place, state.project.network)].layer.to_json().get(name))

    return Quote(engine=engine, counted=saved)


def power_of_ten(value: float) -> str:
    """A number too small for decimals as it is written: `2·10⁻⁷`; 0 as it is."""
    if value == 0:
        return "0"
    digits, exponent = f"{value:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits}·10{raised}"


def always_of(build: Callable[[], Project], quote: Quote) -> Quote:
    """A number of this network, wherever the user's own has gone."""

    def state() -> State:
        project = build()
        return State(project, analyze(project.network))

    return replace(
        quote,
        engine=lambda _: quote.engine(state()),
        counted=lambda _: quote.counted(state()),
        shown=None if quote.shown is None else lambda _: quote.text(state()),
    )


def kernels(place: Place) -> Quote:
    """Kernels of two dimensions: one from each map that a kernel reads to each that comes out."""

    def engine(state: State) -> int:
        found = report(state, place)
        layer = state.project.network[found.node_id].layer
        assert found.output_shape is not None
        return found.input_shapes[0][0] // getattr(layer, "groups", 1) * found.output_shape[0]

    def counted(state: State) -> int:
        array = counting.arrays(state, _at(state, place)).get("weight")
        if array is None:
            raise NotFound(f"kernels of {place}")
        return sum(1 for filters in array for _ in filters)

    return Quote(engine=engine, counted=counted)


def memory(*places: Place) -> Quote:
    """Bytes of these layers' maps, one image in float32."""
    return Quote(
        engine=lambda state: sum(report(state, place).activation_bytes for place in places),
        counted=lambda state: sum(counting.map_bytes(state, _at(state, place)) for place in places),
    )


def total_memory() -> Quote:
    """Bytes of all maps of the network, one image in float32."""
    return Quote(
        engine=lambda state: state.analysis.totals.activation_bytes,
        counted=lambda state: sum(counting.map_bytes(state, one) for one in state.project.network.order),
    )


def total_field() -> Quote:
    """Receptive field of the last layer that still has a map, in rows or columns, the fewer of both."""

    def engine(state: State) -> int:
        found = state.analysis.totals.receptive_field
        if found is None:
            raise NotFound("a receptive field")
        return min(found.size)

    def counted(state: State) -> int:
        for node_id in reversed(state.project.network.order):
            try:
                rows, columns = counting.size(state, node_id)
                if (rows, columns) != (1, 1):
                    return counting.field(state, node_id)
            except NotFound:
                continue
        raise NotFound("a receptive field")

    return Quote(engine=engine, counted=counted)
