"""A panel's title about a layer: its kind's stripe and icon, its caption, and a quiet remark."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.look.appearance import Appearance, font, icon_pixmap
from gui.look.theme import BASE_PX, GRID, ROLE_COLOURS, ROLE_ICONS, TITLE_PX
from gui.widgets.elided_label import ElidedLabel


class Stripe(QWidget):
    """The 3 px bar in the colour of a layer's role."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(3)
        self._role = ""

    def show_role(self, role: str) -> None:
        """Take a role's colour; the empty role has none."""
        self._role = role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar with round ends."""
        if self._role:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(ROLE_COLOURS[self._role]))
                painter.drawRoundedRect(QRectF(self.rect()), 1.5, 1.5)


class LayerTitle(QWidget):
    """`▎◉ Conv 1×1 · 16   16 maps of 28×28`; `large` for the head of a panel."""

    def __init__(self, appearance: Appearance, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._role = ""
        self._name = ""
        self._stripe = Stripe()
        self._icon = QLabel()
        self._caption = ElidedLabel()
        self._caption.setFont(font(TITLE_PX if large else BASE_PX, "semibold"))
        self._remark = ElidedLabel(style="secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._stripe)
        row.addWidget(self._icon)
        row.addWidget(self._caption)
        row.addWidget(self._remark, 1)
        self._caption.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setFixedHeight(24)
        appearance.palette_changed.connect(self.on_palette_changed)

    def show_layer(self, role: str, caption: str, remark: str = "", *, icon: str = "") -> None:
        """Say which layer it is about, with its kind's icon or that of its role; an empty role shows neither
        stripe nor icon."""
        self._role = role
        self._name = icon
        self._stripe.setVisible(bool(role))
        self._icon.setVisible(bool(role))
        self._stripe.show_role(role)
        self._caption.setText(caption)
        self._remark.setText(remark)
        self.setAccessibleName(f"{caption} {remark}".strip())
        self.on_palette_changed()

    @property
    def text(self) -> str:
        """Caption and remark."""
        return f"{self._caption.text()} {self._remark.text()}".strip()

    def on_palette_changed(self) -> None:
        """Draw the icon in the theme's colour."""
        if self._role:
            colour = self._appearance.palette.secondary
            ratio = self.devicePixelRatioF()
            name = self._name or ROLE_ICONS[self._role]
            self._icon.setPixmap(icon_pixmap(name, colour, 16, ratio))
