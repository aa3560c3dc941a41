"""The line below the maps: the value under the mouse, and the statistics of what is looked at."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.look.theme import GRID
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.maps.atlas import Maps
from gui.widgets.maps.map_picture import MapPicture, MapPlace
from gui.widgets.maps.map_statistics import MapStatistics
from gui.words.number_format import Numbers


class MapReading(QWidget):
    """`map 3 at (2, 5) = 103` and `min 3 · max 103 · …`."""

    def __init__(self, numbers: Numbers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = numbers
        self.value = ElidedLabel(style="caption")
        self.value.setProperty("caption", "false")
        self.statistics = ElidedLabel(style="caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.value, 0)
        row.addWidget(self.statistics, 1)

    def read_nothing(self) -> None:
        """There is nothing to read."""
        self._say("", None)

    def read_maps(self, picture: MapPicture, enlarged: int | None, place: MapPlace | None) -> None:
        """Of the value there and its map, or of the enlarged map, or of all maps."""
        channel = enlarged if place is None else place.channel
        value = "" if place is None else self._numbers.decimal(picture.value(place))
        words = "" if place is None else f"map {place.channel} at ({place.y}, {place.x}) = {value}"
        self._say(words, MapStatistics.of(picture.maps) if channel is None else picture.statistics(channel))

    def read_seen(self, picture: MapPicture, y: int, x: int, seen: tuple[range, range]) -> None:
        """Which values see this pixel of the input, and the statistics of all maps."""
        rows, columns = seen
        count = len(rows) * len(columns)
        words = f"input pixel ({y}, {x}) is seen by no value"
        if count:
            units = f"{self._numbers.exact(count)} of {picture.maps[0].size} values a map"
            words = (
                f"input pixel ({y}, {x}) is seen by {units}: {_span('row', rows)}, {_span('column', columns)}"
            )
        self._say(words, None)

    def read_vector(self, values: Maps, index: int | None, name: str = "") -> None:
        """Of one value of a vector (F,), if any, and what it stands for, and of all of them."""
        value = "" if index is None else self._numbers.decimal(float(values[index]), 4)
        self._say("" if index is None else f"{name or f'value {index}'} = {value}", MapStatistics.of(values))

    def _say(self, words: str, statistics: MapStatistics | None) -> None:
        self.value.setText(words)
        self.value.setVisible(bool(words))
        self.statistics.setText("" if statistics is None else statistics.text(self._numbers))


def _span(name: str, places: range) -> str:
    return f"{name} {places[0]}" if len(places) == 1 else f"{name}s {places[0]}–{places[-1]}"
