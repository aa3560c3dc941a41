"""What is offered beside the network that the program opens with: the module that asks why 1×1."""

from collections.abc import Callable
from typing import Final

from engine.model.project import Project
from gui.session.document import Document
from gui.session.settings import Settings
from gui.widgets.offer_bar import Choice, Offer, OfferBar

FIRST_PRESET: Final = "squeezenet1_1"
"""Trained, small enough to be seen whole, and half of its convolutions are 1×1."""

QUESTION: Final = "inception_3a"
"""The preset that the question "why convolve with a 1×1 kernel?" is asked on."""

_KEY: Final = "first start"
_OVER: Final = "first start over"


def offer_question(
    offers: OfferBar,
    settings: Settings,
    document: Document,
    open_preset: Callable[[str], object],
    show_lessons: Callable[[], object],
) -> None:
    """Say what is open, and where the question is answered; once it was answered or put off, never again.

    Where another network is opened instead, it waits for the next start.
    """
    if settings.is_on(_OVER):
        return

    def over(then: Callable[[], object] = lambda: None) -> None:
        settings.switch(_OVER, True)
        then()

    def on_project_changed(before: Project, after: Project) -> None:
        if after.title != before.title:
            offers.withdraw(_KEY)

    document.project_changed.connect(on_project_changed)
    offers.ask(
        Offer(
            key=_KEY,
            message=(
                "This network has learned from photographs; its orange cards are 1×1 convolutions."
                " Why convolve with a 1×1 kernel?"
            ),
            choices=(
                Choice(
                    text="Inception 3a",
                    call=lambda: over(lambda: open_preset(QUESTION)),
                    tip="Open the module that made 1×1 convolutions famous",
                ),
                Choice(
                    text="Lessons",
                    call=lambda: over(show_lessons),
                    tip="Understand the 1×1 convolution, step by step",
                ),
            ),
            later=over,
        )
    )
