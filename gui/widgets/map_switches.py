"""How maps are shown: their colours, the range of these, their order; and the way back to all of them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui.appearance import Appearance
from gui.colormaps import NAMES
from gui.widgets.atlas import Maps
from gui.widgets.choice_button import ChoiceButton
from gui.widgets.map_picture import AUTOMATIC, MapPicture


class MapSwitches(QWidget):
    """Three choices, seen only where there are maps, and a button for one map's way back."""

    switched = Signal()
    """Maps are to be painted in another way: ask for their `picture`."""
    back_clicked = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        colour_maps = {AUTOMATIC: "auto colours"} | {name: name for name in NAMES}
        self.colours = ChoiceButton("Colour map", colour_maps, AUTOMATIC)
        self.range = ChoiceButton(
            "Range of the colours", {"own": "own range", "shared": "shared range"}, "own"
        )
        self.order = ChoiceButton(
            "Order of the maps", {"channel": "by number", "strength": "by strength"}, "channel"
        )
        self._choices = (self.colours, self.range, self.order)
        self.back = QToolButton()
        self.back.setToolTip("All maps (Esc)")
        self.back.setAccessibleName("All maps")
        self.back.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.back.hide()
        self.back.clicked.connect(self.back_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for choice in self._choices:
            choice.chosen.connect(self.switched)
            row.addWidget(choice)
        row.addWidget(self.back)
        row.addStretch(1)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    def on_palette_changed(self) -> None:
        """Recolour the button."""
        self.back.setIcon(self._appearance.icon("layout-grid"))

    def picture(self, maps: Maps) -> MapPicture:
        """These maps (C, H, W) as they are to be painted."""
        shared, by_strength = self.range.current == "shared", self.order.current == "strength"
        return MapPicture(maps, self.colours.current, shared, by_strength)

    def show_for(self, picture: MapPicture | None, enlarged: int | None) -> None:
        """Offer what can be done: nothing without maps, the way back from an enlarged one."""
        self.back.setVisible(picture is not None and enlarged is not None)
        for choice in self._choices:
            choice.setVisible(picture is not None)
