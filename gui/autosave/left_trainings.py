"""Trainings that were left or cut short: the window asks whether they are to go on."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from gui.autosave.kept_runs import KeptRun, left_runs
from gui.session.document import Document
from gui.widgets.offer_bar import Choice, Offer, OfferBar


def offer_left(
    folder: Path,
    bar: OfferBar,
    document: Document,
    may_discard: Callable[[], bool],
    take_up: Callable[[KeptRun], object],
) -> None:
    """Ask about each; `take_up` is called with its network in the document."""

    def restore(kept: KeptRun) -> None:
        if not may_discard():
            kept.leave()
            return
        document.restore(kept.project, None, "")
        take_up(kept)

    for kept in left_runs(folder):
        bar.ask(
            Offer(
                key=kept.path.name,
                icon="history",
                message=_told(kept),
                choices=(
                    Choice(
                        text="Take up",
                        call=partial(restore, kept),
                        tip="Open the network, and go on from the last checkpoint",
                    ),
                    Choice(text="Discard", call=kept.drop, tip="Forget what it had learned"),
                ),
                later=kept.leave,
            )
        )


def _told(kept: KeptRun) -> str:
    if kept.left_at is None:
        return f"OneByOne ended while {kept.text} was being trained."
    step, steps = kept.left_at
    if step < steps:
        return f"The training of {kept.text} was left unfinished, after step {step:,} of {steps:,}."
    return f"The training of {kept.text} was finished, but what it learned was not kept."
