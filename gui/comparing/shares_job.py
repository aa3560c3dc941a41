"""The account of every preset, found once: building and analysing them all takes about half a second."""

from dataclasses import dataclass
from functools import cache

import presets
from engine.analysis.analyze import analyze
from engine.analysis.shares import Shares, shares
from gui.session.jobs import Desk


@dataclass(frozen=True)
class PresetShares:
    """One line of the table."""

    name: str
    title: str
    shares: Shares
    is_of_lesson: bool
    """A few layers made to show one thing, and no network that is used."""


@dataclass(frozen=True)
class SharesJob:
    """All presets; begun anew after an edit, it goes on where it was."""

    def work(self, desk: Desk) -> tuple[PresetShares, ...]:
        """In the order of the menu."""
        names = [preset.name for preset in presets.presets()]
        found = []
        for done, name in enumerate(names):
            desk.checkpoint()
            found.append(_of_preset(name))
            desk.progress(done + 1, len(names))
        return tuple(found)


@cache
def _of_preset(name: str) -> PresetShares:
    preset = presets.load(name)
    return PresetShares(
        name, preset.title, shares(analyze(preset.project.network)), preset.group == "Lessons"
    )
