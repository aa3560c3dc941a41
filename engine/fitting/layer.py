"""Filters of one convolution, fitted to the maps it reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.errors import FitError, quoted
from engine.fitting.kmeans import spherical_kmeans
from engine.fitting.patches import normalised, sample_patches
from engine.fitting.pca import principal_components, whitening
from engine.fitting.spectrum import way_back
from engine.layers import Layer
from engine.shapes import Shape, pair_text
from engine.weights import FITTED, Checkpoint, Given, go_on

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

PCA: Final = "pca"
KMEANS: Final = "kmeans"
METHODS: Final = (KMEANS, PCA)
RESTORE: Final = "restore"
"""Of a 1×1 behind others: the way back to the maps before them. It needs those maps, see `fit_way_back`."""
TITLES: Final = {PCA: "PCA", KMEANS: "k-means", RESTORE: "least squares"}

PATCHES: Final = 20_000
"""So many places tell what a photograph is made of…"""

MOST_NUMBERS: Final = 1 << 24
"""…and fewer do where each is large: 64 MB of patches at most."""

NOISE: Final = 0.01
"""What whitening adds to the variances, as a share of the largest."""


@dataclass(frozen=True, eq=False)
class _Filters:
    """Of one group of channels: (n, d) and what is added to each response."""

    weight: F64
    bias: F64


def why_not(layer: Layer) -> str:
    """Why a layer cannot be fitted to a photograph; empty where it can."""
    if layer.is_convolution:
        return ""
    if layer.family == "dense":
        return f"{layer.label} reads one vector of a photograph: there is nothing to fit it to"
    return f"{layer.label} is no convolution: filters cannot be fitted to it"


def fit_layer(
    layer: Layer,
    x: F32,
    method: str,
    *,
    about: str = "",
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
    progress: Progress = lambda done, total: None,
) -> Given:
    """Weights for the layer, fitted to the map (C, H, W) that it reads; `FitError` says why there are none.

    `pca`: the principal components of the patches (of the pixels' columns, for a 1×1), of length 1, by
    falling variance; then, where more outputs are wanted, the same ones negated. With a bias, responses are
    centred: the mean patch gives 0. Without one, what is kept most of is the patches themselves.

    `kmeans`: spherical k-means on whitened, normalised patches; whitening is part of the filters, which do
    not see plain brightness and answer to the samples with a deviation of 1.

    Groups are fitted each for itself. `about` names the photograph.
    """
    reason = why_not(layer)
    if reason:
        raise FitError(reason)
    if method not in METHODS:
        raise FitError(f"method={quoted(method)} is none of {', '.join(METHODS)}")
    if not np.isfinite(x).all():
        raise FitError(f"the maps before {layer.label} hold numbers that are not finite")
    centred = not layer.lacks_bias
    dilation = layer.window.dilation if layer.window is not None else (1, 1)
    shape: Shape = x.shape
    outputs, channels, *kernel = layer.param_shapes(shape)["weight"]
    groups = shape[0] // channels
    each = outputs // groups
    made = []
    for group in range(groups):
        checkpoint()
        part = x[group * channels : (group + 1) * channels]
        patches = sample_patches(
            part, (kernel[0], kernel[1]), _places(part, kernel), dilation=dilation, seed=seed + group
        )
        if method == PCA:
            made.append(_pca(patches, each, centred=centred, checkpoint=checkpoint))
        else:
            made.append(_kmeans(patches, each, seed + group, checkpoint, progress if groups == 1 else _quiet))
        progress(group + 1, groups)
    weight = np.concatenate([one.weight for one in made]).reshape(outputs, channels, *kernel)
    arrays = {"weight": short_numbers(weight)}
    if centred:
        arrays["bias"] = short_numbers(np.concatenate([one.bias for one in made]))
    what = "pixel columns" if tuple(kernel) == (1, 1) else f"{pair_text((kernel[0], kernel[1]))} patches"
    return Given(arrays, FITTED, f"{TITLES[method]} of {what}{f' of {about}' if about else ''}")


def fit_way_back(layer: Layer, x: F32, wanted: F32, *, about: str = "") -> Given:
    """Weights with which a 1×1 on the maps x (C, H, W) comes nearest to the maps `wanted` (K, H, W).

    Nearest in the squared error; without a bias in the layer, none is used. The numbers are not shortened:
    they may cancel each other.
    """
    centred = not layer.lacks_bias
    if layer.role != "pointwise" or layer.weight_groups != 1:
        raise FitError(f"{layer.label} is no 1×1 convolution: it cannot give maps back")
    weight, bias = way_back(wanted, x, centred=centred)
    arrays = {"weight": weight[:, :, None, None]} | ({"bias": bias} if centred else {})
    return Given(
        arrays, FITTED, f"least squares, to give the maps before back{f', of {about}' if about else ''}"
    )


def short_numbers(values: npt.ArrayLike) -> F32:
    """Rounded to 12 significant bits (2·10⁻⁴): as good for filters, and half as long in a file."""
    exact = np.ascontiguousarray(values, dtype=np.float32)
    bits = exact.view(np.uint32).astype(np.uint64) + 0x800
    return (bits & 0xFFFFF000).astype(np.uint32).view(np.float32)


def _places(x: F32, kernel: Sequence[int]) -> int:
    numbers: int = x.shape[0] * kernel[0] * kernel[1]
    return max(256, min(PATCHES, MOST_NUMBERS // numbers))


def _quiet(done: int, total: int) -> None:
    pass


def _pca(patches: F32, count: int, *, centred: bool, checkpoint: Checkpoint) -> _Filters:
    found = principal_components(patches, count, centred=centred, checkpoint=checkpoint)
    signed = np.concatenate([found.vectors, -found.vectors])
    weight = signed[np.arange(count) % len(signed)]
    return _Filters(weight, -weight @ found.mean)


def _kmeans(patches: F32, count: int, seed: int, checkpoint: Checkpoint, progress: Progress) -> _Filters:
    samples = normalised(patches) if patches.shape[1] > 1 else patches
    checkpoint()
    whiten = whitening(principal_components(samples, 0, checkpoint=checkpoint), NOISE)
    white = (samples - samples.mean(axis=0)) @ whiten.T.astype(np.float32)
    vectors = spherical_kmeans(white, count, seed=seed, checkpoint=checkpoint, progress=progress)
    weight = vectors.astype(np.float64) @ whiten
    if patches.shape[1] > 1:
        weight -= weight.mean(axis=1, keepdims=True)
    responses = patches @ weight.T.astype(np.float32)
    deviation = responses.std(axis=0, dtype=np.float64)
    weight /= np.where(deviation > 1e-12, deviation, 1)[:, None]
    return _Filters(weight, -weight @ patches.mean(axis=0, dtype=np.float64))
