"""A comparison that was left unfinished: the window asks whether it is to go on."""

from collections.abc import Callable
from pathlib import Path

from gui.comparing.learned.kept_comparison import left_comparisons
from gui.widgets.offer_bar import Choice, Offer, OfferBar


def offer_comparison(root: Path, bar: OfferBar, go_on: Callable[[], object]) -> None:
    """Ask about the newest, where runs are missing; `go_on` opens the window, which takes it up."""
    kept = next(left_comparisons(root), None)
    if kept is None:
        return
    kept.leave()  # the window that goes on with it holds it
    if kept.is_finished:
        return
    bar.ask(
        Offer(
            key=kept.folder.name,
            icon="history",
            message=f"Comparing what {kept.text} learn was left unfinished.",
            choices=(
                Choice(text="Go on", call=go_on, tip="Train what is missing, in a window of its own"),
                Choice(text="Discard", call=kept.drop, tip="Forget the runs"),
            ),
        )
    )
