"""Which maps are written past the caches.

A core reads a line before it writes a part of it, and writes it back when the cache is full: a large map
costs three times its size in traffic with memory. Stores past the caches need no read, but the next layer
then finds nothing in the cache. Where all maps and weights of a network fit into the last cache, its memory
is there from the run before and nothing is gained; elsewhere large maps are better streamed: ResNet-50 takes
2 % less, VGG-16 and GoogLeNet 1.3 %, U-Net 2.5 % on two Zen 4 cores. A network that takes more than the whole
cache finds smaller maps there no more than large ones. Those of 1×1 and depthwise convolutions, which compute
little for each line that they write, are better streamed, too: MNASNet takes 5 % less, MobileNet v2 4 %. But
a Winograd convolution has enough to hide the reading of the lines that it writes: ResNet-18 took 2 % more.
And a depthwise convolution of few taps has too little to compute while it waits for what it reads: where
nothing but very large maps is streamed to it, MobileNet v1 and v2 take 2 % less.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Final, cast

from engine.kernels.fast.host import host, last_cache_bytes
from engine.kernels.fast.operations import (
    Affine,
    Depthwise,
    Gemm,
    Operation,
    PixelRuns,
    RowRuns,
    Winograd,
    WinogradOutput,
)
from engine.kernels.fast.places import Place
from engine.plan.rows import Row

LARGE_BYTES: Final = 3 << 18
"""Of a map that is streamed…"""
LEAST_BYTES: Final = 220_000
"""…and of one that QUICK operations write in a network that takes more than the last cache."""
SOON_BYTES: Final = 5 << 20
"""Of one that a depthwise convolution of few taps reads."""
FEW_TAPS: Final = 16
"""Of its window, for each input pixel."""
QUICK: Final = (PixelRuns, Depthwise)
"""They compute little for each line that they write."""
CACHED_SHARE: Final = 0.75
"""Of the last cache: what a network may take before its maps are taken not to be found there again."""
FETCHING: Final = (Gemm, Winograd, Depthwise)
"""They fetch their inputs ahead while they compute, but for RowRuns; a pooling would wait for memory."""


def streamed(rows: Sequence[Row], network_bytes: int, transient: Collection[int] = ()) -> list[Row]:
    """The rows, with those streaming whose maps are written past the caches.

    network_bytes: of all maps and weights; transient: the buffers that are used again and again within a
    run, and are found in the caches.
    """
    if network_bytes <= CACHED_SHARE * last_cache_bytes():
        return list(rows)
    crowded = network_bytes > last_cache_bytes()
    awaited = {name for row in rows if not _fetches(row.operation) for name in row.reads}
    soon = {name for row in rows if _computes_little(row.operation) for name in row.reads}

    def streaming(row: Row) -> Row:
        least = LEAST_BYTES if crowded and isinstance(row.operation, QUICK) else LARGE_BYTES
        if not soon.isdisjoint(row.writes):
            least = SOON_BYTES
        output = row.operation.output
        row = _with_streamed_inputs(row, transient)
        worth_it = awaited.isdisjoint(row.writes) and output.address.buffer not in transient
        if worth_it and _can_stream(row.operation) and _bytes(output) >= least:
            return replace(row, operation=replace(cast(Any, row.operation), streams=True))
        return row

    return list(map(streaming, rows))


def _with_streamed_inputs(row: Row, transient: Collection[int]) -> Row:
    """What a convolution makes ready for itself is not read again: its map only passes through the caches."""
    place = getattr(row.operation, "prepared", None)
    if place is None or place.address.buffer in transient or not _whole_vectors(place):
        return row
    return replace(row, operation=replace(cast(Any, row.operation), prepared_streams=True))


def _fetches(operation: Operation) -> bool:
    """Whether its inputs are there when it needs them."""
    return isinstance(operation, FETCHING) and not isinstance(operation, RowRuns)


def _computes_little(operation: Operation) -> bool:
    """Whether it is done with a value sooner than the next one can come from memory."""
    if not isinstance(operation, Depthwise):
        return False
    return prod(operation.kernel) * operation.group_channels < FEW_TAPS * prod(operation.stride)


def _can_stream(operation: Operation) -> bool:
    """Whether it writes its map in whole aligned vectors, past the caches if need be."""
    match operation:
        case Gemm(groups=1) | Depthwise() | Affine():  # groups may end within a vector
            can = True
        case _:
            can = type(operation) in (Winograd, WinogradOutput)
    return can and _whole_vectors(operation.output)


def _whole_vectors(place: Place) -> bool:
    """Whether each vector of channels begins where a stream may."""
    return place.pixel % host().vector_bytes == place.address.offset % host().vector_bytes == 0


def _bytes(output: Place) -> int:
    """Of a map, its pixels' padding with it."""
    return output.shape[1] * output.shape[2] * output.pixel
