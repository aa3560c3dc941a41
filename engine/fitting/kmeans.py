"""Spherical k-means: unit vectors, each the direction of the samples that are closest to its line.

Coates & Ng, "Learning feature representations with k-means", 2012, section 2.1: a sample x belongs to the
vector with the largest |x·d|, vectors become the normalised sum of their samples with their signs, damped by
adding the old vector.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.fitting.patches import CHUNK
from engine.weights import Checkpoint, go_on

F32 = npt.NDArray[np.float32]

ITERATIONS: Final = 12
"""Coates & Ng find 10 enough."""


def spherical_kmeans(
    samples: F32,
    count: int,
    *,
    seed: int = 0,
    iterations: int = ITERATIONS,
    checkpoint: Checkpoint = go_on,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> F32:
    """(count, d) unit vectors, those of most samples first; the same ones for the same samples and seed."""
    random = np.random.Generator(np.random.PCG64(seed))
    # Section 2.3: random directions; samples as starting points leave vectors empty.
    vectors = _unit(random.standard_normal((count, samples.shape[1])).astype(np.float32))
    members = np.zeros(count)
    for done in range(iterations):
        sums, members = _sums(samples, vectors, checkpoint)
        empty = members == 0
        if empty.any():  # a vector without samples starts again from one that fits badly anywhere
            sums[empty] = samples[random.integers(0, len(samples), int(empty.sum()))]
        vectors = _unit(sums + vectors)
        progress(done + 1, iterations)
    return vectors[np.argsort(-members, kind="stable")]


def _sums(samples: F32, vectors: F32, checkpoint: Checkpoint) -> tuple[F32, npt.NDArray[np.float64]]:
    """Of each vector the sum of its samples, turned to its side, and how many they are."""
    sums = np.zeros_like(vectors)
    members = np.zeros(len(vectors))
    for first in range(0, len(samples), CHUNK):
        checkpoint()
        part = samples[first : first + CHUNK]
        products = part @ vectors.T
        nearest = np.abs(products).argmax(axis=1)
        rows = np.arange(len(part))
        strength = products[rows, nearest]
        shares = np.zeros_like(products)
        shares[rows, nearest] = strength
        sums += shares.T @ part
        members += np.bincount(nearest, minlength=len(vectors))
    return sums, members


def _unit(vectors: F32) -> F32:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float32)
