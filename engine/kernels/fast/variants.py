"""What micro-kernels are compiled for which numbers; cheap to import, for the planner chooses among them."""

from typing import Final

TILE_PIXELS: Final = {14: (14, 13, 12, 10, 8, 7, 6, 4, 2, 1), 6: (6, 5, 4, 3, 2, 1)}
"""Register tiles that are compiled, by the largest the registers hold."""
UNROLL: Final = 4
"""Steps over input channels a turn of their inner loop: hides its bookkeeping, leaves a short tail."""
HALVED_TILE: Final = 14
"""The register tile whose last vector of channels may be half a one: 24, 40, 72 and 120 channels end so."""
HELD_TILES: Final[dict[int, tuple[int, ...]]] = {14: (7, 6, 4), 6: ()}
"""Register tiles beside whose sums those of the blocks before find room, by the largest the registers hold.
(Three of 16 registers' rows would be too few sums to keep two units for multiply–adds busy.)"""
WINOGRAD_TILES: Final = ((2, 4), (4, 6), (2, 6))
"""(m, n) of F(m×m, r×r) with n = m + r − 1: of 3×3 kernels, and of 5×5."""
STRASSEN_TILES: Final = {14: (14,), 6: (6,)}
"""Register tiles for Strassen's algorithm, by the largest the registers hold: smaller ones save nothing."""
LONGEST_RUN: Final = 128
"""Of its products that are summed from zero before they are added to those before them."""
WINDOW_PIXELS: Final = 4
"""Neighbouring windows of a pooling that are computed at once."""
DEPTHWISE_WINDOWS: Final = ((3, 1), (3, 2), (5, 1), (5, 2), (7, 1))
"""(kernel width, stride) with a kernel of their own; others go tap by tap."""
DEPTHWISE_PIXELS: Final[dict[int, dict[int, tuple[int, ...]]]] = {
    14: {1: (14, 7, 4), 2: (7, 4)}, 6: {1: (7, 4), 2: (7, 4)},
}  # fmt: skip
"""Neighbouring windows that are computed at once, by the largest register tile and by the stride."""
GROUP_CHANNELS: Final = (4, 8)
"""Channels of a group, as many in as out, for which there is such a kernel, too; they divide a vector."""
GROUPED_WINDOWS: Final = ((3, 1), (3, 2))
"""Their (kernel width, stride)."""
LEAST_GROUPED_PIXELS: Final = 7
"""Of their windows that are computed at once."""
POOLING_WINDOWS: Final = ((2, 2), (3, 1), (3, 2))
"""(kernel width, stride) of poolings of several windows at once."""
DEALT_PARTS: Final = (1, 2, 3, 4)
"""Runs of values that are dealt out in turn by a kernel; one is copied."""
POWER_QUARTERS: Final = (2, 3, 4)
"""Exponents of the response normalisation, in quarters, for which there is a kernel."""
