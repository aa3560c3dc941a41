"""How clearly a filter prefers one orientation, measured as physiologists do."""

import numpy as np
import numpy.typing as npt


def selectivity(filters: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """1 − circular variance of each filter (n, kh, kw): 0 answers to all orientations alike, 1 to one alone.

    Of the amplitudes of the answers to gratings at 24 orientations, at the wavelength each filter likes best;
    gratings of 3 to 10 pixels. Ringach, Shapley & Hawken, "Orientation selectivity in macaque V1", 2002.
    """
    kh, kw = filters.shape[1:]
    y, x = np.meshgrid(np.arange(kh), np.arange(kw), indexing="ij")
    angles = np.arange(24) * np.pi / 24
    zero_mean = filters - filters.mean(axis=(1, 2), keepdims=True)
    answers = np.empty((len(filters), 8, 24))
    for i, wavelength in enumerate(np.geomspace(3, 10, 8)):
        for j, angle in enumerate(angles):
            wave = np.exp(2j * np.pi / wavelength * (x * np.cos(angle) + y * np.sin(angle)))
            answers[:, i, j] = np.abs((zero_mean * wave).sum(axis=(1, 2)))
    best = answers[np.arange(len(filters)), answers.max(axis=2).argmax(axis=1)]
    return np.asarray(np.abs(best @ np.exp(2j * angles)) / best.sum(axis=1))
