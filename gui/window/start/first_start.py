"""What is offered beside the network that the program opens with: a tour, and the question why 1×1."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.document import Document
from gui.session.settings import Settings
from gui.welcome.tour import Tour
from gui.widgets.offer_bar import Choice, Offer, OfferBar
from gui.window.docks.docks import Docks
from gui.window.start.tour_stops import tour_stops

FIRST_PRESET: Final = "squeezenet1_1"
"""Trained, small enough to be seen whole, and half of its convolutions are 1×1."""

QUESTION: Final = "inception_3a"
"""The preset that the question "why convolve with a 1×1 kernel?" is asked on."""

_KEY: Final = "first start"
_OVER: Final = "first start over"
_TOURED: Final = "tour seen"


class FirstStart:
    """Shows a newcomer around, and says where the question is answered; both once."""

    def __init__(
        self,
        document: Document,
        offers: OfferBar,
        settings: Settings,
        appearance: Appearance,
        *,
        canvas: QWidget,
        docks: Docks,
        show_canvas: Callable[[], object],
        open_preset: Callable[[str], object],
        show_lessons: Callable[[], object],
    ) -> None:
        self._document = document
        self._offers = offers
        self._settings = settings
        self._appearance = appearance
        self._canvas = canvas
        self._docks = docks
        self._show_canvas = show_canvas
        self._open_preset = open_preset
        self._show_lessons = show_lessons
        self.tour: Tour | None = None
        """The one that is under way."""

    def greet(self) -> None:
        """At the first start: the tour, once the window is there, and the question.

        Where another network is opened instead of answering, the question waits for the next start.
        """
        if self._settings.is_on(_OVER):
            return
        if not self._settings.is_on(_TOURED):
            self._settings.switch(_TOURED, True)  # who skips it has seen it
            QTimer.singleShot(0, self._canvas, self.show_tour)
        self._document.project_changed.connect(self._on_project_changed)
        self._offers.ask(
            Offer(
                key=_KEY,
                message=(
                    "This network has learned from photographs; its amber cards are 1×1 convolutions."
                    " Why convolve with a 1×1 kernel?"
                ),
                choices=(
                    Choice(
                        text="Inception 3a",
                        call=lambda: self._answer(lambda: self._open_preset(QUESTION)),
                        tip="Open the module that made 1×1 convolutions famous",
                    ),
                    Choice(
                        text="Lessons",
                        call=lambda: self._answer(self._show_lessons),
                        tip="Understand the 1×1 convolution, step by step",
                    ),
                ),
                later=lambda: self._answer(lambda: None),
            )
        )

    def _on_project_changed(self, before: Project, after: Project) -> None:
        if after.title != before.title:
            self._offers.withdraw(_KEY)

    def _answer(self, then: Callable[[], object]) -> None:
        """Answered or put off, the question is never asked again."""
        self._settings.switch(_OVER, True)
        then()

    def show_tour(self) -> None:
        """Show around, over the window as it is."""
        self._show_canvas()
        if self.tour is not None:
            self.tour.end()
        window = self._canvas.window()
        self.tour = Tour(tour_stops(window, self._canvas, self._docks), self._appearance, window)
        self.tour.ended.connect(self._on_ended)
        self.tour.begin()

    def _on_ended(self) -> None:
        self.tour = None
