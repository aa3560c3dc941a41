"""A layer kept beside the selected one: its name, its maps, and a button that lets it go."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.look.appearance import Appearance
from gui.widgets.layer_title import LayerTitle
from gui.widgets.maps.atlas_view import AtlasView
from gui.widgets.maps.map_picture import MapPicture

NARROWEST = 140


class PinnedLayer(QWidget):
    """Shows what it is given; the panel keeps it up to date."""

    closed = Signal()
    """The user lets it go."""

    def __init__(self, node_id: str, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.node_id = node_id
        self._appearance = appearance
        self.title = LayerTitle(appearance)
        self.close_button = QToolButton()
        self.close_button.setToolTip("Let this layer go")
        self.close_button.setAccessibleName("Let this layer go")
        self.close_button.setIconSize(QSize(12, 12))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.setStyleSheet("QToolButton { padding: 3px; }")
        self.close_button.clicked.connect(lambda _checked=False: self.closed.emit())
        self.atlas = AtlasView(appearance)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.atlas, 1)
        self.setMinimumWidth(NARROWEST)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    def on_palette_changed(self) -> None:
        """Recolour the button."""
        self.close_button.setIcon(self._appearance.icon("x", size=12))

    def show_maps(self, role: str, caption: str, remark: str, picture: MapPicture | None) -> None:
        """The layer's name and its maps; without maps the name alone."""
        self.title.show_layer(role, caption, remark)
        self.atlas.setVisible(picture is not None)
        self.atlas.show_picture(picture)
