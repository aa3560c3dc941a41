"""What a challenge is: a network to start from, and goals that are looked at after every edit. Free of Qt."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.analysis.analyze import Analysis
from engine.model.project import Project


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One condition. `now` says how things stand in a few characters, or nothing."""

    text: str
    met: Callable[[Project, Analysis], bool]
    now: Callable[[Project, Analysis], str]
    counted: Callable[[Project, Analysis], str]
    """The same as `now`, found in another way."""


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """Goals that have to be met together, by any network without problems."""

    id: str
    title: str
    rank: int
    """Place in the list."""
    text: str
    start: Callable[[], Project]
    goals: tuple[Goal, ...]
    hints: tuple[str, ...]
    solution: Callable[[Project], Project]
    """One of many ways, from the start."""

    def met(self, project: Project, analysis: Analysis) -> tuple[bool, ...]:
        """Which goals are met; none while something is wrong in the network."""
        if analysis.problems:
            return (False,) * len(self.goals)
        return tuple(goal.met(project, analysis) for goal in self.goals)
