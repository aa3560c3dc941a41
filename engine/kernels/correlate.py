"""Cross-correlation of maps with kernels whose taps stand anywhere: the one kernel of all convolutions.

    y[n, g·K + k, i, j] += Σ_{c, t} w[g, k, c·T + t] · x[n, g·C + c, i·step_h + rows[t], j·step_w + cols[t]]

A tap that falls outside the map counts as zero. The work is split into tiles of output pixels. A tile
gathers a slab of the taps it reads (im2col, at most `SLAB` × `TILE` values at a time, so the scratch stays
in the second-level cache whatever the size of the photograph) and multiplies it with four kernels × four
taps at a time. Each value is summed in the same order whatever the number of threads.
"""

from typing import Any

import numpy as np

from engine.kernels.jit import kernel, parallel_kernel, prange

TILE = 256
"""Output pixels that share a slab."""
SLAB = 128
"""Rows of the slab: taps of the group's input channels."""


@kernel
def gather(x: Any, n: int, first_channel: int, k0: int, rows: Any, cols: Any, step_h: int, step_w: int,
           width: int, p0: int, slab: Any) -> None:  # fmt: skip
    """Fill slab[k, p] with what pixel p0 + p (counted along rows of `width`) reads through tap k0 + k."""
    taps = rows.shape[0]
    height, breadth = x.shape[2], x.shape[3]
    depth, pixels = slab.shape
    for k in range(depth):
        channel, tap = divmod(k0 + k, taps)
        plane = x[n, first_channel + channel]
        row, col = rows[tap], cols[tap]
        p = 0
        while p < pixels:
            oh, ow = divmod(p0 + p, width)
            run = min(width - ow, pixels - p)
            ih = oh * step_h + row
            if ih < 0 or ih >= height:
                for q in range(run):
                    slab[k, p + q] = 0.0
            else:
                start = ow * step_w + col
                # The pixels of this run whose column lies inside the map: lo ≤ q < hi.
                lo = min(max((-start + step_w - 1) // step_w, 0), run)
                hi = min(max((breadth - start + step_w - 1) // step_w, lo), run)
                for q in range(lo):
                    slab[k, p + q] = 0.0
                if step_w == 1:
                    for q in range(lo, hi):
                        slab[k, p + q] = plane[ih, start + q]
                else:
                    for q in range(lo, hi):
                        slab[k, p + q] = plane[ih, start + q * step_w]
                for q in range(hi, run):
                    slab[k, p + q] = 0.0
            p += run


@kernel
def multiply(w: Any, k0: int, slab: Any, y: Any, p0: int) -> None:
    """y[m, p0 + p] += Σ_k w[m, k0 + k] · slab[k, p], four kernels and four taps at a time."""
    kernels = w.shape[0]
    depth, pixels = slab.shape
    m = 0
    while m + 4 <= kernels:
        y0, y1 = y[m, p0 : p0 + pixels], y[m + 1, p0 : p0 + pixels]
        y2, y3 = y[m + 2, p0 : p0 + pixels], y[m + 3, p0 : p0 + pixels]
        k = 0
        while k + 4 <= depth:
            b0, b1, b2, b3 = slab[k], slab[k + 1], slab[k + 2], slab[k + 3]
            a, b, c, d = w[m, k0 + k :], w[m + 1, k0 + k :], w[m + 2, k0 + k :], w[m + 3, k0 + k :]
            a0, a1, a2, a3 = a[0], a[1], a[2], a[3]
            c0, c1, c2, c3 = b[0], b[1], b[2], b[3]
            d0, d1, d2, d3 = c[0], c[1], c[2], c[3]
            e0, e1, e2, e3 = d[0], d[1], d[2], d[3]
            for p in range(pixels):
                v0, v1, v2, v3 = b0[p], b1[p], b2[p], b3[p]
                y0[p] += a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3
                y1[p] += c0 * v0 + c1 * v1 + c2 * v2 + c3 * v3
                y2[p] += d0 * v0 + d1 * v1 + d2 * v2 + d3 * v3
                y3[p] += e0 * v0 + e1 * v1 + e2 * v2 + e3 * v3
            k += 4
        while k < depth:
            v = slab[k]
            a0, c0, d0, e0 = w[m, k0 + k], w[m + 1, k0 + k], w[m + 2, k0 + k], w[m + 3, k0 + k]
            for p in range(pixels):
                y0[p] += a0 * v[p]
                y1[p] += c0 * v[p]
                y2[p] += d0 * v[p]
                y3[p] += e0 * v[p]
            k += 1
        m += 4
    while m < kernels:
        y0 = y[m, p0 : p0 + pixels]
        for k in range(depth):
            v = slab[k]
            a0 = w[m, k0 + k]
            for p in range(pixels):
                y0[p] += a0 * v[p]
        m += 1


@parallel_kernel
def correlate(x: Any, w: Any, rows: Any, cols: Any, step_h: int, step_w: int, y: Any, width: int) -> None:
    """Add to y (N, groups, kernels, pixels) what kernels w (groups, kernels, C·T) see of x (N, G·C, H, W).

    `width` is that of the output map, whose pixels are counted along its rows.
    """
    batch, groups, _, pixels = y.shape
    depth = w.shape[2]
    channels = depth // rows.shape[0]
    tiles = (pixels + TILE - 1) // TILE
    for task in prange(batch * groups * tiles):
        image, tile = divmod(
            np.int64(task), tiles
        )  # numba counts unsigned, and that less a number is a float
        n, g = divmod(image, groups)
        p0 = tile * TILE
        count = min(TILE, pixels - p0)
        scratch = np.empty((min(SLAB, depth), count), np.float32)
        for k0 in range(0, depth, SLAB):
            slab = scratch[: min(SLAB, depth - k0)]
            gather(x, n, g * channels, k0, rows, cols, step_h, step_w, width, p0, slab)
            multiply(w[g], k0, slab, y[n, g], p0)
