"""How maps are shown: their colours, the range of these, their order; and the way back to all of them."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from gui.look.appearance import Appearance
from gui.look.colormaps import NAMES
from gui.widgets.controls.choice_button import ChoiceButton
from gui.widgets.maps.atlas import Maps
from gui.widgets.maps.map_picture import AUTOMATIC, RGB, MapPicture
from gui.widgets.maps.region import WHOLE, Region


class MapSwitches(QWidget):
    """Four choices, seen only where there are maps, and buttons: the whole map again, all maps again, pin."""

    switched = Signal()
    """Maps are to be painted in another way: ask for their `picture`."""
    back_clicked = Signal()
    export_clicked = Signal()
    """The maps are to be written as they are shown…"""
    figure_clicked = Signal()
    """…or in a figure's style."""
    pin_clicked = Signal()
    """This layer is to stay beside whatever is selected next."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        colour_maps = {AUTOMATIC: "auto colours"} | {name: name for name in NAMES} | {RGB: "three as RGB"}
        self.colours = ChoiceButton("Colour map", colour_maps, AUTOMATIC)
        self.range = ChoiceButton(
            "Range of the colours", {"own": "own range", "shared": "shared range"}, "own"
        )
        self.order = ChoiceButton(
            "Order of the maps", {"channel": "by number", "strength": "by strength"}, "channel"
        )
        self.scaling = ChoiceButton("Scaling", {"nearest": "sharp", "smooth": "smooth"}, "nearest")
        self._choices = (self.colours, self.range, self.order, self.scaling)
        self._own = ""
        """The colours to go back to, while others are lent."""
        self.colours.chosen.connect(self._on_colours_chosen)
        self.region = WHOLE
        """The part of all maps that is looked at."""
        self.exact = self._toggle(
            "Colours to the very extremes (off: all but 1 % of the values at either end, the border apart)"
        )
        self.change = self._toggle("The change by the last edit (maps now less maps before)")
        self.back = self._button("All maps (Esc)", self.back_clicked.emit)
        self.whole = self._button("The whole map (0)", lambda: self.look_at(WHOLE))
        self.export = self._button("Export these maps (Ctrl+Alt+F)", lambda: None)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addAction("As shown…", self.export_clicked.emit)
        menu.addAction("As a figure…", self.figure_clicked.emit)
        self.export.setMenu(menu)
        self.pin = self._button("Keep this layer beside the next one", self.pin_clicked.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for choice in self._choices:
            choice.chosen.connect(self.switched)
            row.addWidget(choice)
        row.addStretch(1)
        self.tools = QWidget()
        """The buttons, which stand beside the title wherever the choices are."""
        beside = QHBoxLayout(self.tools)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(2)
        for button in (self.whole, self.back, self.exact, self.change, self.pin, self.export):
            beside.addWidget(button)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    def _button(self, what: str, call: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setToolTip(what)
        button.setAccessibleName(what.partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setStyleSheet("QToolButton { padding: 3px; }")
        button.hide()
        button.clicked.connect(lambda _checked=False: call())
        return button

    def _toggle(self, what: str) -> QToolButton:
        made = self._button(what, lambda: None)
        made.setCheckable(True)
        made.toggled.connect(lambda _on: self.switched.emit())
        return made

    def on_palette_changed(self) -> None:
        """Recolour the buttons."""
        self.back.setIcon(self._appearance.icon("layout-grid"))
        self.whole.setIcon(self._appearance.icon("zoom-out"))
        self.exact.setIcon(self._appearance.icon("maximize-2"))
        self.change.setIcon(self._appearance.icon("diff"))
        self.pin.setIcon(self._appearance.icon("pin"))
        self.export.setIcon(self._appearance.icon("share"))

    def look_at(self, region: Region) -> None:
        """Show this part of all maps."""
        if region != self.region:
            self.region = region
            self.switched.emit()

    def picture(self, maps: Maps) -> MapPicture:
        """These maps (C, H, W) as they are to be painted."""
        shared, by_strength = self.range.current == "shared", self.order.current == "strength"
        smooth = self.scaling.current == "smooth"
        robust = not self.exact.isChecked()
        return MapPicture(maps, self.colours.current, shared, by_strength, smooth, self.region, robust)

    def lend(self, colours: str) -> None:
        """Other colours for a while, without remembering them; none gives back those that were chosen."""
        if colours and colours in self.colours.keys:
            self._own = self._own or self.colours.current
        elif self._own:
            colours, self._own = self._own, ""
        else:
            return
        if colours != self.colours.current:
            self.colours.show_choice(colours)
            self.switched.emit()

    def _on_colours_chosen(self) -> None:
        self._own = ""  # the user's choice stays, whatever was lent

    @property
    def shows_change(self) -> bool:
        """Whether maps are wanted less those of before the last edit."""
        return self.change.isChecked()

    def show_for(self, picture: MapPicture | None, enlarged: int | None) -> None:
        """Offer what can be done: nothing without maps, the way back from an enlarged one."""
        self.back.setVisible(picture is not None and enlarged is not None)
        self.whole.setVisible(picture is not None and not self.region.is_whole)
        self.pin.setVisible(picture is not None)
        self.export.setVisible(picture is not None)
        self.exact.setVisible(picture is not None)
        self.change.setVisible(picture is not None)
        for choice in self._choices:
            choice.setVisible(picture is not None)
