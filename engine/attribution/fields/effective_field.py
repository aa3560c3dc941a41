"""The effective receptive field: how much each pixel of the input really matters to a unit.

Luo, Li, Urtasun & Zemel, "Understanding the effective receptive field in deep convolutional neural networks",
NeurIPS 2016: the gradient of a unit with respect to the input; measured on one photograph, or averaged over
random inputs, where it shows what the architecture alone makes of its theoretical field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attribution.fields.gradients import backpropagate, channel_mean, unit
from engine.errors import NetworkError
from engine.model.network import Network
from engine.shapes import is_map
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]

COUNTS_FROM: Final = 0.0455
"""Pixels count from this share of the strongest one on: two standard deviations of a Gaussian (section 3)."""

NOTHING: Final = 1e-12
"""A gradient below this is rounding: behind a LayerNorm the mean of all channels is constant, and float32
sums leave 1e-19 of it, which is not to be shown at full strength."""


@dataclass(frozen=True, kw_only=True, eq=False)
class EffectiveField:
    """What one unit, or the mean of a layer's channels at one place, really sees of an Input."""

    input_id: str
    strength: Map
    """(H, W), 1 at the strongest pixel; all 0 where nothing moves the unit."""
    inputs: int = 0
    """Random inputs that it is averaged over; 0 for one photograph."""

    @property
    def is_empty(self) -> bool:
        """Whether no pixel matters: behind a ReLU that is shut, or a mean that a normalisation keeps."""
        return not self.strength.any()

    @property
    def size(self) -> float:
        """Side of the square that holds as many pixels as count."""
        return sqrt(int((self.strength >= COUNTS_FROM).sum()))


def gradient_strength(
    network: Network,
    maps: Mapping[str, Map],
    node_id: str,
    row: int,
    column: int,
    *,
    channel: int | None = None,
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
) -> dict[str, Map]:
    """(H, W) for each Input the unit depends on: |gradient|, summed over the input's channels.

    channel: None for the mean of all channels at the place, and for vectors the feature.
    `maps` are those of all nodes above. Call it on the compute thread.
    """
    shape = maps[node_id].shape[1:]
    if not is_map(shape):
        dy = unit(shape, (0 if channel is None else channel,))
    elif channel is None:
        dy = channel_mean(shape, row, column)
    else:
        dy = unit(shape, (channel, row, column))
    found = backpropagate(network, maps, node_id, dy, seed=seed, checkpoint=checkpoint)
    return {one: np.abs(gradient[0]).sum(axis=0, dtype=np.float32) for one, gradient in found.items()}


def effective_field(strengths: Iterable[Mapping[str, Map]], *, inputs: int = 0) -> EffectiveField:
    """Averaged, scaled to 1, of the Input that matters most; `NetworkError` where there is none."""
    total: dict[str, Map] = {}
    for one in strengths:
        for input_id, strength in one.items():
            total[input_id] = total[input_id] + strength if input_id in total else strength
    if not total:
        raise NetworkError("the unit depends on no Input")
    input_id = max(total, key=lambda key: float(np.nan_to_num(total[key]).max(initial=0)))
    strength = total[input_id]
    peak = float(np.nan_to_num(strength, posinf=0).max(initial=0))
    is_rounding = peak < NOTHING
    scaled = np.asarray(np.zeros_like(strength) if is_rounding else strength / peak, dtype=np.float32)
    scaled.flags.writeable = False
    return EffectiveField(input_id=input_id, strength=scaled, inputs=inputs)


def noise_photograph(height: int, width: int, number: int) -> npt.NDArray[np.uint8]:
    """Uniform noise as an (H, W, 3) photograph; the same one for the same number."""
    made = np.random.default_rng(number).integers(0, 256, (height, width, 3), dtype=np.uint8)
    made.flags.writeable = False
    return made
