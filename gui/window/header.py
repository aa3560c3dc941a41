"""The row at the top: what is open, and the few things people do most."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from engine.analysis.learned import training_text
from engine.model.network import Network
from gui.look.appearance import Appearance, font
from gui.look.theme import BASE_PX, TITLE_PX, Palette
from gui.session.document import Document
from gui.widgets.elided_label import ElidedLabel


class Header(QToolBar):
    """Title and subtitle on the left, buttons on the right."""

    def __init__(self, document: Document, appearance: Appearance, parent: QWidget) -> None:
        super().__init__("Header", parent)
        self.setObjectName("header")
        self.setMovable(False)
        self.setFloatable(False)
        self.toggleViewAction().setVisible(False)
        self.setIconSize(QSize(20, 20))
        self._document, self._appearance = document, appearance
        self.training = ""
        """What the network has learned, in a few words."""
        self._learning = ""
        self._known: tuple[Network, str] | None = None
        self._icons: list[tuple[QToolButton, str]] = []
        self._name = QLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setFont(font(TITLE_PX, "semibold"))
        self._about = ElidedLabel()
        self._about.setProperty("secondary", True)
        self._about.setFont(font(BASE_PX))
        self._about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        titles = QWidget()
        row = QHBoxLayout(titles)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(self._name)
        row.addWidget(self._about, 1)
        titles.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(titles)

    def add_buttons(self, actions: Mapping[str, QAction], preset_menu: QMenu) -> None:
        """The buttons; called once the window's actions exist."""
        for name, icon in (
            ("undo", "undo-2"),
            ("redo", "redo-2"),
            ("fit_all", "maximize"),
            ("theme", "sun-moon"),
        ):
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(actions[name].text().replace("&", ""))
            self._icons.append((button, icon))
            self.addWidget(button)
        self.addSeparator()
        for name, text, primary in (
            ("open_photograph", "Open photo", False),
            ("presets", "Presets", False),
            ("export", "Export figure", True),
        ):
            push = QPushButton(text)
            push.setProperty("primary", primary)
            push.setFont(font(BASE_PX, "medium"))
            push.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if name == "presets":
                push.setMenu(preset_menu)
            else:
                push.clicked.connect(actions[name].trigger)
                push.setToolTip(actions[name].toolTip())
            self.addWidget(_spaced(push))
        self._appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(self._appearance.palette)

    def show_title(self) -> None:
        """Name the document, its network, and whether it was edited."""
        document = self._document
        self._name.setText(document.title)
        title = document.project.title
        parts = [title] if title and title != document.title else []
        self.training = self._training_of(document.project.network)
        parts += [self._learning or self.training]
        if not document.is_clean:
            parts.append("edited")
        self._about.setText(" · ".join(filter(None, parts)))
        self._about.more = document.project.notes

    def show_learning(self, text: str) -> None:
        """Say what is learned just now, or learned and not kept; empty for nothing."""
        self._learning = text
        self.show_title()

    def _training_of(self, network: Network) -> str:
        """Worked out once for each network."""
        if self._known is None or self._known[0] is not network:
            self._known = network, training_text(network)
        return self._known[1]

    def on_palette_changed(self, palette: Palette) -> None:
        """Recolour the icons."""
        for button, icon in self._icons:
            action = button.defaultAction()
            if action is not None:
                action.setIcon(self._appearance.icon(icon, palette.text, 20))


def _spaced(button: QPushButton) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(4, 0, 4, 0)
    row.addWidget(button)
    return holder
