"""How alike two layers arrange the same photographs: linear CKA, without bias.

Kornblith, Norouzi, Lee & Hinton, "Similarity of neural network representations revisited", ICML 2019, with
the unbiased HSIC of Song et al., JMLR 2012, added up over batches as Nguyen, Raghu & Kornblith, "Do wide
and deep networks learn the same things?", ICLR 2021, equation 3. Independent data gives 0 on average,
however many features there are; how far from 0 chance leads is measured by shuffling the photographs.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

LEAST: Final = 4
"""Photographs below which there is no unbiased estimate."""
SHUFFLES: Final = 8
"""How often the photographs are shuffled to see what chance does."""


def centred_kernels(features: Sequence[npt.NDArray[np.floating]]) -> F64:
    """(L, n·n): of each layer's features (n, f) the products of all pairs of photographs, U-centred.

    The inner product of two rows, over n(n − 3), is the unbiased HSIC.
    """
    n = len(features[0])
    made = np.empty((len(features), n, n))
    for own, values in zip(made, features, strict=True):
        x = values.astype(np.float64) - values.astype(np.float64).mean(axis=0)
        own[...] = np.einsum("if,jf->ij", x, x)  # no BLAS: its sums depend on its number of threads
        np.fill_diagonal(own, 0)
        rows = own.sum(axis=1) / (n - 2)
        own += own.sum() / ((n - 1) * (n - 2)) - rows[:, None] - rows[None, :]
        np.fill_diagonal(own, 0)
    return made.reshape(len(features), -1)


def hsic(first: F64, second: F64) -> F64:
    """(L, M): unbiased, between all layers of two sets of `centred_kernels`."""
    n = round(first.shape[1] ** 0.5)
    made: F64 = np.einsum("ax,bx->ab", first, second) / (n * (n - 3))
    return made


def shuffled(kernels: F64, draw: int, batch: int) -> F64:
    """The same with the photographs in another order, drawn anew for each draw and batch."""
    n = round(kernels.shape[1] ** 0.5)
    order = np.random.Generator(np.random.PCG64((draw, batch))).permutation(n)
    square = kernels.reshape(-1, n, n)
    return np.ascontiguousarray(square[:, order][:, :, order]).reshape(len(kernels), -1)


def cka(between: F64, first: F64, second: F64) -> F64:
    """(L, M): from the HSIC between layers and that of each with itself; 0 for layers that never vary."""
    scale = np.sqrt(np.maximum(first, 0)[:, None] * np.maximum(second, 0)[None, :])
    large = scale > 1e-300
    return np.asarray(np.clip(np.where(large, between / np.where(large, scale, 1), 0), -1, 1))
