"""Two networks side by side with their totals and the ratio: the slide "without / with 1×1"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.analysis.analyze import Analysis
from engine.analysis.comparison import AMOUNTS, Amount, Change, Comparison, compare
from engine.model.project import Project
from gui.figures.chain.chain_box import SMALL
from gui.figures.chain.chain_lines import chain_items
from gui.figures.comparison_table import comparison_table
from gui.figures.drawing.drawing import Drawing, Item, Rect, Text
from gui.figures.drawing.item_bounds import cropped, extent_of_all, moved
from gui.figures.drawing.shapes import straight
from gui.figures.flow.folding import folded
from gui.figures.sketch import sketch
from gui.figures.slabs.scaling import room
from gui.figures.style import Maps, Options, Style
from gui.figures.text.type_metrics import elided, text_width
from gui.figures.tints import paper
from gui.look.theme import Palette
from gui.words.number_format import Numbers

MARGIN: Final = 28.0
TYPE: Final = 13.0
_TITLE: Final = 17.0
_BIG: Final = 26.0
_APART: Final = 72.0
_WIDEST_NAME: Final = 150.0
"""Units that the name beside a bar may take."""
_ROW: Final = 54.0
_PAGE: Final = 16 / 9


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The baseline at the left, the network at the right, below them what both cost."""
    background = None if options.transparent else paper(palette)
    if options.baseline is None:
        words = Text(x=0, y=0, text=judge(project, analysis, options), size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    before, first = options.baseline
    found = compare(first, analysis)
    width, height = room(options, SMALL)
    height = (height or width / _PAGE) - 2 * MARGIN - 2 * _TITLE - 3 * _ROW - 60
    half = (width - 2 * MARGIN - _APART) / 2
    left = _network(before, first, found, True, palette, options, half, max(height, 160.0))
    right = _network(project, analysis, found, False, palette, options, half, max(height, 160.0))
    titles = _titles(before, project, found)
    items = list(_side_by_side(left, right, titles, palette))
    (x1, _), (x2, bottom) = extent_of_all(items)
    items += _costs(found, titles, x1, max(x2, x1 + 620.0), bottom + 34, palette)
    title = " and ".join(one for one in (before.title, project.title) if one)
    return cropped(items, MARGIN, background=background, title=title)


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Empty where there is something to compare with."""
    if options.baseline is None:
        return "a comparison needs a second network: choose a baseline"
    return ""


def _network(
    project: Project,
    analysis: Analysis,
    found: Comparison,
    is_before: bool,
    palette: Palette,
    options: Options,
    width: float,
    height: float,
) -> list[Item]:
    """One of both as a chain of boxes, what only it has set off."""
    seen = sketch(project.network, analysis)
    if options.fold or len(seen.symbols) > 40:
        seen = folded(seen)
    items = chain_items(seen, palette, replace(options, legend=False), width, height)
    pairs = found.by_former_node if is_before else found.by_node
    kept = sum(pair.before is not None and pair.after is not None for pair in found.pairs)
    if 2 * kept < len(found.pairs):
        return items  # two different networks: what each alone has says nothing
    wanted: Change = "removed" if is_before else "inserted"
    colour = palette.warning if is_before else palette.accent
    for item in tuple(items):
        if isinstance(item, Rect) and item.part in pairs and pairs[item.part].change == wanted:
            around = 2.5
            items.append(
                Rect(
                    x=item.x - around, y=item.y - around, width=item.width + 2 * around,
                    height=item.height + 2 * around, radius=5, stroke=colour, stroke_width=2.0,
                    dashes=(4.0, 3.0) if is_before else (), part=item.part,
                )
            )  # fmt: skip
    return items


def _titles(before: Project, after: Project, found: Comparison) -> tuple[tuple[str, str], tuple[str, str]]:
    """Title and remark of both."""
    counts = [
        sum(node.layer.role == "pointwise" for node in one.network.nodes.values()) for one in (before, after)
    ]
    remarks = [f"1×1 convolutions: {count}" for count in counts]
    if counts[0] != counts[1] and min(counts) == 0:
        remarks = ["with 1×1" if count else "without 1×1" for count in counts]
    names = [one.title or word for one, word in ((before, "Baseline"), (after, "Network"))]
    return (names[0], remarks[0]), (names[1], remarks[1])


def _side_by_side(
    left: Sequence[Item], right: Sequence[Item], titles: Sequence[tuple[str, str]], palette: Palette
) -> Iterator[Item]:
    """Both networks with their titles above, centred on one line."""
    boxes = [extent_of_all(items) for items in (left, right)]
    heights = [bottom - top for (_, top), (_, bottom) in boxes]
    x = 0.0
    for items, box, height, (title, remark) in zip((left, right), boxes, heights, titles, strict=True):
        (x1, y1), (x2, _) = box
        own = max(x2 - x1, text_width(title, _TITLE, 600), text_width(remark, TYPE))
        middle = x + own / 2
        yield Text(
            x=middle, y=_TITLE, text=title, size=_TITLE, weight=600, anchor="middle", colour=palette.text
        )
        yield Text(x=middle, y=_TITLE + 20, text=remark, size=TYPE, anchor="middle", colour=palette.secondary)
        top = 2 * _TITLE + 22 + (max(heights) - height) / 2
        for item in items:
            yield moved(item, middle - (x1 + x2) / 2, top - y1)
        x += own + _APART


def _costs(
    found: Comparison,
    titles: Sequence[tuple[str, str]],
    left: float,
    right: float,
    y: float,
    palette: Palette,
) -> Iterator[Item]:
    """A row an amount: two bars on one scale, and how many times fewer."""
    yield straight((left, y - 14), (right, y - 14), palette.line)
    numbers = Numbers()
    names = _row_names(titles)
    label = max(text_width(amount, TYPE) for amount in AMOUNTS.values()) + 24
    name_width = max(text_width(name, TYPE) for name in names) + 14
    value = 84.0
    ratio = 130.0
    longest = right - left - label - name_width - value - ratio
    for key, name in AMOUNTS.items():
        amount = found.total(key)
        most = max(amount.before, amount.after, 1)
        yield Text(x=left, y=y + _ROW / 2 + 1, text=name, size=TYPE, weight=600, colour=palette.text)
        for index, (who, size) in enumerate(zip(names, (amount.before, amount.after), strict=True)):
            middle = y + 12 + 22 * index
            x = left + label
            words = numbers.size(size) if key.endswith("bytes") else numbers.short(size)
            fill = palette.accent if index else palette.wire
            length = max(1.0, longest * size / most) if size else 0.0
            yield Text(x=x, y=middle + 4.5, text=who, size=TYPE, colour=palette.secondary)
            yield Rect(x=x + name_width, y=middle - 6, width=length, height=12, radius=2, fill=fill)
            end = x + name_width + length + 8
            yield Text(x=end, y=middle + 4.5, text=words, size=TYPE, weight=500, colour=palette.text)
        yield Text(
            x=right, y=y + _ROW / 2 + 6, text=_ratio(amount), size=_BIG, weight=600, anchor="end",
            colour=_ratio_colour(amount, palette),
        )  # fmt: skip
        y += _ROW


def _row_names(titles: Sequence[tuple[str, str]]) -> list[str]:
    """What tells the two bars of a row apart: their titles; the remarks where the titles are the same."""
    names = [title for title, _ in titles]
    names = [remark for _, remark in titles] if len(set(names)) == 1 else names
    return [elided(name, _WIDEST_NAME, TYPE) for name in names]


def _ratio(amount: Amount) -> str:
    """`÷ 2.4`, `× 1.3`, `÷ 1,700`, `=`; `new` or `gone` where one is nothing."""
    ratio = amount.ratio
    if ratio is None:
        return "=" if amount.before == amount.after else "new" if amount.after else "gone"
    if amount.before == amount.after:
        return "="
    sign, value = ("÷", ratio) if ratio >= 1 else ("×", 1 / ratio)
    if value >= 999.5:
        return f"{sign} {float(f'{value:.2g}'):,.0f}"
    return f"{sign} {value:.2f}" if value < 9.995 else f"{sign} {value:.1f}"


def _ratio_colour(amount: Amount, palette: Palette) -> str:
    if amount.before == amount.after:
        return palette.secondary
    return palette.good if amount.before > amount.after else palette.warning


STYLE: Final = Style(
    name="comparison",
    title="Comparison",
    draw=draw,
    about="Two networks side by side, their totals and how many times fewer: without and with 1×1",
    uses=frozenset({"transparent", "baseline", "direction", "fold", "labels"}),
    needs=frozenset({"baseline"}),
    table=comparison_table,
    problem=judge,
)
