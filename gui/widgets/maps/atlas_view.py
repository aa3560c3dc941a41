"""All maps of a layer as one tiled picture; the mouse finds map and pixel by arithmetic."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from gui.look.appearance import Appearance
from gui.look.colormaps import on_ground
from gui.look.theme import ROLE_COLOURS
from gui.widgets.maps.atlas import AtlasGrid, fit_grid, paint_rows
from gui.widgets.maps.indexed_image import indexed_image
from gui.widgets.maps.map_picture import MapPicture, MapPlace
from gui.widgets.surface import on_surface

GAP: Final = 4
SMALLEST, LARGEST = 40, 168
_STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class AtlasView(QAbstractScrollArea):
    """Tiles flow into the width there is, and scroll where they are many. Only visible rows are painted."""

    place_hovered = Signal(object)
    """The `MapPlace` under the mouse, or None."""
    map_picked = Signal(int)
    """The channel that was clicked, or taken with Enter."""
    place_picked = Signal(object)
    """The `MapPlace` that was clicked."""
    zoomed = Signal(float, float, float)
    """(factor, across, down) by Ctrl and the wheel: magnified around these shares of what is seen."""
    moved = Signal(float, float)
    """(across, down) by dragging with the middle button: shares of what is seen."""
    layer_walked = Signal(int)
    """−1 for the layer before, 1 for the next one (Ctrl and an arrow)."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._picture: MapPicture | None = None
        self._grid: AtlasGrid | None = None
        self._image: tuple[range, QImage] | None = None
        self._hovered: int | None = None
        self._current = 0
        self._dragged: QPointF | None = None
        self.pinned: MapPlace | None = None
        """The value that stays pointed at."""
        self.seen: tuple[range, range] | None = None
        """Rows and columns of the values, of every map, that see what is pointed at elsewhere."""
        self.is_dimmed = False
        self.setAccessibleName("Feature maps")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        on_surface(self)
        appearance.palette_changed.connect(self._forget_image)

    def show_picture(self, picture: MapPicture | None) -> None:
        """Show these maps; maps of the same number and size keep the place that is looked at."""
        before, self._picture = self._picture, picture
        same = before is not None and picture is not None and before.maps.shape == picture.maps.shape
        if not same:
            self._current = 0
            self.verticalScrollBar().setValue(0)
        self._lay_out()

    def pin(self, place: MapPlace | None) -> None:
        """Mark this value, or none."""
        if place != self.pinned:
            self.pinned = place
            self.viewport().update()

    def show_seen(self, seen: tuple[range, range] | None) -> None:
        """Outline these rows and columns in every map."""
        if seen != self.seen:
            self.seen = seen
            self.viewport().update()

    def dim(self, dimmed: bool) -> None:
        """Step back while newer maps are on their way."""
        if dimmed != self.is_dimmed:
            self.is_dimmed = dimmed
            self.viewport().update()

    @property
    def grid(self) -> AtlasGrid | None:
        """Where the tiles lie, in device pixels."""
        return self._grid

    def tile_rect(self, tile: int) -> QRectF:
        """Where a tile is on the viewport."""
        assert self._grid is not None
        ratio = self.devicePixelRatioF()
        x, y = self._grid.place(tile)
        top = y / ratio - self.verticalScrollBar().value()
        return QRectF(x / ratio, top, self._grid.tile_width / ratio, self._grid.tile_height / ratio)

    def place_at(self, point: QPointF) -> MapPlace | None:
        """The value shown at a point of the viewport."""
        if self._picture is None or self._grid is None:
            return None
        ratio = self.devicePixelRatioF()
        found = self._grid.find(point.x() * ratio, (point.y() + self.verticalScrollBar().value()) * ratio)
        if found is None:
            return None
        tile, right, down = found
        return self._picture.place(int(self._picture.order[tile]), down, right)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The visible rows, and outlines around the hovered and the current tile."""
        if self._picture is None or self._grid is None:
            return
        rows, image = self._visible_image(self._picture, self._grid)
        with QPainter(self.viewport()) as painter:
            painter.setOpacity(0.45 if self.is_dimmed else 1.0)
            painter.drawImage(self.tile_rect(rows.start * self._grid.columns).topLeft(), image)
            painter.setOpacity(1.0)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            accent = QColor(self._appearance.palette.accent)
            marked = {self._hovered} | ({self._current} if self.hasFocus() else set())
            for tile in marked - {None}:
                assert tile is not None
                painter.setPen(QPen(accent, 2))
                painter.drawRoundedRect(self.tile_rect(tile).adjusted(-1, -1, 1, 1), 2, 2)
            if self.seen is not None:
                self._paint_seen(painter, rows, self._grid, self._picture, self.seen)
            if self.pinned is not None and self._picture.shows(self.pinned):
                box = self.place_rect(self.pinned)
                for colour, width in (("#101317", 3.0), (ROLE_COLOURS["pointwise"], 1.5)):
                    painter.setPen(QPen(QColor(colour), width))
                    painter.drawRect(box)

    def _paint_seen(
        self,
        painter: QPainter,
        rows: range,
        grid: AtlasGrid,
        picture: MapPicture,
        seen: tuple[range, range],
    ) -> None:
        if not seen[0] or not seen[1]:
            return
        first = MapPlace(int(picture.order[0]), seen[0][0], seen[1][0])
        last = MapPlace(int(picture.order[0]), seen[0][-1], seen[1][-1])
        tile, box = self.tile_rect(0), self.place_rect(first).united(self.place_rect(last))
        for number in range(rows.start * grid.columns, min(grid.count, rows.stop * grid.columns)):
            at = self.tile_rect(number)
            shown = box.translated(at.topLeft() - tile.topLeft()).intersected(at)
            for colour, width in (("#101317", 2.5), (self._appearance.palette.accent, 1.25)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawRect(shown)

    def place_rect(self, place: MapPlace) -> QRectF:
        """Where a value is painted, at least a few pixels large."""
        assert self._picture is not None
        tile, (height, width) = self.tile_rect(self._tile_of(place.channel)), self._picture.size
        across, down = tile.width() / width, tile.height() / height
        top, left = place.y - self._picture.box[0], place.x - self._picture.box[2]
        box = QRectF(tile.left() + left * across, tile.top() + top * down, across, down)
        more = max(0.0, 5 - across) / 2, max(0.0, 5 - down) / 2
        return box.adjusted(-more[0], -more[1], more[0], more[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report what is under the mouse; with the middle button drag the part of the maps that is seen."""
        if self._dragged is not None and self._grid is not None:
            ratio = self.devicePixelRatioF()
            step = (self._dragged - event.position()) * ratio
            self._dragged = event.position()
            self.moved.emit(step.x() / self._grid.tile_width, step.y() / self._grid.tile_height)
        else:
            self._hover(self.place_at(event.position()))

    def viewportEvent(self, event: QEvent) -> bool:
        """Nothing is under a mouse that has left."""
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a map, and the value in it."""
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.MiddleButton:
            self._dragged = event.position()
        elif place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = self._tile_of(place.channel)
            self.map_picked.emit(place.channel)
            self.place_picked.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag ends."""
        self._dragged = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl magnify all maps at the value under the mouse."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier or self._grid is None:
            super().wheelEvent(event)
            return
        ratio = self.devicePixelRatioF()
        at = event.position() * ratio
        found = self._grid.find(at.x(), at.y() + self.verticalScrollBar().value() * ratio)
        if found is not None:
            self.zoomed.emit(1.25 ** (event.angleDelta().y() / 120), found[1], found[2])
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the tiles, Enter picks one."""
        if self._picture is None or self._grid is None:
            super().keyPressEvent(event)
        elif event.key() in _STEPS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.layer_walked.emit(sum(_STEPS[Qt.Key(event.key())]))
        elif event.key() in _STEPS:
            across, down = _STEPS[Qt.Key(event.key())]
            self._walk(across + down * self._grid.columns)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.map_picked.emit(int(self._picture.order[self._current]))
        else:
            super().keyPressEvent(event)

    def show_channel(self, channel: int) -> None:
        """Make this map's tile the current one and bring it into view."""
        if self._picture is not None:
            self._current = self._tile_of(channel)
            self._walk(0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The current tile gets its outline."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And loses it."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the tiles flow anew."""
        super().resizeEvent(event)
        self._lay_out()

    def scrollContentsBy(self, across: int, down: int) -> None:
        """Paint other rows."""
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Two rows of some tiles."""
        return QSize(480, 180)

    def minimumSizeHint(self) -> QSize:
        """One row."""
        return QSize(96, SMALLEST)

    def _lay_out(self) -> None:
        self._forget_image()
        self._hovered = None
        if self._picture is None:
            self._grid = None
            return
        ratio = self.devicePixelRatioF()
        # Room for a scroll bar is always left, or its coming and going would move the tiles.
        width = self.width() - self.verticalScrollBar().sizeHint().width()
        room = (max(1, int(width * ratio)), max(1, int(self.height() * ratio)))
        limits = (int(SMALLEST * ratio), int(LARGEST * ratio))
        count = len(self._picture.maps)
        self._grid = fit_grid(count, self._picture.size, room, round(GAP * ratio), limits)
        self._current = min(self._current, count - 1)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.height())
        bar.setSingleStep(round((self._grid.tile_height + self._grid.gap) / ratio / 2) or 1)
        bar.setRange(0, max(0, -int(-self._grid.height // ratio) - self.height()))

    def _visible_image(self, picture: MapPicture, grid: AtlasGrid) -> tuple[range, QImage]:
        ratio = self.devicePixelRatioF()
        pitch = (grid.tile_height + grid.gap) / ratio
        top = self.verticalScrollBar().value()
        rows = range(int(top // pitch), min(grid.rows, int((top + self.viewport().height()) // pitch) + 1))
        if self._image is None or self._image[0] != rows:
            indices = paint_rows(
                picture.shown, picture.order, grid, rows, *picture.ranges, smooth=picture.smooth
            )
            palette = self._appearance.palette
            colours = on_ground(picture.colour_map, dark=palette.name == "dark")
            self._image = rows, indexed_image(indices, colours, palette.surface, ratio)
        return self._image

    def _forget_image(self) -> None:
        self._image = None
        self.viewport().update()

    def _hover(self, place: MapPlace | None) -> None:
        tile = None if place is None else self._tile_of(place.channel)
        if tile != self._hovered:
            self._hovered = tile
            self.viewport().update()
        self.place_hovered.emit(place)

    def _tile_of(self, channel: int) -> int:
        assert self._picture is not None
        return int((self._picture.order == channel).argmax())

    def _walk(self, steps: int) -> None:
        assert self._grid is not None
        if 0 <= self._current + steps < self._grid.count:
            self._current += steps
        rect = self.tile_rect(self._current)
        bar = self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + int(rect.top()))
        elif rect.bottom() > self.viewport().height():
            bar.setValue(bar.value() + int(rect.bottom()) - self.viewport().height() + 1)
        self.viewport().update()
