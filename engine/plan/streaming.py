"""Which maps are written past the caches.

A core reads a line before it writes a part of it, and writes it back when the cache is full: a large map
costs three times its size in traffic with memory. Stores past the caches need no read, but the next layer
then finds nothing in the cache. Where all maps and weights of a network fit into the last cache, its memory
is there from the run before and nothing is gained; elsewhere large maps are better streamed: ResNet-50 takes
2 % less, VGG-16 and GoogLeNet 1.3 %, U-Net 2.5 % on two Zen 4 cores. Smaller maps are read again too soon
for that.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from engine.kernels.fast.host import host, last_cache_bytes
from engine.kernels.fast.operations import Depthwise, Gemm, Operation, Winograd, WinogradOutput
from engine.kernels.fast.places import Place
from engine.plan.rows import Row

LEAST_BYTES: Final = 3 << 18
"""Of a map that is streamed."""
CACHED_SHARE: Final = 0.75
"""Of the last cache: what a network may take before its maps are taken not to be found there again."""
FETCHING: Final = (Gemm, Winograd, Depthwise)
"""They fetch their inputs ahead while they compute; a pooling would wait for memory instead."""


def streamed(rows: Sequence[Row], network_bytes: int, transient: Collection[int] = ()) -> list[Row]:
    """The rows, with those streaming whose maps are written past the caches.

    network_bytes: of all maps and weights; transient: the buffers that are used again and again within a
    run, and are found in the caches.
    """
    if network_bytes <= CACHED_SHARE * last_cache_bytes():
        return list(rows)
    awaited = {name for row in rows if not isinstance(row.operation, FETCHING) for name in row.reads}
    return [
        replace(row, operation=_streaming(row.operation))
        if awaited.isdisjoint(row.writes) and row.operation.output.address.buffer not in transient
        else row
        for row in rows
    ]


def _streaming(operation: Operation) -> Operation:
    """The operation that streams, if it can and its map is large."""
    match operation:
        case Gemm(groups=1) | Depthwise() if _is_large(operation.output):  # groups may end within a vector
            return replace(operation, streams=True)
        case Winograd() if type(operation) in (Winograd, WinogradOutput) and _is_large(operation.output):
            return replace(operation, streams=True)
    return operation


def _is_large(output: Place) -> bool:
    """Whether it is worth it, and written in whole aligned vectors."""
    size = output.shape[1] * output.shape[2] * output.pixel
    aligned = output.pixel % host().vector_bytes == output.address.offset % host().vector_bytes == 0
    return size >= LEAST_BYTES and aligned
