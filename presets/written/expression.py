"""Numbers that a lesson quotes, as expressions over the network: `macs(direct) / macs(squeeze, expand) | 2`.

Each is a `Quote`: worked out from the engine's numbers, and once more from counted ones. Only sums, products
and the functions of `FUNCTIONS` are known: the text is read as a tree, and nothing in it is executed.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from typing import Final

from engine.analysis.analyze import analyze
from engine.errors import quoted
from engine.layers import layer_kinds
from engine.model.project import Project
from presets import preset_names, quotes
from presets.lesson import NotFound, Number, Quote, State
from presets.written.document import LessonMistake, meant
from presets.written.functions import FUNCTIONS, Function
from presets.written.places import OUTPUT, Binding, Places, Scene, located

MOST_LETTERS: Final = 300
"""Of one expression: a longer one is no number that a reader could follow."""

_AS_PYTHON: Final = (
    (r"(?<=\d),(?=\d{3}(?!\d))", ""), ("[×·]", "*"), ("−", "-"), ("≤", "<="), ("≥", ">="), ("≠", "!="),
    (r"(?<![<>=!])=(?!=)", "=="),
)  # fmt: skip


LARGEST: Final = 10**15
"""Of a number that is written in an expression."""
_LARGEST_RESULT: Final = 10**60
UNITS: Final[Mapping[str | None, tuple[Number, str]]] = {
    None: (1, ""), "%": (100, "\u00a0%"), "MB": (Fraction(1, 1_000_000), "\u00a0MB"),
}  # fmt: skip
"""Of a number as it is shown: what it is multiplied by, and what stands behind it."""

OPERATORS: Final[Mapping[type, Callable[[Number, Number], Number]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: _divided(a, b),
}


@dataclass(frozen=True, kw_only=True)
class Term:
    """A number of a network in which the places are already found. Both ways raise `NotFound`."""

    engine: Callable[[State, Binding], Number]
    counted: Callable[[State, Binding], Number]
    text: str = ""
    """For people: `channels of *squeeze*`; empty for what is more than one number of the network."""
    names: tuple[str, ...] = ()
    """The layers that it is about."""
    has: str = ""
    """How its one layer is said to have it."""
    goal: str = ""
    """How it is asked of the whole network: `{} MACs`."""
    stands: str = "{}"
    """How a goal says how things stand."""
    needs_maps: bool = False
    tolerance: float = 0.0
    shown: Callable[[State, Binding], str] | None = None
    """How it is written, where that is more than the number."""


class Reader:
    """Reads the expressions of one step, whose places stand in its scene.

    A layer that was in the step's own network, and that the student's has no more, is told of as it was.
    """

    def __init__(self, scene: Scene, start: Project) -> None:
        self._scene = scene
        self._start = start

    def quote(self, text: str, line: int) -> Quote:
        """The number; behind a bar the decimals that are shown and a unit: `| 2`, `| 1 %`, `| 1 MB`.

        `resnet50: macs()` is a number of a preset, whatever is at hand.
        """
        expression, bar, shown = text.partition("|")
        elsewhere = re.fullmatch(r"\s*(\w+)\s*:(.+)", expression)
        if elsewhere is not None:
            return self._elsewhere(elsewhere[1], elsewhere[2] + bar + shown, line)
        term = self.term(self.tree(expression, line), line)
        scene = self._scene
        match = re.fullmatch(r"\s*(\d)\s*(%|MB)?\s*", shown)
        if bar and match is None:
            raise LessonMistake(
                line, f"{quoted(shown.strip())} after the bar is no number of decimals (0 to 9), % or MB"
            )
        factor, unit = UNITS[match[2] if match is not None else None]

        def engine(state: State) -> Number:
            return _bounded(term.engine(state, scene.binding(state)) * factor)

        def counted(state: State) -> Number:
            return _bounded(term.counted(state, scene.binding(state)) * factor)

        def written(state: State) -> str:
            if term.shown is not None:
                return term.shown(state, scene.binding(state))
            return plain(engine(state))

        return Quote(
            engine=engine,
            counted=counted,
            shown=written if match is None else None,
            places=int(match[1]) if match is not None else 0,
            unit=unit,
            needs_maps=term.needs_maps,
            tolerance=term.tolerance,
        )

    def _elsewhere(self, name: str, expression: str, line: int) -> Quote:
        """A number of a preset; its layers are looked up when it is asked for."""
        if name not in preset_names():
            raise LessonMistake(line, f"no preset is called {quoted(name)}. {meant(name, preset_names())}")
        return quotes.elsewhere(name, _Foreign(Scene(Places(())), self._start).quote(expression, line))

    def tree(self, text: str, line: int) -> ast.expr:
        """The expression as Python would read it. `LessonMistake`."""
        if len(text) > MOST_LETTERS:
            raise LessonMistake(line, f"{quoted(text)} has more than {MOST_LETTERS} letters")
        source = text.strip()
        for pattern, instead in _AS_PYTHON:
            source = re.sub(pattern, instead, source)
        try:
            return ast.parse(source, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise LessonMistake(
                line, f"{quoted(text.strip())} is no expression such as macs(conv1) / 2"
            ) from None

    def term(self, node: ast.expr, line: int) -> Term:
        """What a tree stands for. `LessonMistake`."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            if isinstance(node.value, bool) or not 0 <= node.value <= LARGEST:
                raise LessonMistake(
                    line, f"{quoted(ast.unparse(node))} is larger than any number that is needed"
                )
            value = node.value if isinstance(node.value, int) else Fraction(str(node.value))
            return Term(engine=lambda *_: value, counted=lambda *_: value, text=plain(value))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self.term(ast.BinOp(ast.Constant(0), ast.Sub(), node.operand), line)
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            left, right = self.term(node.left, line), self.term(node.right, line)
            work = OPERATORS[type(node.op)]
            for side in (left, right):
                if side.shown is not None:
                    raise LessonMistake(
                        line, f"{quoted(ast.unparse(node))}: a formula stands alone in its braces"
                    )
            return Term(
                engine=lambda state, found: work(left.engine(state, found), right.engine(state, found)),
                counted=lambda state, found: work(left.counted(state, found), right.counted(state, found)),
                names=(*left.names, *right.names),
                needs_maps=left.needs_maps or right.needs_maps,
                tolerance=1 - (1 - left.tolerance) * (1 - right.tolerance),
            )
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return self._called(node.func.id, node.args, line)
        raise LessonMistake(
            line,
            f"{quoted(ast.unparse(node))} is no number: write 42, macs(conv1), or several with + − × /",
        )

    def _name(self, node: ast.expr, line: int) -> str:
        """The name of a layer: a place, a node's id, `output`."""
        name = (
            node.id if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Constant) else None
        )
        if not isinstance(name, str) or not self._knows(name):
            known = (*self._scene.places.names, *self._start.network.order, OUTPUT)
            asked = ast.unparse(node)
            raise LessonMistake(line, f"no layer or place is called {quoted(asked)}. {meant(asked, known)}")
        return name

    def _knows(self, name: str) -> bool:
        return name in (*self._scene.places.names, *self._start.network.order, OUTPUT)

    def _called(self, name: str, given: Sequence[ast.expr], line: int) -> Term:
        function = FUNCTIONS.get(name)
        if function is None:
            settings = {setting.name for kind in layer_kinds().values() for setting in kind.settings()}
            if name not in settings:
                known = (*FUNCTIONS, *sorted(settings))
                raise LessonMistake(line, f"unknown function {quoted(name)}. {meant(name, known)}")
            about, said = f"the setting {name}", name.replace("_", " ")
            function = Function(about=about, quote=partial(quotes.setting, name=name), has=f"has {said} {{}}")
        if function.kind:
            return self._of_kind(name, function, given, line)
        numbers = [one.value for one in given if isinstance(one, ast.Constant) and type(one.value) is int]
        layers = [self._name(one, line) for one in given[: len(given) - function.numbers]]
        if not function.least <= len(layers) <= function.most or len(numbers) != function.numbers:
            raise LessonMistake(line, f"{name}() takes {_many(function)}, not {len(given)}")
        said = f"{name} of {' and '.join(f'*{one}*' for one in layers)}" if layers else f"all {name}"
        quote = function.quote if layers or function.total is None else function.total

        def make(*places: str) -> Quote:
            return quote(*places, *numbers)

        has = function.has if len(layers) == 1 else ""
        made = self._about(tuple(layers), said, make, has, "" if layers else function.goal)
        return replace(made, stands=function.stands)

    def _of_kind(self, name: str, function: Function, given: Sequence[ast.expr], line: int) -> Term:
        kind = given[0].id if len(given) == 1 and isinstance(given[0], ast.Name) else ""
        if kind not in layer_kinds():
            asked = ", ".join(map(ast.unparse, given))
            raise LessonMistake(
                line, f"{name}({asked}) does not name a kind of layers. {meant(kind, tuple(layer_kinds()))}"
            )
        return self._about((), f"{function.about}: {kind}", lambda: function.quote(kind))

    def _about(
        self, names: tuple[str, ...], text: str, make: Callable[..., Quote], has: str = "", goal: str = ""
    ) -> Term:
        """A number about layers, which are found anew in every network."""

        def at(state: State, found: Binding) -> tuple[Quote, State]:
            try:
                return make(*(located(name, state.project.network, found) for name in names)), state
            except NotFound:
                before, known = self._opened
                return make(*(located(name, before.project.network, known) for name in names)), before

        def engine(state: State, found: Binding) -> Number:
            quote, where = at(state, found)
            return quote.engine(where)

        def counted(state: State, found: Binding) -> Number:
            quote, where = at(state, found)
            return quote.counted(where)

        def shown(state: State, found: Binding) -> str:
            quote, where = at(state, found)
            return quote.text(where)

        like = make(*names)
        return Term(
            engine=engine,
            counted=counted,
            text=text,
            names=names,
            has=has,
            goal=goal,
            needs_maps=like.needs_maps,
            tolerance=like.tolerance,
            shown=None if like.shown is None else shown,
        )

    @cached_property
    def _opened(self) -> tuple[State, Binding]:
        """The step's own network, and where the places stand in it."""
        state = State(self._start, analyze(self._start.network))
        return state, self._scene.best(state)


class _Foreign(Reader):
    """Of a preset, whose layers are not known yet."""

    def _knows(self, name: str) -> bool:
        return True


def _divided(above: Number, below: Number) -> Number:
    if not below:
        raise NotFound("a ratio to nothing")
    return Fraction(above) / Fraction(below)


def _bounded(number: Number) -> Number:
    if not -_LARGEST_RESULT < number < _LARGEST_RESULT:
        raise NotFound("a number that could be written")
    return number


def plain(number: Number) -> str:
    """Whole numbers with commas, others to two decimals, and very small ones as 2·10⁻⁶."""
    exact = Fraction(number)
    if exact.denominator == 1:
        return f"{int(number):,}".replace("-", "−")
    if abs(exact) < Fraction(1, 200):
        return quotes.power_of_ten(float(number)).replace("-", "−")
    return f"{float(number):,.2f}".replace("-", "−")


def _many(function: Function) -> str:
    layers = (
        ("no layer", "one layer", "two layers")[function.most]
        if function.least == function.most
        else f"{function.least} to {function.most} layers"
    )
    return layers + (f" and {function.numbers} whole numbers" if function.numbers else "")
