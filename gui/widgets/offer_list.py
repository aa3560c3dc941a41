"""A list of things to bring onto the canvas: dragged, double-clicked, or walked with the keys."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QDrag, QFont, QFontMetrics, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.layers import Layer
from gui.look.appearance import Appearance, font, icon_pixmap, layer_icon
from gui.look.theme import BASE_PX, CAPTION_PX, GRID, RADIUS, ROLE_COLOURS, ROLE_ICONS, Palette
from gui.session.layer_mime import encode_block, encode_layer
from gui.widgets.surface import on_surface
from gui.words.literal import literal

_OFFER: Final = Qt.ItemDataRole.UserRole
_ROW, _HEADING = 26, 30


@dataclass(frozen=True)
class Offer:
    """One line: a layer, a block, or a preset."""

    group: str
    label: str
    role: str
    help: str
    words: str = ""
    """Found by these words too."""
    aliases: tuple[str, ...] = ()
    """And by the beginning of any word in these."""
    layer: Layer | None = None
    block: str = ""
    preset: str = ""
    """A whole network: it is there only while something is looked for, and opened instead of dropped."""

    def matches(self, wanted: str) -> bool:
        """Whether every word of the search is somewhere in it; 1x1 finds 1×1."""
        if self.preset and not wanted.strip():
            return False
        text = _plain(f"{self.label} {self.words} {self.group}")
        known = [part for alias in self.aliases for part in _plain(alias).split()]
        return all(
            word in text or any(part.startswith(word) for part in known) for word in _plain(wanted).split()
        )

    def distance(self, wanted: str) -> int:
        """0: it is called so; 1: others call it so; 2: its label holds what is searched; 3: it does not."""
        words = _plain(wanted).split()
        whole, label = " ".join(words), _plain(self.label)
        if whole == label:
            return 0
        if whole in map(_plain, self.aliases):
            return 1
        return 2 if all(word in label for word in words) else 3


class OfferList(QListWidget):
    """Offers under the headings of their groups."""

    taken = Signal(object)
    """The `Offer` that was double-clicked or taken with Enter."""

    def __init__(self, offers: list[Offer], appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setAccessibleName("Layers and blocks")
        self.setItemDelegate(_OfferDelegate(appearance, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        on_surface(self)
        self._headings: dict[str, QListWidgetItem] = {}
        self._proposed: list[QListWidgetItem] = []
        self.add(offers)
        self.itemDoubleClicked.connect(self._on_double_clicked)
        appearance.palette_changed.connect(self.viewport().update)

    def add(self, offers: list[Offer]) -> None:
        """Offer these too, below the others."""
        for offer in offers:
            self._add(offer)

    def replace(self, group: str, offers: list[Offer]) -> None:
        """Offer these under a heading, in the place of what stood there."""
        for item in self._offers():
            if _offer(item).group == group:
                self.takeItem(self.row(item))
        if group in self._headings:
            self.takeItem(self.row(self._headings.pop(group)))
        self.add(offers)

    def filter(self, wanted: str) -> int:
        """Show only what matches, with the first match current; the number of matches."""
        shown = [item for item in self._offers() if _offer(item).matches(wanted)]
        groups = {_offer(item).group for item in shown}
        for item in self._offers():
            item.setHidden(not _offer(item).matches(wanted))
        for group, heading in self._headings.items():
            heading.setHidden(group not in groups)
        best = min(shown, key=lambda item: _offer(item).distance(wanted), default=None)
        self.setCurrentItem(best if wanted.strip() else None)  # type: ignore[arg-type]
        self.scrollToTop()
        return len(shown)

    def propose(self, group: str, offers: list[Offer]) -> None:
        """Put these above all others, in the place of what was proposed before."""
        while self._proposed:
            self.takeItem(self.row(self._proposed.pop()))
        if not offers:
            return
        for row, offer in enumerate((None, *offers)):
            item = _heading(group, _HEADING - GRID) if offer is None else _line(offer)
            self.insertItem(row, item)
            self._proposed.append(item)
        self.setCurrentItem(self._proposed[1])

    def visible_labels(self) -> list[str]:
        """What can be seen, top to bottom."""
        return [_offer(item).label for item in self._offers() if not item.isHidden()]

    def walk(self, event: QKeyEvent) -> None:
        """Let a key move the current line."""
        if self.currentRow() < 0:
            first = next((item for item in self._offers() if not item.isHidden()), None)
            if first is not None:
                self.setCurrentItem(first)
        else:
            self.keyPressEvent(event)

    def take_current(self) -> None:
        """As if the current line had been double-clicked."""
        item = self.currentItem()
        if item is not None and not item.isHidden():
            self.taken.emit(_offer(item))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the current line."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take_current()
        else:
            super().keyPressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry the current line, with a small picture of it under the mouse."""
        item = self.currentItem()
        if item is None or _offer(item).preset:
            return
        offer = _offer(item)
        drag = QDrag(self)
        drag.setMimeData(encode_block(offer.block) if offer.layer is None else encode_layer(offer.layer))
        drag.setPixmap(ghost(offer, self._appearance.palette, self.devicePixelRatioF()))
        # Beside the mouse: under it the canvas shows the card that will stand there.
        drag.setHotSpot(QPoint(-14, -18))
        drag.exec(Qt.DropAction.CopyAction)

    def sizeHint(self) -> QSize:
        """As narrow as the panel wants."""
        return QSize(144, 400)

    def _add(self, offer: Offer) -> None:
        if offer.group not in self._headings:
            heading = _heading(offer.group, _HEADING if self._headings else _HEADING - GRID)
            self._headings[offer.group] = heading
            self.addItem(heading)
        self.addItem(_line(offer))

    def _offers(self) -> list[QListWidgetItem]:
        items = [self.item(row) for row in range(self.count())]
        proposed = set(map(id, self._proposed))
        return [item for item in items if item.data(_OFFER) is not None and id(item) not in proposed]

    def _on_double_clicked(self, item: QListWidgetItem) -> None:
        if item.data(_OFFER) is not None:
            self.taken.emit(_offer(item))


