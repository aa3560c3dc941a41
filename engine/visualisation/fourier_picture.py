"""A picture held as Fourier coefficients of decorrelated colours: what is climbed in, not what is seen.

Steps in it are of all sizes at once, as in photographs, and do not fall into the fine patterns that steps in
pixels do. Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017, section "Preconditioning".
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

_CORRELATED: Final = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
"""A root of the covariance of R, G and B over photographs: rows R, G, B; columns luminance, blue–yellow,
red–green. The same paper's numbers."""
_QUIET: Final = 0.01
"""Deviation of the coefficients that noise begins with."""
_EDGE: Final = 0.02
"""How far a photograph's values are kept from 0 and 1, which the sigmoid never reaches."""


class FourierPicture:
    """C×H×W values in 0…1 as a function of (C, H, W/2 + 1) complex coefficients; C is 1 or 3."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.shape = shape
        channels, height, width = shape
        rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
        frequency = np.maximum(np.sqrt(rows**2 + columns**2), 1 / max(height, width))
        self._scale = np.sqrt(height * width) / frequency / 4
        self._twice = np.full(width // 2 + 1, 2.0)
        """All but the first column, and of an even width the last, stand for two coefficients."""
        self._twice[0] = 1
        if width % 2 == 0:
            self._twice[-1] = 1
        self._colours = (
            _CORRELATED / np.linalg.norm(_CORRELATED, axis=0).max() if channels == 3 else np.eye(1)
        )

    def noise(self, seed: int) -> Any:
        """Coefficients of a nearly even grey."""
        random = np.random.Generator(np.random.PCG64(seed))
        channels, height, width = self.shape
        parts = random.normal(0, _QUIET, (2, channels, height, width // 2 + 1))
        return parts[0] + 1j * parts[1]

    def coefficients(self, picture: F64) -> Any:
        """Those of a picture in 0…1, but for what is nearly black or white."""
        inner = np.clip(picture, _EDGE, 1 - _EDGE)
        plain = np.tensordot(np.linalg.inv(self._colours), np.log(inner / (1 - inner)), 1)
        return np.fft.rfft2(plain) / self._scale

    def picture(self, coefficients: Any) -> F64:
        """(C, H, W) in 0…1."""
        plain = np.fft.irfft2(coefficients * self._scale, self.shape[1:])
        return np.asarray(1 / (1 + np.exp(-np.tensordot(self._colours, plain, 1))), np.float64)

    def gradient(self, picture: F64, of_picture: F64) -> Any:
        """d/d(coefficients), real and imaginary parts as one complex number, given d/d(picture)."""
        plain = np.tensordot(self._colours.T, of_picture * picture * (1 - picture), 1)
        return np.fft.rfft2(plain) * self._twice * self._scale / (self.shape[1] * self.shape[2])
