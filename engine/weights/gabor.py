"""The same kernel at N angles: what the visual cortex and the first layers of trained networks look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

from engine.layers.base.settings import field
from engine.shapes import Pair
from engine.weights.bank import Bank
from engine.weights.source import weights_source

if TYPE_CHECKING:
    from engine.weights.bank import Kernel

SPREAD = 0.56
"""Width of the Gaussian in wavelengths: a bandwidth of one octave, as in the cortex (Daugman, 1985)."""

ASPECT = 0.5
"""Width across the stripes over the length along them."""


@weights_source
@dataclass(frozen=True)
class Gabor(Bank):
    """Plane waves under a Gaussian, at evenly spaced angles over half a turn.

    exp(−(x'² + (y'/2)²) / 2σ²) · cos(2π x'/λ + φ), with x', y' turned by the angle and σ = 0.56 λ; the mean
    taken off, and scaled to Σ w² = 1. The first N outputs are edges (φ = −90°), the next N bright lines
    (φ = 0), then edges of the other sign and dark lines.
    """

    name = "gabor"
    title = "Gabor"
    help = "The same kernel at N angles: edges first, then lines."
    source = "Daugman, Uncertainty relation for two-dimensional visual cortical filters, 1985"
    rank = 3
    smallest = (3, 3)

    wavelength: float = field(
        default=4.0, minimum=2.0, maximum=1024.0, help="Pixels from one bright stripe to the next."
    )
    orientations: int = field(
        default=8, minimum=1, maximum=1024, label="Angles", help="Evenly spaced over half a turn."
    )

    @property
    def text(self) -> str:
        return f"{self.title}, {self.orientations} angles, wavelength {self.wavelength:g} px"

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        made = []
        for k in range(min(outputs, 4 * self.orientations)):
            quarter, turn = divmod(k, self.orientations)
            made.append(wave(size, self.wavelength, pi * turn / self.orientations, pi / 2 * (quarter - 1)))
        return made


def wave(size: Pair, wavelength: float, angle: float, phase: float) -> "Kernel":
    """One kernel; brightness changes along (cos angle, sin angle), x to the right and y downwards."""
    import numpy as np

    y, x = np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in size), indexing="ij")
    along = x * np.cos(angle) + y * np.sin(angle)
    across = -x * np.sin(angle) + y * np.cos(angle)
    spread = SPREAD * wavelength
    envelope = np.exp(-(along**2 + (ASPECT * across) ** 2) / (2 * spread**2))
    made = envelope * np.cos(2 * pi * along / wavelength + phase)
    made -= envelope * (
        made.sum() / envelope.sum()
    )  # no answer to plain brightness, and no edge at the border
    norm = np.sqrt(np.sum(made**2))
    return np.asarray(made / norm if norm > 1e-9 else made)
