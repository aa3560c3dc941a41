"""The arithmetic lens: the pinned value of the selected layer taken apart, and the window that slides."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from gui.look.appearance import Appearance, layer_icon
from gui.look.colormaps import Rgb
from gui.look.theme import GRID
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Pixel, Selection
from gui.value_inspector.compose import View, draw_value
from gui.value_inspector.inspected_value import InspectedValue, Map
from gui.value_inspector.maps import Values, map_colours
from gui.value_inspector.reading import reading
from gui.value_inspector.sheet import Spot, ValuePicture
from gui.value_inspector.source import ValueSource
from gui.value_inspector.view import ValueView
from gui.widgets.controls.player import Player
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.layer_title import LayerTitle
from gui.widgets.surface import MARGIN, Surface, local_numbers
from gui.widgets.waiting import Waiting

_KEPT_COLOURS: Final = 8
_PATIENCE_MS: Final = 300
_ROOMY: Final = 700
"""Width from which the player says in words where it is."""


class ArithmeticPanel(Surface):
    """Shows what its source has taken apart; works only while it is seen."""

    export_requested = Signal()
    """The user wants what is shown as a file…"""
    sliding_requested = Signal()
    """…or the window sliding over the output…"""
    figure_requested = Signal()
    """…or the same in a figure's style."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Arithmetic", parent)
        self._document, self._selection = document, selection
        self._appearance, self._numbers = appearance, local_numbers()
        self.source = ValueSource(document, selection, compute, self)
        self.state = View(720.0, 220.0)
        """How the lens is looked at."""
        self._coloured: Map | None = None
        """The output whose colours, and those of its inputs, are remembered."""
        self._colours: dict[tuple[object, ...], tuple[Values, Rgb]] = {}

        self.title = LayerTitle(appearance)
        self.player = Player(appearance)
        self.before = self._button("Map before (Page up)", lambda: self.walk_maps(-1))
        self.after = self._button("Next map (Page down)", lambda: self.walk_maps(1))
        self.export = self._button("Export what is shown", lambda: None)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addAction("This view…", self.export_requested.emit)
        menu.addAction("The sliding window…", self.sliding_requested.emit)
        menu.addAction("As a figure…", self.figure_requested.emit)
        self.export.setMenu(menu)
        self.view = ValueView()
        self.waiting = Waiting()
        self.pages = QStackedWidget()
        self.foot = ElidedLabel(style="caption")
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(_PATIENCE_MS)
        self.patience.timeout.connect(self._on_patience_ended)
        self._lay_out()
        self.source.changed.connect(self.on_source_changed)
        self.source.layer_changed.connect(self.on_layer_changed)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.player.moved.connect(self._on_step)
        self.player.playing_changed.connect(self._draw)
        self.view.hovered.connect(self._on_hovered)
        self.view.clicked.connect(self._on_clicked)
        self.view.scrolled.connect(self._on_scrolled)
        self.view.walked.connect(self._on_walked)
        self.view.resized.connect(self._draw)
        self.on_palette_changed()

    @property
    def lens(self) -> InspectedValue | None:
        """What is shown."""
        return self.source.lens

    def _button(self, name: str, call: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setStyleSheet("QToolButton { padding: 3px; }")
        button.clicked.connect(lambda _checked=False: call())
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.title, 1)
        for widget in (self.before, self.after, self.player, self.export):
            head.addWidget(widget)
        self.pages.addWidget(self.waiting)
        self.pages.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, MARGIN - 4, GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        column.addWidget(self.foot)

    def on_layer_changed(self) -> None:
        """Nothing of the last layer is kept."""
        self.player.pause()
        self.state = replace(self.state, focus=None, first=None, hover=None)

    def on_palette_changed(self) -> None:
        """Everything in other colours."""
        self._colours.clear()
        for button, icon in (
            (self.before, "chevron-up"),
            (self.after, "chevron-down"),
            (self.export, "share"),
        ):
            button.setIcon(self._appearance.icon(icon))
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened meanwhile."""
        super().showEvent(event)
        self.on_seen_changed(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In little room the title goes before the player's words."""
        super().resizeEvent(event)
        self.player.give_room(roomy=self.width() >= _ROOMY)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody sees is not worked out."""
        self.on_seen_changed(False)
        super().hideEvent(event)

    def on_seen_changed(self, seen: bool) -> None:
        """Whether anybody looks: behind another tab a panel is not hidden, but not seen either."""
        self.source.wanted = seen
        if seen:
            self.source.refresh()
        else:
            self.patience.stop()
            self.player.pause()

    def walk_maps(self, steps: int) -> None:
        """Another output channel at the same place."""
        if self.lens is not None:
            channel = (self.lens.at[0] + steps) % self.lens.output.shape[1]
            self.source.look_at((channel, *self.lens.at[1:]))

    def on_source_changed(self) -> None:
        """Show the new lens, or say why there is none."""
        lens = self.lens
        if lens is None or lens.output is not self._coloured:
            self._colours.clear()  # the maps they belong to are gone, and so is their memory
            self._coloured = None if lens is None else lens.output
        for widget in (self.before, self.after, self.export):
            widget.setEnabled(lens is not None)
        self._show_title()
        if lens is None:
            self.player.pause()
            self.player.show_step(0, 0, 1)
            self.waiting.say(self.source.reason)
            self.patience.start()
            self.pages.setCurrentWidget(self.waiting)
            self.foot.setText("")
            return
        self.patience.stop()
        if len(lens.at) == 3:
            height, width = lens.size
            self.player.show_step(lens.at[1] * width + lens.at[2], height * width, width)
        else:
            self.player.show_step(0, 0, 1)
        self.pages.setCurrentWidget(self.view)
        self._draw()

    def _on_patience_ended(self) -> None:
        """Weights of a hundred million values take some seconds."""
        if self.lens is None and self.source.is_drawing:
            self.waiting.show_busy("Drawing the weights…")

    def _show_title(self) -> None:
        node = self._document.project.network.nodes.get(self.source.node_id or "")
        if node is None:
            self.title.show_layer("", "Arithmetic")
            return
        remark = ""
        if self.lens is not None and len(self.lens.at) == 3:
            channel, y, x = self.lens.at
            remark = f"map {channel} at ({y}, {x})"
        elif self.lens is not None:
            remark = f"value {self.lens.at[0]}"
        self.title.show_layer(node.layer.role, node.label, remark, icon=layer_icon(node.layer))

    # drawing ---------------------------------------------------------------------------------------------
    def picture(self, width: float, height: float) -> ValuePicture | None:
        """What is shown, at any size; without what the mouse points at."""
        if self.lens is None:
            return None
        state = replace(self.state, width=width, height=height, hover=None, reveal=None)
        return draw_value(self.lens, state, self._appearance.palette, self._numbers, self._paint_map)

    def _draw(self) -> None:
        if self.lens is None or not self.isVisible():
            return
        reveal = self.player.step + 1 if self.player.is_playing else None
        width, height = float(self.view.width()), float(self.view.height())
        self.state = replace(self.state, reveal=reveal, width=width, height=height)
        palette = self._appearance.palette
        self.view.show_picture(draw_value(self.lens, self.state, palette, self._numbers, self._paint_map))
        focus = self.state.focus
        focus = self.lens.strongest if focus is None else focus
        self.foot.setText(reading(self.lens, self.state.hover, focus, self._numbers))

    def _paint_map(self, values: Values) -> Rgb:
        """Colours of a map, remembered: they stay the same while the window slides."""
        dark = self._appearance.palette.name == "dark"
        key = (values.__array_interface__["data"][0], values.strides[0], str(values.shape))
        found = self._colours.get(key)
        if found is None or found[0].base is not values.base:
            while len(self._colours) >= _KEPT_COLOURS:
                del self._colours[next(iter(self._colours))]
            found = self._colours[key] = (values, map_colours(values, dark=dark))
        return found[1]

    # what the user does ----------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays, Page up and down change the map."""
        if event.key() == Qt.Key.Key_Space:
            self.player.play.click()
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.walk_maps(-1 if event.key() == Qt.Key.Key_PageUp else 1)
        else:
            super().keyPressEvent(event)

    def _on_step(self, step: int) -> None:
        if self.lens is not None and len(self.lens.at) == 3:
            y, x = divmod(step, self.lens.size[1])
            self.source.look_at((self.lens.at[0], y, x))

    def _on_hovered(self, spot: Spot | None) -> None:
        self.state = replace(self.state, hover=spot)
        self._draw()
        if (
            spot is not None
            and spot.kind == "output"
            and self.lens is not None
            and self.source.node_id is not None
        ):
            self._selection.point_at(Pixel(self.source.node_id, self.lens.at[0], spot.a, spot.b))
        else:
            self._selection.point_at(None)

    def _on_clicked(self, spot: Spot) -> None:
        if self.lens is None:
            return
        if spot.kind == "output":
            self.source.look_at((self.lens.at[0], spot.a, spot.b))
        elif spot.kind == "cell" and spot.a != self.lens.at[0]:
            first = self.state.first
            self.source.look_at((spot.a, *self.lens.at[1:]))
            self.state = replace(self.state, first=first)
        elif spot.kind == "term":
            self.state = replace(self.state, focus=spot.a)
            self._draw()

    def _on_scrolled(self, lines: int) -> None:
        if self.lens is None or self.lens.arithmetic is None:
            return
        first = self.state.first
        if first is None:
            first = max(0, self.lens.at[0] - 3 - self.lens.rows.start) if self.lens.is_matrix else 0
        most = len(self.lens.rows) if self.lens.is_matrix else len(self.lens.arithmetic.channels)
        self.state = replace(self.state, first=max(0, min(first + lines, most - 1)))
        self._draw()

    def _on_walked(self, rows: int, columns: int) -> None:
        if self.lens is not None and len(self.lens.at) == 3:
            height, width = self.lens.size
            channel, y, x = self.lens.at
            self.source.look_at(
                (channel, max(0, min(height - 1, y + rows)), max(0, min(width - 1, x + columns)))
            )
