"""Animations of any style: a network layer by layer, and one value of a map after another. Free of Qt."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from engine.analysis.analyze import Analysis
from engine.model.network import Network
from gui.figures.drawing.drawing import Animation, Drawing
from gui.figures.style import Options

MOST_FRAMES = 240
MOST_VALUES = 96
"""Values that slide by: half a minute."""


def build_up(
    pages: Sequence[Drawing], network: Network, steps: Collection[str] = (), *, duration_ms: int = 500
) -> Animation:
    """The parts of a figure shown one after another in the network's order, each where it stays; page by
    page, where it has several. A frame ends with each of the nodes `steps`, or with every one if there are
    none.

    What belongs to no node is there from the beginning. The camera is that of the whole drawing. Nodes
    without a part of their own (folded into another) take no frame; more than `MOST_FRAMES` nodes come
    several at a time.
    """
    frames = [frame for page in pages for frame in _frames(page, network, steps)]
    last = max(1500, duration_ms)
    return Animation(frames=_of_one_size(frames), duration_ms=duration_ms, last_ms=last)


def _frames(drawing: Drawing, network: Network, steps: Collection[str]) -> list[Drawing]:
    drawn = {item.part for item in drawing.items}
    parts = [node_id for node_id in network.order if node_id in drawn]
    known = set(network.order)
    step = -(-len(parts) // MOST_FRAMES) or 1
    counts = list(range(step, len(parts), step))
    if steps:
        # What is folded into another has no part: the step ends with the last part up to it.
        place = {node_id: index for index, node_id in enumerate(network.order)}
        ends = sorted(place[one] for one in steps)
        counts = [sum(place[part] <= end for part in parts) for end in ends]
        counts = sorted({count for count in counts if 0 < count < len(parts)})
    frames = []
    for count in [*counts, len(parts)]:
        shown = set(parts[:count])
        items = tuple(item for item in drawing.items if item.part in shown or item.part not in known)
        frames.append(replace(drawing, items=items))
    return frames


def _of_one_size(frames: Sequence[Drawing]) -> tuple[Drawing, ...]:
    """All frames in the size of the largest, so that nothing jumps."""
    width, height = max(frame.width for frame in frames), max(frame.height for frame in frames)
    return tuple(replace(frame, width=width, height=height) for frame in frames)


def stage_ends(analysis: Analysis, network: Network) -> list[str]:
    """The last node of every stage: a stretch whose maps have one number of rows and columns, or vectors."""
    ends: list[str] = []
    before: tuple[int, ...] | None = None
    for index, node_id in enumerate(network.order):
        shape = analysis.layers[node_id].output_shape
        size = None if shape is None else shape[1:]
        if index and size is not None and before is not None and _is_new_stage(before, size):
            ends.append(network.order[index - 1])
        before = size if size is not None else before
    return ends


def _is_new_stage(before: tuple[int, ...], size: tuple[int, ...]) -> bool:
    """Whether it is another size, and not the same without a border."""
    if len(before) != len(size):
        return True
    return not all(0.9 * one < other <= one or one == other for one, other in zip(before, size, strict=True))


def sliding(
    draw: Callable[[Options], Drawing],
    analysis: Analysis,
    options: Options,
    *,
    duration_ms: int = 350,
) -> Animation:
    """A style that shows one value of `options.layer`, for one value after another, row by row.

    All frames get the size of the largest, so that nothing jumps.
    """
    frames = [draw(replace(options, at=at)) for at in positions(analysis, options)]
    last = max(1000, duration_ms)
    return Animation(frames=_of_one_size(frames), duration_ms=duration_ms, last_ms=last)


def positions(analysis: Analysis, options: Options) -> Sequence[tuple[int, int, int]]:
    """(channel, row, column) of the values that are shown in turn, row by row and none left out; of a large
    map as many whole rows from the top as `MOST_VALUES` hold, of a very wide one the left part of them."""
    report = analysis.layers.get(options.layer)
    shape = None if report is None else report.output_shape
    if shape is None or len(shape) != 3:
        return [options.at or (0, 0, 0)]
    channel = options.at[0] if options.at is not None else 0
    columns = min(shape[2], MOST_VALUES // 4)
    rows = min(shape[1], max(1, MOST_VALUES // columns))
    return [(channel, row, column) for row in range(rows) for column in range(columns)]
