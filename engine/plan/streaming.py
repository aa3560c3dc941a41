"""Which maps are written past the caches.

A core reads a line before it writes a part of it, and writes it back when the cache is full: a large map
costs three times its size in traffic with memory. Stores past the caches need no read, but the next layer
then finds nothing in the cache. Where all maps and weights of a network fit into the last cache, its memory
is there from the run before and nothing is gained; elsewhere large maps are better streamed: ResNet-50 takes
2 % less, VGG-16 and GoogLeNet 1.3 %, U-Net 2.5 % on two Zen 4 cores. Smaller maps are read again too soon
for that.
"""

from collections.abc import Sequence
from typing import Final

from engine.kernels.fast import columns as col
from engine.kernels.fast.host import host, last_cache_bytes
from engine.plan.plan import Plan
from engine.plan.rows import Row

LEAST_BYTES: Final = 3 << 18
"""Of a map that is streamed."""
CACHED_SHARE: Final = 0.75
"""Of the last cache: what a network may take before its maps are taken not to be found there again."""
STREAMING_KINDS: Final = (col.GEMM, col.WINOGRAD, col.WINOGRAD_OUTPUT, col.DEPTHWISE)
FETCHING_KINDS: Final = (col.GEMM, *col.WINOGRAD_KINDS, col.DEPTHWISE)
"""They fetch their inputs ahead while they compute; a pooling would wait for memory instead."""


def choose_streams(plan: Plan, planned: Sequence[Row]) -> None:
    """Set STREAMS in the rows of the plan whose maps are written past the caches."""
    if plan.bytes_of("map", "weights") <= CACHED_SHARE * last_cache_bytes():
        return
    table = plan.rows.tolist()
    awaited = {
        name
        for made, row in zip(planned, table, strict=True)
        if row[col.KIND] not in FETCHING_KINDS
        for name in made.reads
    }
    plan.rows[:, col.STREAMS] = [
        _is_large(row) and awaited.isdisjoint(made.writes) for made, row in zip(planned, table, strict=True)
    ]


def _is_large(row: list[int]) -> bool:
    """Whether the row writes a large map in whole aligned vectors; groups may end within one."""
    size = row[col.OUTPUT_HEIGHT] * row[col.OUTPUT_WIDTH] * row[col.OUTPUT_PIXEL]
    whole = row[col.GROUPS] <= 1 and row[col.OUTPUT_PIXEL] % host().vector_bytes == 0
    aligned = row[col.OUTPUT] % host().vector_bytes == 0
    return row[col.KIND] in STREAMING_KINDS and size >= LEAST_BYTES and whole and aligned
