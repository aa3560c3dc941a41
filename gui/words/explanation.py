"""What is told of a number that was clicked: its derivations, sorted into a few topics. Free of Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.analysis.analyze import Analysis
from engine.analysis.receptive_field import ReceptiveField
from engine.derivation.derive import FIELDS, TOTALS, Derivation, derive, derive_total, quantities
from engine.model.network import Network
from gui.words.convention import COUNTED, kinds_of
from gui.words.number_format import Numbers, pair_text, rational_text


@dataclass(frozen=True)
class Line:
    """One number; `name` tells it from the other lines of its topic, and is empty where it stands alone."""

    name: str
    value: str
    """Exact, with its unit."""
    derivation: Derivation


@dataclass(frozen=True)
class Topic:
    """Numbers that are read together."""

    name: str
    lines: tuple[Line, ...]
    remark: str = ""

    @property
    def text(self) -> str:
        """The formulas, a line each."""
        return "\n".join(_named(line.name, line.derivation.text) for line in self.lines)

    @property
    def latex(self) -> str:
        """The same for LaTeX, without dollar signs."""
        return "\n".join(line.derivation.latex for line in self.lines)


@dataclass(frozen=True)
class Explanation:
    """Everything about one number; `first` is the topic that was asked for."""

    title: str
    topics: tuple[Topic, ...]
    first: int = 0


_TOPICS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "Output shape": {
            "Features": ("output_features",),
            "Channels": ("output_channels",),
            "Size": ("output_height", "output_width"),
        },
        "Parameters": {
            "Trained": ("parameters",),
            "Not trained": ("non_trainable",),
            "Memory": ("parameter_bytes",),
        },
        "Cost": {name: (counted,) for counted, name in COUNTED.items()},
        "Memory": {"All maps": ("activation_bytes",), "At most at once": ("peak_activation_bytes",)},
        "Receptive field": {
            "Size": ("receptive_field_height", "receptive_field_width"),
            "Jump": ("jump_height", "jump_width"),
            "Start": ("start_height", "start_width"),
        },
    }
)
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "macs": "MACs",
        "flops": "FLOPs",
        "operations": "operations",
        "activation_bytes": "bytes",
        "peak_activation_bytes": "bytes",
        "parameter_bytes": "bytes",
        "parameters": "parameters",
        "non_trainable": "values",
        "output_channels": "channels",
        "output_features": "features",
    }
)


def explain_layer(
    network: Network, analysis: Analysis, node_id: str, quantity: str, numbers: Numbers
) -> Explanation | None:
    """The explanation of a layer's number, beginning with this quantity; None where it is not known."""
    report = analysis.layers[node_id]
    known = quantities(report)
    remarks = {
        "Operations": " · ".join(kinds_of(report.operations, numbers)),
        "Size": _about_branches(report.receptive_field) if quantity in FIELDS else "",
    }

    def found(name: str) -> Derivation | None:
        return derive(network, analysis, node_id, name) if name in known else None

    return _explanation(quantity, network[node_id].label, found, remarks, numbers)


def explain_total(
    network: Network, analysis: Analysis, quantity: str, numbers: Numbers
) -> Explanation | None:
    """The explanation of a number of the whole network; None where it is not known.

    Its receptive field is that of the last spatial layer, told at the layer that made it what it is.
    """
    if quantity in FIELDS:
        last = analysis.totals.receptive_field_node
        if last is None:
            return None
        return explain_layer(network, analysis, _where_it_grew(network, analysis, last), quantity, numbers)

    def found(name: str) -> Derivation | None:
        return derive_total(network, analysis, name) if name in TOTALS else None

    remarks = {"Operations": " · ".join(kinds_of(analysis.totals.operations, numbers))}
    return _explanation(quantity, "the network", found, remarks, numbers)


def _about_branches(field: ReceptiveField | None) -> str:
    """What one size cannot say where branches met."""
    if field is None or field.whole_input:
        return ""
    parts = []
    if field.smallest != field.size:
        parts.append(f"{pair_text(field.smallest)} px along the branch that sees least.")
    if not field.aligned:
        parts.append("Misaligned: branches of different steps or centres meet, so outputs differ.")
    return " ".join(parts)


def _where_it_grew(network: Network, analysis: Analysis, node_id: str) -> str:
    """The layer before which the receptive field was another one: a ReLU at the end explains nothing."""
    while len(network[node_id].inputs) == 1:
        (source,) = network[node_id].inputs
        fields = [analysis.layers[one].receptive_field for one in (node_id, source)]
        sizes = {(field.size, field.jump, field.start) for field in fields if field is not None}
        if len(sizes) != 1:
            break
        node_id = source
    return node_id


def _explanation(
    quantity: str,
    whose: str,
    found: Callable[[str], Derivation | None],
    remarks: Mapping[str, str],
    numbers: Numbers,
) -> Explanation | None:
    what = next(one for one, topics in _TOPICS.items() if any(quantity in names for names in topics.values()))
    topics: list[Topic] = []
    first = 0
    for name, parts in _TOPICS[what].items():
        derivations = [one for one in map(found, parts) if one is not None]
        if not derivations or (name == "Not trained" and not derivations[0].value):
            continue
        if quantity in parts:
            first = len(topics)
        topics.append(Topic(name, _lines(derivations, numbers), remarks.get(name, "")))
    if what == "Memory" and len(topics) == 1:
        what = "Memory of the maps"
    return Explanation(f"{what} of {whose}", tuple(topics), first) if topics else None


def _lines(derivations: list[Derivation], numbers: Numbers) -> tuple[Line, ...]:
    """Height and width are one line where they are computed alike."""
    alike = len({(derivation.text, derivation.rule) for derivation in derivations}) == 1
    if len(derivations) == 1 or alike:
        name = "Height and width" if len(derivations) > 1 else ""
        return (Line(name, _value(derivations[0], numbers), derivations[0]),)
    names = ("Height", "Width")
    return tuple(
        Line(name, _value(derivation, numbers), derivation)
        for name, derivation in zip(names, derivations, strict=True)
    )


def _value(derivation: Derivation, numbers: Numbers) -> str:
    value = derivation.value
    text = numbers.exact(value) if isinstance(value, int) else rational_text(value)
    return f"{text}\u00a0{_UNITS.get(derivation.quantity, 'px')}"


def _named(name: str, text: str) -> str:
    return f"{name}: {text}" if name else text
