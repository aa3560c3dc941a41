"""How receptive fields were computed, axis by axis: size, jump and start with their values substituted."""

from collections.abc import Callable
from typing import Final

from engine.analysis.analyze import LayerReport, spread
from engine.analysis.periodic_span import PeriodicSpan
from engine.analysis.receptive_field import AxisField
from engine.formula import Rule, largest, least, minus, number, plus, product
from engine.model.network import Node
from engine.shapes import Reach, Shape

Derive = Callable[[Node, LayerReport, list[LayerReport]], Rule]

SOURCE: Final = (
    "Araujo, Norris & Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019"
)
UNCHANGED: Final = "unchanged: each position is worked on by itself"
A_PIXEL: Final = "a pixel of the photograph sees itself"
EVERYTHING: Final = "every output depends on the whole input"


def size_of_axis(axis: int) -> Derive:
    """size + (e − 1)·jump; where branches meet, last end − first start."""

    def derive(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
        now, before = _field(report, axis), _branches(report, sources, axis)
        if now.pixels is not None:
            return Rule(number(now.pixels), EVERYTHING, SOURCE)
        if not before:
            return Rule(number(1), A_PIXEL, SOURCE)
        if len(before) > 1:
            return _united(now, before)
        reach = _reach(node, report.input_shapes, axis)
        if reach is None:
            return Rule(number(before[0].size), UNCHANGED, "")
        if _is_regular(now) and _is_regular(before[0]):
            length = reach.last - reach.first + 1
            grown = product(minus(number(length), number(1)), number(before[0].jump))
            return Rule(plus(number(before[0].size), grown), "size + (e − 1)·jump of what comes in", SOURCE)
        return _widest(now)

    return derive


def jump_of_axis(axis: int) -> Derive:
    """jump·stride; where branches meet, the largest."""

    def derive(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
        now, before = _field(report, axis), _branches(report, sources, axis)
        if not before:
            return Rule(number(1), "neighbouring pixels are one pixel apart", SOURCE)
        if len(before) > 1:
            jumps = [one.jump for one in before if one.pixels is None] or [now.jump]
            same = "the branches' jump" if len(set(jumps)) == 1 else "the largest of the branches' jumps"
            return Rule(largest(*map(number, jumps)), same, SOURCE)
        reach = _reach(node, report.input_shapes, axis)
        if reach is None:
            return Rule(number(before[0].jump), UNCHANGED, "")
        rule = (
            "jump of what comes in · stride" if reach.step >= 1 else "jump of what comes in · 1/enlargement"
        )
        return Rule(product(number(before[0].jump), number(reach.step)), rule, SOURCE)

    return derive


def start_of_axis(axis: int) -> Derive:
    """start − p·jump; where branches meet, the first."""

    def derive(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
        now, before = _field(report, axis), _branches(report, sources, axis)
        if now.pixels is not None:
            return Rule(number(0), EVERYTHING, SOURCE)
        if not before:
            return Rule(number(0), "output 0 is pixel 0", SOURCE)
        if len(before) > 1:
            return Rule(
                least(*(number(one.start) for one in before)), "the first start of the branches", SOURCE
            )
        reach = _reach(node, report.input_shapes, axis)
        if reach is None:
            return Rule(number(before[0].start), UNCHANGED, "")
        if _is_regular(now) and _is_regular(before[0]):
            padded = product(number(-reach.first), number(before[0].jump))
            return Rule(
                minus(number(before[0].start), padded),
                "start − padding·jump of what comes in",
                SOURCE,
            )
        return Rule(number(now.start), "first pixel that output 0 sees, counted output by output", SOURCE)

    return derive


def _united(now: AxisField, before: list[AxisField]) -> Rule:
    if not all(map(_is_regular, (now, *before))):
        return _widest(now)
    ends = [plus(number(one.start), number(one.size)) for one in before]
    return Rule(
        minus(largest(*ends), least(*(number(one.start) for one in before))),
        "last end − first start of the branches, an end being start + size",
        SOURCE,
    )


def _widest(now: AxisField) -> Rule:
    """Where outputs differ: the one that sees most, counted from its first pixel to its last."""
    if len(now.strands) > 1:
        span, rule = (
            now.span_in_line(0),
            "what output 0 sees, last pixel − first pixel + 1 (the branches' jumps differ)",
        )
    else:
        spans = [span for span in now.strands[0].spans if span is not None]
        span = max(spans, key=lambda span: span[1] - span[0], default=None)
        rule = "last pixel − first pixel + 1 of the output that sees most"
    if span is None:
        return Rule(number(0), "no pixel is seen", SOURCE)
    return Rule(plus(minus(number(span[1]), number(span[0])), number(1)), rule, SOURCE)


def _field(report: LayerReport, axis: int) -> AxisField:
    assert report.receptive_field is not None  # `quantities` leaves its numbers out where there is none
    return report.receptive_field.axes[axis]


def _branches(report: LayerReport, sources: list[LayerReport], axis: int) -> list[AxisField]:
    """The fields that meet, those of the Input whose pixels are kept."""
    assert report.receptive_field is not None
    assert report.output_shape is not None
    found = []
    for source, shape in zip(sources, report.input_shapes, strict=True):
        seen = source.receptive_field
        if seen is None:
            continue  # it depends on no photograph
        if seen.input_size == report.receptive_field.input_size:
            seen = spread(seen, shape, report.output_shape) if len(sources) > 1 else seen
            found.append(seen.axes[axis])
    return found


def _reach(node: Node, shapes: tuple[Shape, ...], axis: int) -> Reach | None:
    if node.layer.whole_input:
        return None
    found = node.layer.reach(*shapes)
    return None if found is None else found[axis]


def _is_regular(field: AxisField) -> bool:
    """Whether size, jump and start say it all, for every output."""
    (first, *others) = field.strands
    return not others and _is_one_step(first)


def _is_one_step(strand: PeriodicSpan) -> bool:
    return strand.period == 1 and strand.spans[0] is not None