def _heading(group: str, height: int) -> QListWidgetItem:
    item = QListWidgetItem(group)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setSizeHint(QSize(0, height))
    return item


def _line(offer: Offer) -> QListWidgetItem:
    item = QListWidgetItem(offer.label)
    item.setData(_OFFER, offer)
    item.setToolTip(literal(offer.help))
    item.setSizeHint(QSize(0, _ROW))
    return item


class _OfferDelegate(QStyledItemDelegate):
    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._heading, self._text = font(CAPTION_PX, "medium"), font(BASE_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colours = self._appearance.palette
        offer = index.data(_OFFER)
        rect = option.rect
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if offer is None:
            place = rect.adjusted(0, 0, 0, -4)
            bottom = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            _text(painter, place, index.data(), self._heading, colours.secondary, bottom)
        else:
            selected = bool(state & QStyle.StateFlag.State_Selected)
            if selected or state & QStyle.StateFlag.State_MouseOver:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.selected if selected else colours.hover))
                painter.drawRoundedRect(rect.adjusted(-4, 1, -2, -1), RADIUS, RADIUS)
            paint_offer(painter, QRectF(rect), offer, colours, self._text)
        painter.restore()


def paint_offer(painter: QPainter, place: QRectF, offer: Offer, colours: Palette, face: QFont) -> None:
    """Stripe, icon and label from the left edge of `place`."""
    middle = place.center().y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ROLE_COLOURS[offer.role]))
    painter.drawRoundedRect(QRectF(place.left() + 1, middle - 7, 3, 14), 1.5, 1.5)
    ratio = painter.device().devicePixelRatio()
    name = ROLE_ICONS[offer.role] if offer.layer is None else layer_icon(offer.layer)
    icon = icon_pixmap(name, colours.secondary, 16, ratio)
    painter.drawPixmap(round(place.left() + 9), round(middle - 8), icon)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    label = place.adjusted(31, 0, -2, 0)
    _text(painter, label.toRect(), offer.label, face, colours.text, left)


def ghost(offer: Offer, colours: Palette, ratio: float) -> QPixmap:
    """A small card that hangs at the mouse while dragging."""
    face = font(BASE_PX, "semibold")
    pixmap = QPixmap(QSize(round(152 * ratio), round(34 * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.line))
        painter.setBrush(QColor(colours.surface))
        painter.drawRoundedRect(QRectF(0.5, 0.5, 151, 33), RADIUS, RADIUS)
        paint_offer(painter, QRectF(6, 0, 142, 34), offer, colours, face)
    return pixmap


def _text(
    painter: QPainter, place: QRect, text: str, face: QFont, colour: str, flags: Qt.AlignmentFlag
) -> None:
    """One line; a long one is written a little smaller before it is cut."""
    painter.setPen(QColor(colour))
    face = QFont(face)
    while face.pixelSize() > CAPTION_PX and QFontMetrics(face).horizontalAdvance(text) > place.width():
        face.setPixelSize(face.pixelSize() - 1)
    painter.setFont(face)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, flags, shown)


def _offer(item: QListWidgetItem) -> Offer:
    offer = item.data(_OFFER)
    assert isinstance(offer, Offer)
    return offer


def _plain(text: str) -> str:
    return text.lower().replace("×", "x")
