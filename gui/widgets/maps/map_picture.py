"""The maps of one layer together with how they are to be coloured: what every view of maps paints from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from gui.look.map_range import robust_range
from gui.widgets.maps.atlas import Floats, Maps, by_strength, extremes
from gui.widgets.maps.map_statistics import MapStatistics
from gui.widgets.maps.region import WHOLE, Box, Region

AUTOMATIC: Final = "automatic"
RGB: Final = "rgb"
"""Three maps as one picture."""


@dataclass(frozen=True)
class MapPlace:
    """One value of the maps."""

    channel: int
    y: int
    x: int


@dataclass(frozen=True, eq=False)
class MapPicture:
    """Maps (C, H, W), a colour map's name, `AUTOMATIC` or `RGB`, whether all share a range, and their order.

    `smooth` blends neighbouring values, `region` is the part that is looked at, `robust` leaves extreme
    values out of the range of the colours.
    """

    maps: Maps
    colours: str = AUTOMATIC
    shared: bool = False
    sorted: bool = False
    smooth: bool = False
    region: Region = WHOLE
    robust: bool = False

    @cached_property
    def _extremes(self) -> tuple[Floats, Floats]:
        return extremes(self.maps)

    @cached_property
    def signed(self) -> bool:
        """Whether there are values below zero."""
        return bool((self._extremes[0] < 0).any())

    @property
    def colour_map(self) -> str:
        """The table that is used: by default a diverging one for signed maps."""
        if self.colours not in (AUTOMATIC, RGB):
            return self.colours
        return "diverging" if self.signed else "cividis"

    @cached_property
    def ranges(self) -> tuple[Floats, Floats]:
        """Lowest and highest value of the colour table, for each map."""
        lows, highs = self._extremes
        if self.robust:
            lows, highs = robust_range(self.maps, (lows, highs))
        if self.shared:
            lows, highs = np.full_like(lows, lows.min()), np.full_like(highs, highs.max())
        if self.colour_map == "diverging":
            highs = np.maximum(np.abs(lows), np.abs(highs))
            lows = -highs
        return lows, highs

    @property
    def is_rgb(self) -> bool:
        """Whether the maps are shown as one picture."""
        return self.colours == RGB and len(self.maps) == 3

    @cached_property
    def rgb(self) -> npt.NDArray[np.uint8]:
        """(H, W, 3) of what is shown: 0…1 as it is, else what the colours of all three maps cover."""
        low, high = 0.0, 1.0
        if self._extremes[0].min() < 0 or self._extremes[1].max() > 1:
            lows, highs = robust_range(self.maps, self._extremes) if self.robust else self._extremes
            low, high = float(lows.min()), float(highs.max())
        scaled = (np.nan_to_num(self.shown) - low) / ((high - low) or 1.0)
        return np.asarray(np.rint(np.clip(scaled, 0, 1) * 255).transpose(1, 2, 0), np.uint8)

    def extremes_beyond(self, channel: int) -> tuple[MapPlace | None, MapPlace | None]:
        """Where the smallest and the largest value stand, where they lie beyond the range of the colours."""
        values = self.maps[channel]
        low, high = (float(ends[channel]) for ends in self.ranges)
        width = values.shape[1]
        smallest = divmod(int(np.nan_to_num(values, nan=np.inf).argmin()), width)
        largest = divmod(int(np.nan_to_num(values, nan=-np.inf).argmax()), width)
        return (
            MapPlace(channel, *smallest) if values[smallest] < low else None,
            MapPlace(channel, *largest) if values[largest] > high else None,
        )

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """Channels in the order of their tiles."""
        return by_strength(self.maps) if self.sorted else np.arange(len(self.maps))

    @cached_property
    def box(self) -> Box:
        """Rows and columns that are shown."""
        return self.region.box(self.maps.shape[1], self.maps.shape[2])

    @cached_property
    def shown(self) -> Maps:
        """The part of each map that is shown."""
        top, bottom, left, right = self.box
        return self.maps[:, top:bottom, left:right]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of what is shown of each map."""
        return self.shown.shape[1], self.shown.shape[2]

    def place(self, channel: int, down: float, across: float) -> MapPlace:
        """The value at these shares of what is shown."""
        height, width = self.size
        y, x = min(height - 1, int(down * height)), min(width - 1, int(across * width))
        return MapPlace(channel, self.box[0] + y, self.box[2] + x)

    def shows(self, place: MapPlace) -> bool:
        """Whether the value is in the part that is shown."""
        top, bottom, left, right = self.box
        return top <= place.y < bottom and left <= place.x < right

    def statistics(self, channel: int) -> MapStatistics:
        """Of one map."""
        return MapStatistics.of(self.maps[channel])

    def value(self, place: MapPlace) -> float:
        """The value there."""
        return float(self.maps[place.channel, place.y, place.x])
