"""Equal blocks in a row drawn once, with ×N beside them.

Blocks are what lies between places where a single symbol leads on. Blocks are equal when their layers and
wires are, and what comes out has the same height and width; the channels that come in may grow, as in a
dense block. Tandem repeats of up to `LONGEST` blocks are found from left to right, most saving first.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from engine.model.network import Node
from gui.figures.sketch import Link, Run, Sketch, Symbol

LONGEST: Final = 4
"""Most blocks of one period."""

Block = list[str]


def folded(sketch: Sketch) -> Sketch:
    """The sketch with each run of equal blocks drawn once; `runs` says how many each stands for."""
    blocks = blocks_of(sketch)
    signatures = [_signature(sketch, block) for block in blocks]
    symbols: dict[str, Symbol] = {}
    stands_for: dict[str, str] = {}
    runs: list[Run] = []
    at = 0
    while at < len(blocks):
        period, count = repeat(blocks, signatures, at)
        if count > 1 and repeat(blocks, signatures, at + 1) == (period, count):
            # Both ways of cutting save as much: the copies of a good one have equal inputs.
            first, second = (sketch.symbols[blocks[at + k * period][0]].input_shape for k in (0, 1))
            if first != second:
                period, count = 1, 1
        starts = range(at, at + period * count, period)
        copies = [[one for block in blocks[k : k + period] for one in block] for k in starts]
        for names in copies:
            stands_for.update(zip(names, copies[0], strict=True))
        if count > 1:
            runs.append(Run(symbols=tuple(copies[0]), copies=count))
        for same in zip(*copies, strict=True):
            symbols[same[0]] = _together([sketch.symbols[one] for one in same])
        at += period * count
    links = _links(sketch, stands_for)
    return Sketch(MappingProxyType(symbols), links, tuple(runs))


def blocks_of(sketch: Sketch) -> list[Block]:
    """All symbols in order, cut wherever every wire that leads on comes from one symbol."""
    order = list(sketch.symbols)
    place = {one: index for index, one in enumerate(order)}
    reach = -1
    open_ends = 0
    blocks: list[Block] = [[]]
    for index, one in enumerate(order):
        blocks[-1].append(one)
        own = max((place[link.target] for link in sketch.out_of[one]), default=-1)
        # Nothing that began earlier reaches beyond this symbol, and this one leads on.
        if reach <= index and index < len(order) - 1 and own > index and not open_ends:
            blocks.append([])
        reach = max(reach, own)
        open_ends += not sketch.out_of[one]
    return [block for block in blocks if block]


def repeat(blocks: Sequence[Block], signatures: Sequence[Hashable], at: int) -> tuple[int, int]:
    """(period, copies) of the repeat that saves most symbols from here; (1, 1) for none."""
    best, saved = (1, 1), 0
    for period in range(1, min(LONGEST, (len(blocks) - at) // 2) + 1):
        wanted = signatures[at : at + period]
        copies = 1
        while signatures[at + copies * period : at + (copies + 1) * period] == wanted:
            copies += 1
        gain = (copies - 1) * sum(map(len, blocks[at : at + period]))
        if gain > saved:
            best, saved = (period, copies), gain
    return best


def _signature(sketch: Sketch, block: Block) -> Hashable:
    """What two equal blocks have in common."""
    place = {one: index for index, one in enumerate(block)}
    made = []
    for one in block:
        symbol = sketch.symbols[one]
        shape = symbol.shape
        wires = tuple(
            (place.get(link.source, -1), link.skip, tuple(node.layer for node in link.through))
            for link in sketch.into[one]
        )
        layers = tuple(node.layer for node in symbol.members if not _belongs_to_reader(symbol, node))
        size = shape[1:] if shape is not None and len(shape) == 3 else shape
        made.append((layers, size, wires, bool(symbol.problem)))
    return tuple(made)


def _belongs_to_reader(symbol: Symbol, node: Node) -> bool:
    """Whether what follows a join is the beginning of the block that reads it: all behind a concatenation,
    a normalisation behind a sum (ConvNeXt's before its down-sampling)."""
    if node is symbol.node:
        return False
    family = symbol.layer.family
    return family == "concat" or (family == "add" and node.layer.family == "normalization")


def _together(copies: Sequence[Symbol]) -> Symbol:
    """One symbol for equal ones in a row: it costs what all cost, and gives what the last gives."""
    return replace(
        copies[0],
        shape=copies[-1].shape,
        macs=sum(copy.macs for copy in copies),
        parameters=sum(copy.parameters for copy in copies),
        copies=len(copies),
    )


def _links(sketch: Sketch, stands_for: dict[str, str]) -> tuple[Link, ...]:
    """Links within the first copy of each run, and those that lead out of the last."""
    made: dict[tuple[str, str], Link] = {}
    first = {kept: one for one, kept in reversed(stands_for.items())}
    for link in sketch.links:
        if first[stands_for[link.target]] != link.target:
            continue
        moved = replace(link, source=stands_for[link.source])
        first_one = made.setdefault((moved.source, moved.target), moved)
        if first_one is not moved:
            made[moved.source, moved.target] = replace(first_one, edges=(*first_one.edges, *moved.edges))
    return tuple(made.values())
