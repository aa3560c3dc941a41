"""What a network has to keep to: most parameters, MACs and memory, the least field, the shape that comes out.

Memory is what one image needs in float32: all parameters, and the most maps that are alive at once when
nodes run in the network's order and each map is freed after its last use.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.analysis.report import Analysis
from engine.shapes import Shape, shape_text


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """Limits; None where there is none."""

    max_parameters: int | None = None
    """Trainable ones."""
    max_macs: int | None = None
    max_memory_bytes: int | None = None
    min_field: int | None = None
    """Pixels that the last spatial layer has to see of each axis; the whole input is always enough."""
    output: Shape | None = None
    """Of every node that nothing reads from. A single number stands for a vector, or for maps of 1×1."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One requirement held against a network."""

    name: str
    """The option that asks for it: `max-parameters`."""
    measured: int | str | None
    """None where it cannot be known."""
    limit: int | str
    holds: bool
    note: str = ""


def verdicts(analysis: Analysis, required: Requirements) -> tuple[Verdict, ...]:
    """Each requirement with what was measured, in the order in which they are listed above."""
    return tuple(_verdicts(analysis, required))


def memory_bytes(analysis: Analysis) -> int:
    """Of all parameters and the most maps alive at once."""
    return analysis.totals.parameter_bytes + analysis.totals.peak_activation_bytes


def output_shapes(analysis: Analysis) -> tuple[Shape | None, ...]:
    """Of the nodes that nothing reads from; None where it is not known."""
    network = analysis.network
    ends = (node_id for node_id in network.order if not network.outputs_of[node_id])
    return tuple(analysis.layers[node_id].output_shape for node_id in ends)


def _verdicts(analysis: Analysis, required: Requirements) -> Iterator[Verdict]:
    totals = analysis.totals
    unknown = [node_id for node_id, report in analysis.layers.items() if report.output_shape is None]
    incomplete = f"not counted: {', '.join(unknown[:3])}{' …' if len(unknown) > 3 else ''}" if unknown else ""
    uncounted = totals.uncounted
    no_macs = f"MACs unknown: {', '.join(uncounted[:3])}{' …' if len(uncounted) > 3 else ''}"
    for name, most, measured, caveat in (
        ("max-parameters", required.max_parameters, totals.parameters, incomplete),
        ("max-macs", required.max_macs, totals.macs, incomplete or (no_macs if uncounted else "")),
        ("max-memory", required.max_memory_bytes, memory_bytes(analysis), incomplete),
    ):
        if most is not None:
            # A sum that lacks something is at least what it says: too much is certain, enough is not.
            holds = measured <= most and not caveat
            yield Verdict(name=name, measured=measured, limit=most, holds=holds, note=caveat)
    if required.min_field is not None:
        yield _field_verdict(analysis, required.min_field)
    if required.output is not None:
        shapes = output_shapes(analysis)
        known = [shape_text(shape) for shape in shapes if shape is not None]
        yield Verdict(
            name="output",
            measured=" and ".join(dict.fromkeys(known)) or None,
            limit=shape_text(required.output),
            holds=bool(shapes) and all(_is(shape, required.output) for shape in shapes),
            note="" if len(known) == len(shapes) else "not every output is known",
        )


def _field_verdict(analysis: Analysis, least: int) -> Verdict:
    field = analysis.totals.receptive_field
    if field is None:
        return Verdict(
            name="min-field", measured=None, limit=least, holds=False, note="no layer has a receptive field"
        )
    if field.whole_input:
        return Verdict(name="min-field", measured="whole input", limit=least, holds=True)
    # A fraction of a pixel does not count as one.
    return Verdict(
        name="min-field",
        measured=int(min(field.size)),
        limit=least,
        holds=min(field.size) >= least,
        note=f"at {analysis.totals.receptive_field_node}",
    )


def _is(shape: Shape | None, wanted: Shape) -> bool:
    return shape is not None and (shape == wanted or (len(wanted) == 1 and shape == (*wanted, 1, 1)))
