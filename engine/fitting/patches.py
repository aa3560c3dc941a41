"""What a kernel sees of a map at many places: the samples that filters are fitted to."""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.errors import FitError
from engine.shapes import Pair, pair_text
from engine.weights import Checkpoint, go_on

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

CHUNK: Final = 4096
"""Rows between two checkpoints."""


def sample_patches(x: F32, kernel_size: Pair, count: int, *, dilation: Pair = (1, 1), seed: int = 0) -> F32:
    """(n, C·kh·kw) patches of a map (C, H, W) at random places, the same ones every time.

    n is `count`, or the number of places where there are fewer. Places where the kernel would reach into the
    padding are left out; `FitError` where there is no other.
    """
    height, width = x.shape[1:]
    extent = tuple(d * (k - 1) + 1 for k, d in zip(kernel_size, dilation, strict=True))
    rows, columns = height - extent[0] + 1, width - extent[1] + 1
    if rows < 1 or columns < 1:
        raise FitError(
            f"a kernel of {pair_text((extent[0], extent[1]))} does not fit into maps of {height}×{width}:"
            " there is nothing to fit it to. Use a larger photograph or a smaller kernel."
        )
    windows = np.lib.stride_tricks.sliding_window_view(x, extent, axis=(1, 2))[
        :, :, :, :: dilation[0], :: dilation[1]
    ]
    random = np.random.Generator(np.random.PCG64(seed))
    places = rows * columns
    chosen = np.arange(places) if places <= count else np.sort(random.choice(places, count, replace=False))
    y, c = np.divmod(chosen, columns)
    return np.ascontiguousarray(windows[:, y, c].transpose(1, 0, 2, 3)).reshape(len(chosen), -1)


def moments(samples: F32, *, centred: bool = True, checkpoint: Checkpoint = go_on) -> tuple[F64, F64]:
    """(mean, covariance) of rows, in float64; not `centred`: the mean is 0 and the second moment is given."""
    size = samples.shape[1]
    mean = samples.mean(axis=0, dtype=np.float64) if centred else np.zeros(size)
    total = np.zeros((size, size))
    for first in range(0, len(samples), CHUNK):
        checkpoint()
        part = samples[first : first + CHUNK] - mean  # float64: what lies in few dimensions is to show it
        total += part.T @ part
    return mean, total / max(1, len(samples))


def normalised(patches: F32) -> F32:
    """Patches of mean 0 and deviation 1, those of hardly any contrast pulled towards 0; blank ones left out.

    What is added to the variance is a tenth of its mean, as Coates & Ng's 10 for pixels of 0…255.
    """
    centred = patches - patches.mean(axis=1, keepdims=True)
    variance = np.square(centred).mean(axis=1, keepdims=True)
    seen = variance[:, 0] > 1e-8 * max(float(variance.max(initial=0)), 1e-12)
    centred, variance = centred[seen], variance[seen]
    if not len(centred):
        raise FitError("the maps have no contrast: there is nothing to fit filters to")
    return np.asarray(centred / np.sqrt(variance + variance.mean() / 10), dtype=np.float32)
