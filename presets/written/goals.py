"""What a task asks of the network: `channels(squeeze) = 16`, a line each. Says in words what is missing."""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.errors import quoted
from engine.model.network import Network
from presets.lesson import NotFound, Number, State
from presets.written.document import LessonMistake
from presets.written.expression import Reader, Term, plain
from presets.written.places import Binding, Places, located, name_of

COMPARISONS: Final[Mapping[type, tuple[str, Callable[[Number, Number], bool]]]] = {
    ast.Eq: ("", operator.eq),
    ast.NotEq: ("anything but ", operator.ne),
    ast.Lt: ("less than ", operator.lt),
    ast.LtE: ("at most ", operator.le),
    ast.Gt: ("more than ", operator.gt),
    ast.GtE: ("at least ", operator.ge),
}


TURNED: Final[Mapping[type, type[ast.cmpop]]] = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE,
}  # fmt: skip
"""The same comparison with its sides exchanged."""


@dataclass(frozen=True)
class Comparison:
    """Two numbers compared, or (without a second one) a layer that has to be there."""

    left: Term
    right: Term | None = None
    wanted: str = ""
    holds: Callable[[Number, Number], bool] = operator.eq
    said: str = ""
    """The first number as it was written."""

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
        """What is to be done still, in words; nothing where the network is as it should be."""
        if self.met(state, found):
            return ""
        network = state.project.network
        for name in self.left.names:
            if not _exists(name, network, found):
                return places.missing(name, network, found)
        assert self.right is not None
        try:
            now, wanted = self.left.engine(state, found), self.right.engine(state, found)
        except NotFound as error:
            gone = next((one for one in self.right.names if not _exists(one, network, found)), "")
            if gone:
                return places.missing(gone, network, found)
            return f"{self.left.text or 'a number'}, which cannot be told yet: no {error}"
        told = f"{plain(now)} found"
        if self.left.has and self.left.names:
            label = name_of(located(self.left.names[0], network, found), network)
            return f"{label} {self.left.has.format(plain(now))}, wanted {self.wanted}{plain(wanted)}"
        return f"{self.left.text or 'the number asked for'}: {told}, wanted {self.wanted}{plain(wanted)}"


@dataclass(frozen=True)
class Goal:
    """Comparisons that have to hold together, and a word for them where their author gave one."""

    text: str
    parts: tuple[Comparison, ...]
    label: str = ""

    @property
    def title(self) -> str:
        """For lists: its label, else `At most 12,042,240 MACs`, else as it was written."""
        last = self.parts[-1]
        if self.label or last.right is None or not last.left.goal or not last.right.text:
            return self.label or self.text
        said = last.left.goal.format(f"{last.wanted}{last.right.text}")
        return said[:1].upper() + said[1:]

    @property
    def needs_maps(self) -> bool:
        """Whether any of its numbers is read off computed maps."""
        terms = [term for part in self.parts for term in (part.left, part.right) if term is not None]
        return any(term.needs_maps for term in terms)

    def met(self, state: State, found: Binding) -> bool:
        """Whether all of it holds."""
        return all(part.met(state, found) for part in self.parts)

    def missing(self, state: State, found: Binding, places: Places) -> Iterator[str]:
        """What is to be done still, in words."""
        for part in self.parts:
            if said := part.missing(state, found, places):
                yield said

    def now(self, state: State, found: Binding, *, counted: bool = False) -> str:
        """How things stand, as the engine or as counting finds: `32×28×28`; nothing where it is not known."""
        asked = {part.said: part.left for part in self.parts if part.right is not None}
        none = all(part.right is not None and part.right.text == "0" for part in self.parts)
        if none and self.met(state, found):
            return ""  # there is none, and none is wanted: the tick says so
        try:
            told = [
                term.stands.format(plain((term.counted if counted else term.engine)(state, found)))
                for term in asked.values()
            ]
            return "×".join(told)
        except NotFound:
            return ""


def _exists(name: str, network: Network, found: Binding) -> bool:
    try:
        return bool(located(name, network, found))
    except NotFound:
        return False


def read_goal(text: str, line: int, reader: Reader, names: Sequence[str]) -> Goal:
    """The goal in a line: `channels(conv1) = 16`, or `Ends in a sum :: ends_in(Add) = 1`. `LessonMistake`."""
    label, labelled, expression = text.partition("::")
    if not labelled:
        label, expression = "", text
    tree = reader.tree(expression, line)
    trees = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    found = tuple(_part(part, expression, line, reader, names) for whole in trees for part in _pairs(whole))
    return Goal(expression.strip(), found, label.strip())


def _pairs(tree: ast.expr) -> list[ast.expr]:
    """`0 < macs() <= 100` as macs() > 0 and macs() <= 100."""
    if isinstance(tree, ast.Compare) and len(tree.ops) == 2 and type(tree.ops[0]) in TURNED:
        middle = tree.comparators[0]
        first = ast.Compare(middle, [TURNED[type(tree.ops[0])]()], [tree.left])
        return [first, ast.Compare(middle, [tree.ops[1]], [tree.comparators[1]])]
    return [tree]


def _part(tree: ast.expr, text: str, line: int, reader: Reader, names: Sequence[str]) -> Comparison:
    if isinstance(tree, ast.Name) and tree.id in names:
        return Comparison(Term(engine=lambda *_: 1, counted=lambda *_: 1, names=(tree.id,)))
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or type(tree.ops[0]) not in COMPARISONS:
        raise LessonMistake(
            line,
            f"{quoted(text.strip())} is no goal: write a place's name, or a comparison like"
            " channels(conv1) = 16",
        )
    wanted, holds = COMPARISONS[type(tree.ops[0])]
    left, right = reader.term(tree.left, line), reader.term(tree.comparators[0], line)
    return Comparison(left, right, wanted, holds, ast.unparse(tree.left))
