"""The statistics of one layer on one photograph: what a survey of a folder says of many."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.survey.outcome import statistics_arrays
from engine.survey.surveyed import WIDEST
from engine.survey.tally import Tally


def statistics_of_map(values: npt.NDArray[np.float32]) -> Mapping[str, npt.NDArray[Any]]:
    """Of a map (1, C, H, W) or (1, F): the names that `survey.npz` has for each layer, but for patches."""
    from engine.kernels.channels.channel_products import add_products
    from engine.kernels.channels.channel_statistics import Pixels, add_statistics

    pixels = Pixels(values)
    tally = Tally.empty(pixels.channels, 1, with_products=pixels.channels <= WIDEST and pixels.count > 1)
    cells = np.zeros((1, 1, pixels.channels))
    low, high, _, strange = add_statistics(pixels, tally.exponents, tally.counts, tally.squares, cells)
    tally.add(pixels.count, cells[0, 0], strange, low, high)
    tally.pixels += pixels.count
    if len(tally.products):
        add_products(pixels, cells[0, 0] / pixels.count, tally.products)
    return statistics_arrays(tally)
