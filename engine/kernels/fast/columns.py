"""The fields of a row: one operation of a plan as 64-bit integers, and where each kernel's address stands.

A plan is a table of such rows. Sizes are in elements, distances in bytes; addresses are absolute once the
plan is bound to memory. The two floats of a row (`lowest`, `highest`: the clamp that ReLU and ReLU6 are;
or the scale of a pooling) stand in a table of their own. Cheap to import: the planner needs it without numba.
"""

from typing import Final

# What a row does ---------------------------------------------------------------------------------------
KIND: Final = 0
TASKS: Final = 1
"""Into how many independent pieces the row is split."""
BARRIER: Final = 2
"""1 if all threads must have finished the rows before."""

GEMM: Final = 0
WINOGRAD: Final = 1
"""Transform, multiply and transform back, a block of tiles at a time in a thread's own scratch."""
WINOGRAD_INPUT: Final = 2
WINOGRAD_PRODUCTS: Final = 3
WINOGRAD_OUTPUT: Final = 4
"""The same in three phases, for weights too large to be read again for every block."""
DEPTHWISE: Final = 5
POOL: Final = 6
GLOBAL_POOL: Final = 7
PIXELS: Final = 8
"""Value by value."""
COPY: Final = 9
"""Between layouts, with a border of zeros or a crop."""
SOFTMAX: Final = 10
"""Over the channels of each pixel."""
RESPONSE_NORM: Final = 11
"""Across neighbouring channels of each pixel: KERNEL_WIDTH of them, MODE quarters as the exponent."""
LAYER_NORM: Final = 12
"""Over the channels of each pixel; OTHER is scale and shift of each channel, `low` the epsilon."""
WINOGRAD_KINDS: Final = (WINOGRAD, WINOGRAD_INPUT, WINOGRAD_PRODUCTS, WINOGRAD_OUTPUT)
KIND_NAMES: Final = (
    "gemm", "winograd", "winograd input", "winograd products", "winograd output",
    "depthwise", "pool", "global pool", "elementwise", "copy", "softmax",
    "response norm", "layer norm",
)  # fmt: skip

# Maps --------------------------------------------------------------------------------------------------
INPUT: Final = 3
INPUT_PIXEL: Final = 4
INPUT_ROW: Final = 5
INPUT_HEIGHT: Final = 6
INPUT_WIDTH: Final = 7
INPUT_CHANNELS: Final = 8
OUTPUT: Final = 9
OUTPUT_PIXEL: Final = 10
OUTPUT_ROW: Final = 11
OUTPUT_HEIGHT: Final = 12
OUTPUT_WIDTH: Final = 13
OUTPUT_CHANNELS: Final = 14
OTHER: Final = 15
"""Second operand: the residual that a convolution adds, the other side of an Add, scale and shift."""
OTHER_PIXEL: Final = 16
OTHER_ROW: Final = 17

# Windows -----------------------------------------------------------------------------------------------
KERNEL_HEIGHT: Final = 18
KERNEL_WIDTH: Final = 19
STRIDE_Y: Final = 20
STRIDE_X: Final = 21
DILATION_Y: Final = 22
DILATION_X: Final = 23
PAD_TOP: Final = 24
PAD_LEFT: Final = 25
MODE: Final = 26
"""Which variant of a kind: elementwise function, maximum or sum, Winograd's tile size."""

# Weights and work --------------------------------------------------------------------------------------
WEIGHT: Final = 27
BIAS: Final = 28
GROUPS: Final = 29
LANES: Final = 30
"""How many floats of a last, partly used vector may be written."""
TILE: Final = 31
"""Output pixels of a register tile (GEMM), or Winograd tiles of a block."""
TILES_A_TASK: Final = 32
PANELS_A_TASK: Final = 33
TILES_OUTSIDE: Final = 34
"""1: panels are the inner loop (weights stay in cache), 0: tiles are (inputs stay in cache)."""
FIRST_TILE: Final = 35
"""First Winograd tile of a chunk."""
TILE_COUNT: Final = 36
TRANSFORMED: Final = 37
"""V, the transformed inputs: whole (three phases), or 0 for the thread's scratch."""
PRODUCTS: Final = 38
COUNT_PADDING: Final = 39
"""Average pooling: whether zeros of the padding count."""
EXTENT_BOTTOM: Final = 40
EXTENT_RIGHT: Final = 41
"""Average pooling with COUNT_PADDING: where the padded map ends, in input pixels."""
INPUT_CHANNEL: Final = 42
OUTPUT_CHANNEL: Final = 43
"""COPY: bytes between channels."""

PLAIN: Final = 44
"""Of a GEMM: the kernel of `plain_gemm` for PIXELS_RUN, pixels at equal distances in the whole map, or…"""
PIXELS_RUN: Final = 1
ROWS_RUN: Final = 2
"""…windows at equal distances along an output row; 0: tables of addresses."""

STREAMS: Final = 45
"""1: the map is written past the caches, which could not hold it until it is read."""

COLUMNS: Final = 46

ADDRESS_COLUMNS: Final = (INPUT, OUTPUT, OTHER, WEIGHT, BIAS, TRANSFORMED, PRODUCTS)

# Where the table of kernels holds which address ----------------------------------------------------------
TILE_PIXELS: Final = {14: (14, 13, 12, 10, 8, 7, 6, 4, 2, 1), 6: (6, 5, 4, 3, 2, 1)}
"""Register tiles that are compiled, by the largest the registers hold."""
GEMM_SLOT: Final = 0
"""+ 2·pixels + vectors − 1."""
WINOGRAD_INPUT_SLOT: Final = 40
WINOGRAD_OUTPUT_SLOT: Final = 50
"""+ tile size."""
DEPTHWISE_SLOT: Final = 60
"""+ 16·(kernel width // 2) + 2·stride + (1 if four pixels at once)."""
DEPTHWISE_PIXELS: Final = 4
DEPTHWISE_VARIANTS: Final = ((3, 1), (3, 2), (5, 1), (5, 2), (7, 1))
"""(kernel width, stride) with a kernel of their own; others go tap by tap."""
WINDOW_SLOT: Final = 140
GLOBAL_SLOT: Final = 144
PIXELS_SLOT: Final = 150
MAX_SLOT: Final = 170
"""+ 4·kernel width + stride, four pixels at once."""
MAX_VARIANTS: Final = ((2, 2), (3, 1), (3, 2))
RESPONSE_SLOT: Final = 190
"""+ the exponent in quarters."""
PEAK_SLOT: Final = 169
PLAIN_SLOT: Final = 200
"""+ 2·pixels + vectors − 1: the same tiles over rows at equal distances."""
TASK_SLOT: Final = 240
"""+ the kind of a row: what does one of its tasks; for a GEMM, + PLAIN_TASKS + PLAIN where that is not 0."""
PLAIN_TASKS: Final = 12
SLOTS: Final = 260

# What the threads of one run share, at one address: words, those that change often a cache line apart ------
CANCEL_WORD: Final = 0
NONFINITE_WORD: Final = 1
"""How many Winograd tiles held a NaN or an infinity."""
ENTERED_WORD: Final = 2
LEFT_WORD: Final = 3
"""Threads that began, and that ended, their walk over the table."""
COMPLETED_WORD: Final = 8
"""Tasks that were done."""
COUNTERS_WORD: Final = 16
"""One counter of taken tasks for each share of a row."""
LINE_WORDS: Final = 8
