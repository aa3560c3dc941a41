"""What a presented step shows beside its text: the canvas, and the panel that it speaks of."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.view import CanvasView
from gui.lessons.presenter.magnified import Magnified
from gui.look.appearance import Appearance
from gui.look.theme import BASE_PX, Palette
from gui.session.session import Session
from presets.lesson import Step

USUAL: Final = "Feature maps"
"""The panel of steps that speak of none."""
CARD_PX: Final = 14
"""Type on cards: as large as fits on them, so that three of them stand side by side on a stage."""
MARGIN: Final = 48
"""Above and below the cards together, in pixels."""
MOST_CANVAS: Final = {False: 0.55, True: 0.4}
"""Of the stage's height, without and with a panel that the step speaks of."""
LEAST_CANVAS: Final = 0.15


class StageCanvas(CanvasView):
    """The network with one size of type on its cards, so that none is smaller than it need be."""

    def __init__(self, session: Session, appearance: Appearance) -> None:
        super().__init__(session.document, session.selection, session.compute, appearance)
        self.on_palette_changed(appearance.palette)
        self.minimap.set_wanted(False)

    def on_palette_changed(self, palette: Palette) -> None:
        """Repaint all in the colours of the theme."""
        super().on_palette_changed(palette)
        self.canvas_scene.restyle(CanvasStyle(palette, CARD_PX))


class Stage(QWidget):
    """Canvas above, panel below; all type of both has the size of the text, or more."""

    def __init__(self, canvas: StageCanvas, panels: Mapping[str, Callable[[], QWidget]]) -> None:
        """`panels` by title, each made when a step first speaks of it."""
        super().__init__()
        self.canvas = canvas
        self._panels = panels
        self._made: dict[str, Magnified] = {}
        self._px = BASE_PX
        self._speaks_of_panel = False
        self.title = ""
        """Of the panel that is seen."""
        self._place = QStackedWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(canvas)
        self._column.addWidget(self._place, 1)

    @property
    def panel(self) -> QWidget:
        """The panel that is seen."""
        return self._made[self.title].panel

    @property
    def is_typing(self) -> bool:
        """Whether keys belong to a field of the panel."""
        return self.title in self._made and self._made[self.title].is_typing

    def show_step(self, step: Step) -> None:
        """The panel that the step speaks of fills the stage; without one the canvas may have half of it."""
        wanted = step.highlight.panel if step.highlight is not None else ""
        self._speaks_of_panel = wanted in self._panels
        self._show(wanted if self._speaks_of_panel else USUAL)
        self.show_network()

    def show_next_panel(self, forwards: bool = True) -> None:
        """Another panel, in the order of the window's."""
        titles = list(self._panels)
        self._show(titles[(titles.index(self.title) + (1 if forwards else -1)) % len(titles)])

    def use_size(self, px: int) -> None:
        """The smallest type in these pixels."""
        self._px = px
        for view in self._made.values():
            view.use_size(px)
        self.canvas.fits_between = (px / CARD_PX, px / CARD_PX)
        self.show_network()

    def show_network(self) -> None:
        """The whole network where there is room, else what is selected; always in the same size."""
        QTimer.singleShot(0, self.canvas, self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height anew."""
        super().resizeEvent(event)
        self.show_network()

    def _fit(self) -> None:
        most = MOST_CANVAS[self._speaks_of_panel] * self.height()
        cards = QRectF()
        for item in self.canvas.canvas_scene.nodes.values():
            cards = cards.united(item.card).united(item.reason_rect).united(item.answer_rect)
        wanted = cards.height() * self._px / CARD_PX + MARGIN
        self.canvas.setFixedHeight(round(min(max(wanted, LEAST_CANVAS * self.height()), most)))
        self._column.activate()
        self.canvas.fit_rect(cards)
        self.canvas.reveal_selected()

    def _show(self, title: str) -> None:
        if title not in self._made:
            view = self._made[title] = Magnified(self._panels[title]())
            view.use_size(self._px)
            self._place.addWidget(view)
        self.title = title
        self._place.setCurrentWidget(self._made[title])
