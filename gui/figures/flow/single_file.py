"""What styles share that can only draw a chain: layers one after another, operations named between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from engine.analysis.analyze import Analysis
from engine.errors import quoted
from engine.model.project import Project
from gui.figures.chain.paging import sketch_on
from gui.figures.drawing.drawing import Item, Line, Path, Text
from gui.figures.drawing.shapes import rounded_line
from gui.figures.flow.folding import folded
from gui.figures.sketch import Sketch, Symbol, sketch
from gui.figures.style import Options
from gui.figures.text.naming import stride_text, window_text
from gui.figures.text.type_metrics import elided, text_width
from gui.look.theme import Palette

TYPE: Final = 11.0
_WIDEST: Final = 150.0
"""Units that an operation's name may take."""
_TICK: Final = 5.0
"""How far the ends of a bracket stand up."""
_WORDS: Final = {
    "convolution": "Convolution",
    "pointwise": "1×1 convolution",
    "depthwise": "Depthwise convolution",
    "up": "Up-convolution",
    "dense": "Dense",
    "softmax": "Softmax",
    "normalization": "Normalisation",
}


def chain_problem(look: str, project: Project, analysis: Analysis) -> str:
    """Why a network is no chain, and which styles draw it; empty for a chain."""
    seen = sketch(project.network, analysis)
    branch = seen.branch
    if branch is not None:
        return (
            f"{look} cannot draw branches, and at {quoted(branch.node.label)} ({branch.id}) ways part"
            " or meet: the styles slabs, column and flow can"
        )
    if seen.beginnings > 1:
        return f"{look} draws one chain of layers, and this network has several: column and flow draw them"
    return ""


def chain(project: Project, analysis: Analysis, options: Options) -> Sketch:
    """The sketch of a chain, folded if wanted."""
    seen = sketch(project.network, analysis)
    return sketch_on(folded(seen) if options.fold else seen, options.page)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One layer on its line: x of its left end; `line` counts from 0."""

    symbol: Symbol
    x: float
    line: int
    before: float
    """The middle of the gap before it."""


def placed(
    symbols: Sequence[Symbol], widths: Sequence[float], words: Sequence[float], gap: float, room: float
) -> list[Place]:
    """The layers from left to right, in as few lines of about equal length as fit the room.

    `words[i]` is the width of what stands below the gap before layer i, 0 for nothing: neighbours keep clear
    of each other.
    """
    gaps = [gap]
    for index in range(1, len(symbols)):
        # From the middle of the gap before to that of this one there is room for half of both words.
        need = (words[index - 1] + words[index]) / 2 + 10 if words[index - 1] else 0.0
        gaps.append(max(gap, 2 * (need - widths[index - 1]) - gaps[-1]))
    steps = [0.0, *(width + gap for width, gap in zip(widths, gaps[1:], strict=False))]
    total = sum(steps) + (widths[-1] if widths else 0.0)
    count = max(1, ceil(total / room))
    while True:
        # The shortest lines, all about equal, that hold everything in so many of them.
        longest = total / count
        while longest <= room or count >= len(symbols):
            made = _in_lines(symbols, widths, gaps, longest)
            if made[-1].line < count:
                return made
            longest *= 1.02
        count += 1


def _in_lines(
    symbols: Sequence[Symbol], widths: Sequence[float], gaps: Sequence[float], longest: float
) -> list[Place]:
    made: list[Place] = []
    x, line = 0.0, 0
    for index, symbol in enumerate(symbols):
        x += widths[index - 1] + gaps[index] if index else 0.0
        if made and x + widths[index] > longest:
            x, line = gaps[index], line + 1
        made.append(Place(symbol=symbol, x=x, line=line, before=x - gaps[index] / 2))
    return made


def operation(symbol: Symbol, options: Options, copies: int = 1) -> list[str]:
    """What the layer does, in up to two lines: `Convolution`, `5×5, ReLU`; with ×N for so many copies."""
    if "names" not in options.labels:
        return []
    kind = symbol.layer.family
    word = _WORDS.get(kind, symbol.layer.title or symbol.layer.label)
    name = symbol.node.name or word
    window = symbol.layer.window
    own_step = kind == "pooling" and window is not None and window.stride == window.kernel_size
    stride = "" if own_step else stride_text(symbol.layer)
    size = (window_text(symbol.layer) if kind != "pointwise" else "") + stride
    detail = ", ".join(part for part in (word if symbol.node.name else "", size, symbol.activation) if part)
    if copies > 1:
        name = f"{name} ×{copies}"
    name = elided(name, _WIDEST, TYPE)
    return [name, detail] if detail else [name]


def operation_width(lines: Sequence[str]) -> float:
    """Of the longest line."""
    return max((text_width(line, TYPE) for line in lines), default=0.0)


def operation_texts(
    symbol: Symbol, lines: Sequence[str], x: float, y: float, palette: Palette
) -> Iterator[Text]:
    """The lines centred below (x, y)."""
    for index, words in enumerate(lines):
        yield Text(
            x=x, y=y + 14 * index, text=words, size=TYPE, anchor="middle", part=symbol.id,
            colour=palette.secondary if index else palette.text,
        )  # fmt: skip


def brackets(
    seen: Sketch, extents: Mapping[str, tuple[int, float, float]], below: Sequence[float], palette: Palette
) -> Iterator[Item]:
    """A bracket with ×N below the layers of each run of several; open at the side where a line breaks it.

    extents: (line, left, right) of each layer with the words before it; below: y of each line's brackets.
    """
    for run in seen.runs:
        lines = sorted({extents[symbol][0] for symbol in run.symbols})
        if len(run.symbols) == 1:
            continue
        for line in lines:
            here = [extents[symbol] for symbol in run.symbols if extents[symbol][0] == line]
            left, right = min(x for _, x, _ in here), max(x for _, _, x in here)
            y, part = below[line], run.symbols[0]
            corners = [(left, y), (right, y)]
            corners = ([(left, y - _TICK)] if line == lines[0] else []) + corners
            corners += [(right, y - _TICK)] if line == lines[-1] else []
            bracket = rounded_line(corners, 4, palette.secondary, 1.0)
            yield replace(bracket, part=part)
            yield Text(
                x=(left + right) / 2, y=y + 15, text=f"×{run.copies}", size=TYPE, weight=600, anchor="middle",
                colour=palette.text, part=part,
            )  # fmt: skip


def brackets_height(seen: Sketch) -> float:
    """Room below each line for them."""
    return 26.0 if any(len(run.symbols) > 1 for run in seen.runs) else 0.0


def goes_on(x: float, y: float, palette: Palette, part: str) -> Item:
    """A short arrow where a line ends, or begins again."""
    return Path(
        start=(x, y), pieces=(Line((x + 18, y)),), stroke=palette.wire, stroke_width=1.3, head="arrow",
        head_size=7.0, part=part,
    )  # fmt: skip
