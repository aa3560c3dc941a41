"""Weights laid out as the micro-kernels read them: panel by panel, in the order of the inner loop.

A panel is two vectors of output channels (the last one may be a single vector), padded with zeros; DEPTHWISE
is one vector after the other, with [tap][channel of the group] for each. The bias
follows the weights in the same array. Batch normalisation is folded in, in double precision:
γ·(w·x + b − μ)/√(σ² + ε) + β = (s·w)·x + (b − μ)·s + β with s = γ/√(σ² + ε). So is a scale alone, s = γ.
Matrix products keep w as it is, not to round it again, and multiply by s in the end: see `Folding`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.host import host
from engine.kernels.fast.points import transforms

Array = npt.NDArray[np.float32]
Double = npt.NDArray[np.float64]

DIRECT, MERGED, WINOGRAD, DEPTHWISE, AFFINE = "direct", "merged", "winograd", "depthwise", "affine"
TRANSPOSED, STRASSEN = "transposed", "strassen"

ALIKE: Final = 3.0
"""How much more of what the taps of a window see is alike than differs, in squares."""


@dataclass(frozen=True, kw_only=True)
class Packing:
    """How one convolution's parameters are packed. `shape` is the kernel's (O, I / groups, kh, kw)."""

    form: str
    shape: tuple[int, int, int, int]
    groups: int = 1
    tile: int = 0
    """Winograd's output tile."""
    taps: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    """Rows and columns of a transposed convolution's kernel that one phase of the output sees, in order;
    None for all other convolutions."""

    @property
    def weight_bytes(self) -> int:
        """Bytes before the bias."""
        out, depth, kh, kw = self.shape
        if self.form == DEPTHWISE:
            return 4 * depth * kh * kw * host().padded(out)
        if self.form == AFFINE:
            return 0
        if self.form == WINOGRAD:
            return 4 * (self.tile + kh - 1) ** 2 * depth * host().padded(out)
        if self.form == STRASSEN:
            return 7 * depth * host().padded(out)
        return 4 * self.groups * kh * kw * depth * host().padded(out // self.groups)

    @property
    def channel_bytes(self) -> int:
        """Bytes of one value for each output channel: the bias, or all scales."""
        return 4 * host().padded(self.shape[0])

    @property
    def bytes(self) -> int:
        """Bytes in all: values of the channels and a panel of zeros follow the weights.

        Of matrix products: bias, scale, shift; of AFFINE: scale, shift; elsewhere the bias alone.
        """
        vectors = {AFFINE: 2, DIRECT: 3, MERGED: 3, TRANSPOSED: 3}.get(self.form, 1)
        return self.weight_bytes + vectors * self.channel_bytes + 2 * host().vector_bytes


def pack(
    packing: Packing,
    parameters: Mapping[str, Array],
    norm: Mapping[str, Array] | None,
    epsilon: float,
    out: Array,
    checkpoint: Callable[[], None] = lambda: None,
) -> None:
    """Fill `out` (packing.bytes / 4 floats). `norm`: those of a normalisation or scale that is folded in.

    `checkpoint()` is called every few milliseconds and may raise to end the work.
    """
    count = packing.shape[0]
    folding = Folding.of(count, parameters.get("bias"), norm, epsilon)
    scale = folding.scale
    at = packing.weight_bytes // 4
    # Panels fill their own padding: to clear all of a large layer first would take as long as to pack it.
    out[at if packing.form in (DIRECT, MERGED, TRANSPOSED) else 0 :] = 0.0
    if packing.form == AFFINE:
        out[:count] = scale * parameters.get("weight", np.ones(1))
        out[host().padded(count) :][:count] = folding.whole
        return
    if packing.taps is not None:
        weight = _phase_weights(packing, packing.taps, parameters["weight"])
    else:
        weight = np.asarray(parameters["weight"], np.float32).reshape(packing.shape)
    if packing.form in (DIRECT, MERGED, TRANSPOSED):
        each = host().padded(count)
        for index, values in enumerate(folding.rounded()):
            out[at + index * each :][:count] = values
    else:
        out[at : at + count] = folding.whole
    place = out[:at]
    if packing.form == DEPTHWISE:
        depth, taps = packing.shape[1], packing.shape[2] * packing.shape[3]
        width, blocks = host().width, host().padded(count) // host().width
        lanes = np.zeros((blocks * width, taps, depth), np.float32)
        folded = weight.reshape(count, depth, taps).transpose(2, 0, 1) * scale[:, None]
        lanes[:count] = rounded_alike(folded).transpose(1, 0, 2)
        of_blocks = lanes.reshape(blocks, width, taps, depth)
        place.reshape(blocks, taps, depth, width)[:] = of_blocks.transpose(0, 2, 3, 1)
    elif packing.form == WINOGRAD:
        _pack_winograd(weight, scale, packing.tile, place, checkpoint)
    elif packing.form == STRASSEN:
        _pack_strassen(weight[:, :, 0, 0], scale, place, checkpoint)
    else:
        share = place.reshape(packing.groups, -1)
        each = count // packing.groups
        for group in range(packing.groups):
            own = slice(group * each, (group + 1) * each)
            _pack_panels(weight[own], share[group], checkpoint)


@dataclass(frozen=True)
class Folding:
    """Bias and normalisation of each output channel: scale · (w·x + start) + shift."""

    scale: Double
    start: Double
    shift: Double

    @classmethod
    def of(
        cls, count: int, bias: Array | None, norm: Mapping[str, Array] | None, epsilon: float
    ) -> "Folding":
        """`norm`: parameters of a normalisation or of a scale alone, or none."""
        scale, shift = np.ones(count), np.zeros(count)
        start = np.zeros(count) if bias is None else bias.astype(np.float64)
        norm = norm or {}
        if "running_var" in norm:
            scale = 1.0 / np.sqrt(norm["running_var"].astype(np.float64) + epsilon)
            start = start - norm["running_mean"]
        if "weight" in norm:
            scale = scale * norm["weight"]
        if "bias" in norm:
            shift = norm["bias"].astype(np.float64)
        return cls(scale, start, shift)

    @property
    def whole(self) -> Double:
        """What is added where weights are multiplied by the scale."""
        return self.start * self.scale + self.shift

    def rounded(self) -> tuple[Array, Array, Array]:
        """Start, scale and shift in single precision; the shift makes up for what the start lacks.

        A normalisation takes away a mean that may be much larger than what is left, and then adds a number
        that may be, too. Sums that begin with the negative mean, and that number only behind their end, are
        small, and so is what rounding does to them and to the scale.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            scale, start = self.scale.astype(np.float32), self.start.astype(np.float32)
            finite = np.isfinite(start)
            shift = np.where(finite, self.shift + scale * (self.start - start), self.whole)
            return np.where(finite, start, 0), scale, shift.astype(np.float32)


def rounded_alike(weight: Double) -> Array:
    """(taps, …) in single precision, rounded so that sums over the taps are kept better than single taps.

    What a window sees is much alike: errors e of its taps add up there, to the same in every pixel. Each tap
    in turn is given the error that makes ALIKE · (Σe)² + Σe² least, which most often is the next number or
    its neighbour. What is 0 stays 0, and channels with a number that is not finite are rounded as ever.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        plain = weight.astype(np.float32)
        made, total = plain.copy(), (plain - weight).sum(0)
        for tap in [*range(len(weight))] * 2:
            others = total - (made[tap] - weight[tap])
            made[tap] = weight[tap] - np.where(weight[tap] == 0, 0, others * (ALIKE / (1 + ALIKE)))
            total = others + (made[tap] - weight[tap])
        return np.where(np.isfinite(total), made, plain)


def _phase_weights(packing: Packing, taps: tuple[tuple[int, ...], tuple[int, ...]], weight: Array) -> Array:
    """(C, O / groups, kh, kw) of a transposed convolution → (O, C / groups, rows, columns) of one phase."""
    rows, columns = taps
    out, depth = packing.shape[:2]
    seen = weight[:, :, list(rows)][:, :, :, list(columns)]
    grouped = seen.reshape(packing.groups, depth, out // packing.groups, len(rows), len(columns))
    return np.ascontiguousarray(grouped.transpose(0, 2, 1, 3, 4)).reshape(packing.shape)


def _pack_panels(weight: Array, out: Array, checkpoint: Callable[[], None]) -> None:
    """(O, I, kh, kw) → panels of [kh·kw][I][two vectors]; for MERGED the same bytes are [kh][kw·I][…]."""
    count, depth, kh, kw = weight.shape
    steps, panel = kh * kw * depth, 2 * host().width
    padded = host().padded(count)
    for first in range(0, padded, panel):
        checkpoint()
        width = min(panel, padded - first)
        used = min(width, count - first)
        part = out[steps * first : steps * (first + width)].reshape(steps, width)
        rows = weight[first : first + used].transpose(2, 3, 1, 0).reshape(steps, used)
        part[:, :used] = rows
        part[:, used:] = 0.0


def _pack_strassen(weight: Array, scale: Double, out: Array, checkpoint: Callable[[], None]) -> None:
    """(O, I) → [pair of panels][seven sums of quarters][I / 2][two vectors].

    What they are, `micro_kernels.strassen` says; they are made in double precision.
    """
    count, depth = weight.shape
    rows, columns = depth // 2, host().padded(count) // 2
    for first in range(0, columns, 2 * host().width):
        checkpoint()
        width = min(2 * host().width, columns - first)
        halves = np.zeros((2, 2, rows, width))  # [of the inputs][of the outputs]
        for half, start in enumerate((first, columns + first)):
            used = slice(start, min(count, start + width))
            own = (weight[used] * scale[used, None]).T
            halves[:, half, :, : own.shape[1]] = own.reshape(2, rows, -1)
        (b11, b12), (b21, b22) = halves
        sums = (b11 + b22, b11, b12 - b22, b21 - b11, b22, b11 + b12, b21 + b22)
        parts = out[7 * rows * first :][: 7 * rows * width].reshape(7, rows, width)
        for part, values in zip(parts, sums, strict=True):
            part[...] = values


def _pack_winograd(
    weight: Array, scale: Double, tile: int, out: Array, checkpoint: Callable[[], None]
) -> None:
    """U = G g Gᵀ as [frequency][panel][I][two vectors], transformed in double precision a panel at a time."""
    count, depth, taps = weight.shape[:3]
    panel, padded = 2 * host().width, host().padded(count)
    kernel = transforms(tile, taps).kernel
    both_axes = np.kron(kernel, kernel)
    frequencies = out.reshape(len(both_axes), depth * padded)
    for first in range(0, padded, panel):
        checkpoint()
        width = min(panel, padded - first)
        used = min(width, count - first)
        g = weight[first : first + used] * scale[first : first + used, None, None, None]
        u = both_axes @ g.transpose(2, 3, 1, 0).reshape(taps * taps, depth * used)
        part = frequencies[:, depth * first : depth * (first + width)].reshape(len(both_axes), depth, width)
        part[:, :, :used] = u.reshape(len(both_axes), depth, used)
