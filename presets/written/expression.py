"""Numbers that a lesson quotes, as expressions over the network: `macs(direct) / macs(squeeze, expand) | 2`.

Each is a `Quote`: worked out from the engine's numbers, and once more from counted ones. Only sums, products
and the functions of `FUNCTIONS` are known: the text is read as a tree, and nothing in it is executed.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final

from engine.errors import quoted
from engine.layers import layer_kinds
from presets import quotes
from presets.lesson import NotFound, Number, Quote, State
from presets.written.document import LessonMistake, meant
from presets.written.places import OUTPUT, Binding, Scene, located

MOST_LETTERS: Final = 300
"""Of one expression: a longer one is no number that a reader could follow."""

_AS_PYTHON: Final = (
    (r"(?<=\d),(?=\d{3}(?!\d))", ""), ("[×·]", "*"), ("−", "-"), ("≤", "<="), ("≥", ">="), ("≠", "!="),
    (r"(?<![<>=!])=(?!=)", "=="),
)  # fmt: skip


@dataclass(frozen=True)
class Function:
    """A number about layers: the quote for their places."""

    about: str
    quote: Callable[..., Quote]
    least: int = 1
    most: int = 1


FUNCTIONS: Final[Mapping[str, Function]] = {
    "macs": Function("multiply–adds of these layers, of all without any", quotes.macs, 0, 20),
    "parameters": Function(
        "weights and biases of these layers, of all without any", quotes.parameters, 0, 20
    ),
    "weights": Function("weights without biases", quotes.weights),
    "biases": Function("biases alone", quotes.biases),
    "channels": Function("maps that come out", quotes.channels),
    "height": Function("rows of a map", lambda place: quotes.size(place, 0)),
    "width": Function("columns of a map", lambda place: quotes.size(place, 1)),
    "field": Function("receptive field, in rows of the input", quotes.field),
    "jump": Function("rows of the input between neighbouring outputs", quotes.jump),
    "layers": Function("layers of the network, the Input not counted", quotes.layer_count, 0, 0),
}
"""What may be asked of a layer; settings are asked for by their own names: `kernel_size(conv1)`."""

TOTALS: Final = {"macs": quotes.total_macs, "parameters": quotes.total_parameters}
LARGEST: Final = 10**15
"""Of a number that is written in an expression."""
_LARGEST_RESULT: Final = 10**60

OPERATORS: Final[Mapping[type, Callable[[Number, Number], Number]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: _divided(a, b),
}


@dataclass(frozen=True)
class Term:
    """A number of a network in which the places are already found. Both ways raise `NotFound`."""

    engine: Callable[[State, Binding], Number]
    counted: Callable[[State, Binding], Number]
    text: str
    """For people: `channels of *squeeze*`; empty for what is more than one number of the network."""
    names: tuple[str, ...] = ()
    """The layers that it is about."""


class Reader:
    """Reads the expressions of one step, whose places stand in its scene."""

    def __init__(self, scene: Scene, known_ids: Sequence[str]) -> None:
        self._scene = scene
        self._known_ids = known_ids

    def quote(self, text: str, line: int) -> Quote:
        """The number; behind a bar the decimals that are shown and a unit: `| 2`, `| 1 %`."""
        expression, bar, shown = text.partition("|")
        term = self.term(self.tree(expression, line), line)
        scene = self._scene
        match = re.fullmatch(r"\s*(\d)\s*(%?)\s*", shown)
        if bar and match is None:
            raise LessonMistake(
                line, f"{quoted(shown.strip())} after the bar is no number of decimals (0 to 9)"
            )
        factor = 100 if match is not None and match[2] else 1

        def engine(state: State) -> Number:
            return _bounded(term.engine(state, scene.binding(state)) * factor)

        def counted(state: State) -> Number:
            return _bounded(term.counted(state, scene.binding(state)) * factor)

        if match is None:
            return Quote(engine=engine, counted=counted, shown=lambda state: plain(engine(state)))
        unit = "\u00a0%" if match[2] else ""
        return Quote(engine=engine, counted=counted, places=int(match[1]), unit=unit)

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
            return Term(lambda *_: value, lambda *_: value, plain(value))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self.term(ast.BinOp(ast.Constant(0), ast.Sub(), node.operand), line)
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            left, right = self.term(node.left, line), self.term(node.right, line)
            work = OPERATORS[type(node.op)]
            return Term(
                lambda state, found: work(left.engine(state, found), right.engine(state, found)),
                lambda state, found: work(left.counted(state, found), right.counted(state, found)),
                "",
                (*left.names, *right.names),
            )
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return self._called(node.func.id, [self._name(one, line) for one in node.args], line)
        raise LessonMistake(
            line,
            f"{quoted(ast.unparse(node))} is no number: write 42, macs(conv1), or several with + − × /",
        )

    def _name(self, node: ast.expr, line: int) -> str:
        """The name of a layer: a place, a node's id, `output`; or a kind, to count."""
        name = (
            node.id if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Constant) else None
        )
        known = (*self._scene.places.names, *self._known_ids, OUTPUT)
        if not isinstance(name, str) or (name not in known and name not in layer_kinds()):
            asked = ast.unparse(node)
            raise LessonMistake(line, f"no layer or place is called {quoted(asked)}. {meant(asked, known)}")
        return name

    def _called(self, function: str, names: list[str], line: int) -> Term:
        if function == "count" and len(names) == 1 and names[0] in layer_kinds():
            return _about([], f"how many {names[0]} there are", partial(quotes.layer_count, names[0]))
        if function in FUNCTIONS:
            found = FUNCTIONS[function]
            if not found.least <= len(names) <= found.most:
                raise LessonMistake(line, f"{function}() takes {_many(found)}, not {len(names)}")
            make = TOTALS[function] if not names and function in TOTALS else found.quote
            said = (
                f"{function} of {' and '.join(f'*{name}*' for name in names)}" if names else f"all {function}"
            )
            return _about(names, said, make)
        settings = {setting.name for kind in layer_kinds().values() for setting in kind.settings()}
        if function in settings and len(names) == 1:
            return _about(names, f"{function} of *{names[0]}*", partial(quotes.setting, name=function))
        known = (*FUNCTIONS, "count", *sorted(settings))
        raise LessonMistake(line, f"unknown function {quoted(function)}. {meant(function, known)}")


def _about(names: list[str], text: str, make: Callable[..., Quote]) -> Term:
    """A number about layers, which are found anew in every network."""

    def made(state: State, found: Binding) -> Quote:
        return make(*(located(name, state.project.network, found) for name in names))

    return Term(
        lambda state, found: made(state, found).engine(state),
        lambda state, found: made(state, found).counted(state),
        text,
        tuple(names),
    )


def _divided(above: Number, below: Number) -> Number:
    if not below:
        raise NotFound("a ratio to nothing")
    return Fraction(above) / Fraction(below)


def _bounded(number: Number) -> Number:
    if not -_LARGEST_RESULT < number < _LARGEST_RESULT:
        raise NotFound("a number that could be written")
    return number


def plain(number: Number) -> str:
    """Whole numbers with commas, others to two decimals."""
    whole = Fraction(number).denominator == 1
    return (f"{int(number):,}" if whole else f"{float(number):,.2f}").replace("-", "−")


def _many(function: Function) -> str:
    if function.least == function.most:
        return ("no layer", "one layer")[function.most]
    return f"{function.least} to {function.most} layers"
