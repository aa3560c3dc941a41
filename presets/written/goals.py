"""What a task asks of the network: `channels(squeeze) = 16`, a line each. Says in words what is missing."""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.errors import quoted
from engine.model.network import Network
from presets.lesson import NotFound, Number, State
from presets.written.document import LessonMistake
from presets.written.expression import Reader, Term, plain
from presets.written.places import Binding, Places, located

COMPARISONS: Final[Mapping[type, tuple[str, Callable[[Number, Number], bool]]]] = {
    ast.Eq: ("", operator.eq),
    ast.NotEq: ("anything but ", operator.ne),
    ast.Lt: ("less than ", operator.lt),
    ast.LtE: ("at most ", operator.le),
    ast.Gt: ("more than ", operator.gt),
    ast.GtE: ("at least ", operator.ge),
}


@dataclass(frozen=True)
class Goal:
    """Two numbers compared, or (without a comparison) a layer that has to be there."""

    text: str
    left: Term
    right: Term | None = None
    wanted: str = ""
    holds: Callable[[Number, Number], bool] = operator.eq

    def met(self, state: State, found: Binding) -> bool:
        """Whether the network is as it should be; not where a layer or a shape is missing."""
        try:
            for name in self.left.names:
                located(name, state.project.network, found)
            if self.right is None:
                return True
            return self.holds(self.left.engine(state, found), self.right.engine(state, found))
        except NotFound:
            return False

    def missing(self, state: State, found: Binding, places: Places) -> str:
        """What is to be done still, in words; nothing where the goal is met."""
        if self.met(state, found):
            return ""
        terms = [self.left] if self.right is None else [self.left, self.right]
        for name in (name for term in terms for name in term.names):
            if not _exists(name, state.project.network, found):
                return places.missing(name, state.project.network, found)
        assert self.right is not None
        try:
            now, wanted = self.left.engine(state, found), self.right.engine(state, found)
        except NotFound:
            return f"{self.left.text or self.text}: not known while something is wrong in the network"
        names = [f" ({state.project.network[located(one, state.project.network, found)].label})"
                 for one in self.left.names[:1]]  # fmt: skip
        said = self.left.text or self.text
        return f"{said}{''.join(names)}: {plain(now)} found, wanted {self.wanted}{plain(wanted)}"


def _exists(name: str, network: Network, found: Binding) -> bool:
    try:
        return bool(located(name, network, found))
    except NotFound:
        return False


def read_goal(text: str, line: int, reader: Reader, names: Sequence[str]) -> Goal:
    """The goal in a line. `LessonMistake`."""
    tree = reader.tree(text, line)
    if isinstance(tree, ast.Name) and tree.id in names:
        return Goal(text, Term(lambda *_: 1, lambda *_: 1, "", (tree.id,)))
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or type(tree.ops[0]) not in COMPARISONS:
        raise LessonMistake(
            line,
            f"{quoted(text)} is no goal: write a place's name, or a comparison like channels(conv1) = 16",
        )
    wanted, holds = COMPARISONS[type(tree.ops[0])]
    left, right = reader.term(tree.left, line), reader.term(tree.comparators[0], line)
    return Goal(text, left, right, wanted, holds)
