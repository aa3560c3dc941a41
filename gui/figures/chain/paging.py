"""A long network over several pages: each shows a stretch of it, cut where a single wire leads on."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from math import inf
from types import MappingProxyType
from typing import Final

from gui.figures.flow.folding import blocks_of
from gui.figures.sketch import Sketch

MOST_PAGES: Final = 12
_MOST_OF_ALL: Final = 0.7
"""A piece larger than this share of everything is hardly easier to read on a page of its own."""

Page = tuple[int, int]
"""Which page, counted from 1, and of how many."""


def sketch_on(seen: Sketch, page: Page) -> Sketch:
    """The part of a (folded) sketch that stands on a page; all of it where it cannot be cut."""
    if page[1] <= 1:
        return seen
    shown = stretch(blocks_of(seen), [run.symbols for run in seen.runs], page)
    return Sketch(
        MappingProxyType({one: symbol for one, symbol in seen.symbols.items() if one in shown}),
        tuple(link for link in seen.links if link.source in shown and link.target in shown),
        tuple(run for run in seen.runs if set(run.symbols) <= shown),
        entering=tuple(link for link in seen.links if link.source not in shown and link.target in shown),
        leaving=tuple(link for link in seen.links if link.source in shown and link.target not in shown),
    )


def stretch(
    blocks: Sequence[Sequence[str]],
    kept: Sequence[Collection[str]],
    page: Page,
    weights: Mapping[str, float] = MappingProxyType({}),
) -> frozenset[str]:
    """The ids on this page: whole blocks, none of the groups `kept` torn, pages of about equal weight.

    `weights` says how much room an id takes, 1 where it says nothing. A last page is never left without
    anything; all ids where there are fewer pieces than pages.
    """
    pieces = _whole_pieces(blocks, kept)
    number, count = page
    sizes = [sum(weights.get(one, 1.0) for one in piece) for piece in pieces]
    if len(pieces) < count or max(sizes) > _MOST_OF_ALL * sum(sizes):
        return frozenset(one for piece in pieces for one in piece)
    ends = _even_ends(sizes, count)
    starts = [0, *ends[:-1]]
    return frozenset(one for piece in pieces[starts[number - 1] : ends[number - 1]] for one in piece)


def rows_on(sizes: Sequence[float], page: Page) -> range:
    """The rows of a table that stand on this page, by their heights."""
    number, count = page
    if count <= 1 or len(sizes) < count:
        return range(len(sizes))
    ends = _even_ends(sizes, count)
    return range(0 if number == 1 else ends[number - 2], ends[number - 1])


def _whole_pieces(blocks: Sequence[Sequence[str]], kept: Sequence[Collection[str]]) -> list[list[str]]:
    """The blocks, with those joined that a group runs through."""
    home = {one: index for index, group in enumerate(kept) for one in group}
    pieces: list[list[str]] = []
    for block in blocks:
        own = {home[one] for one in block if one in home}
        if pieces and own & {home[one] for one in pieces[-1] if one in home}:
            pieces[-1] += block
        else:
            pieces.append(list(block))
    return pieces


def _even_ends(sizes: Sequence[float], count: int) -> list[int]:
    """After how many pieces each page ends: the fullest as empty as can be, and the others alike."""
    low, high = max(sizes), sum(sizes)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if _pages(sizes, middle) <= count else (middle, high)
    return list(_most_equal(tuple(sizes), count, high * (1 + 1e-9)))


@lru_cache(maxsize=64)
def _most_equal(sizes: tuple[float, ...], count: int, room: float) -> tuple[int, ...]:
    """After how many pieces each page ends, none fuller than `room`, with the least sum of squares: no page
    is left with a word."""
    until = list(accumulate(sizes, initial=0.0))
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ()), *[(inf, ())] * len(sizes)]
    for _ in range(count):
        # The best of `end` pieces, from the best of fewer of them on one page less.
        best = [
            min(
                (
                    (best[start][0] + page * page, (*best[start][1], end))
                    for start in range(end)
                    if (page := until[end] - until[start]) <= room
                ),
                default=(inf, ()),
            )
            for end in range(len(sizes) + 1)
        ]
    return best[-1][1]


def _pages(sizes: Sequence[float], room: float) -> int:
    pages, used = 1, 0.0
    for size in sizes:
        if used and used + size > room * (1 + 1e-9):
            pages, used = pages + 1, 0.0
        used += size
    return pages
