"""A panel of the window as the last row sees it: drawn larger, and used as ever."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QGraphicsProxyWidget,
    QGraphicsScene,
    QGraphicsView,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from gui.look.theme import CAPTION_PX
from gui.widgets.surface import on_surface


class Magnified(QGraphicsView):
    """Holds one panel, whose smallest type becomes as large as the stage's; what does not fit is scrolled to.

    A panel says its sizes in pixels at hundreds of places; here all of them are multiplied by one factor.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.panel = panel
        self._factor = 1.0
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(panel)
        on_surface(area)
        sheet = QGraphicsScene(self)
        self._proxy: QGraphicsProxyWidget = sheet.addWidget(area)
        self.setScene(sheet)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAccessibleName(panel.accessibleName())
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def is_typing(self) -> bool:
        """Whether keys belong to a field of the panel."""
        field = self.panel.focusWidget() if self.hasFocus() else None
        return isinstance(field, QLineEdit | QAbstractSpinBox | QPlainTextEdit)

    def use_size(self, px: int) -> None:
        """The smallest type in these pixels."""
        self._factor = px / CAPTION_PX
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel fills the view."""
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:
        """Whatever there is room for."""
        return QSize(400, 300)

    def minimumSizeHint(self) -> QSize:
        """A panel that needs more is scrolled to."""
        return QSize(100, 60)

    def _place(self) -> None:
        self.resetTransform()
        self.scale(self._factor, self._factor)
        size = self.viewport().size().toSizeF() / self._factor
        self._proxy.setGeometry(QRectF(0.0, 0.0, size.width(), size.height()))
        self.setSceneRect(0.0, 0.0, size.width(), size.height())
