"""Two networks side by side with their totals and the ratio: the slide "without / with 1×1"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.analysis.analyze import Analysis
from engine.analysis.comparison import AMOUNTS, Amount, Change, Comparison, compare
from engine.model.project import Project
from gui.figures.chain.chain_box import SMALL
from gui.figures.chain.chain_lines import chain_items
from gui.figures.chain.paging import Page, sketch_on
from gui.figures.comparison_table import comparison_table
from gui.figures.drawing.drawing import Drawing, Item, Rect, Text
from gui.figures.drawing.item_bounds import cropped, extent_of_all, moved
from gui.figures.drawing.shapes import straight
from gui.figures.flow.folding import folded
from gui.figures.sketch import Sketch, sketch
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
_GUTTER: Final = 36.0
_ROW: Final = 54.0
_PANEL: Final = 72.0
"""Height of the costs where they stand side by side."""
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
    titles = _titles((before, first), (project, analysis))
    pairs = ((before, first), (project, analysis))
    seen = tuple(_seen(*pair, options) for pair in pairs)
    pages = _pages(seen, options.page)
    width, height = room(options, SMALL)
    beside = options.height_mm is not None
    panels = _PANEL * (1 if _in_one_row(width - 2 * MARGIN) else len(AMOUNTS))
    costs = 0.0 if pages.costs_alone else (panels if beside else len(AMOUNTS) * _ROW) + 30
    height = max((height or width / _PAGE) - 2 * MARGIN - 2 * _TITLE - 26 - costs, 160.0)
    shown = [index for index in (0, 1) if pages.networks[index] is not None]
    rooms = _rooms([seen[index] for index in shown], width - 2 * MARGIN - _APART * (len(shown) - 1))
    items: list[Item] = []
    networks = []
    for index, own in zip(shown, rooms, strict=True):
        part = sketch_on(seen[index], pages.networks[index] or (1, 1))
        drawn = _network(part, found, index == 0, palette, options, own, height)
        networks.append([_of_baseline(item) for item in drawn] if index == 0 else drawn)
    items += _side_by_side(networks, [titles[index] for index in shown], palette)
    if pages.costs:
        (x1, _), (x2, bottom) = extent_of_all(items) if items else ((0.0, 0.0), (0.0, -34.0))
        if beside:
            middle, whole = (x1 + x2) / 2, max(x2 - x1, width - 2 * MARGIN)
            x1, x2 = middle - whole / 2, middle + whole / 2
            items += _costs_beside(found, titles, x1, x2, bottom + 34, palette)
        else:
            items += _costs(found, titles, x1, max(x2, x1 + 620.0), bottom + 34, palette)
    title = " and ".join(one for one in (before.title, project.title) if one)
    return cropped(items, MARGIN, background=background, title=title)


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Empty where there is something to compare with."""
    if options.baseline is None:
        return "a comparison needs a second network: choose a baseline"
    return ""


@dataclass(frozen=True)
class _Pages:
    """What stands on a page: which page of each network's own, and whether the costs."""

    networks: tuple[Page | None, Page | None]
    costs: bool = True

    @property
    def costs_alone(self) -> bool:
        """Whether the costs take no room from networks."""
        return not self.costs or self.networks == (None, None)


def _pages(seen: Sequence[Sketch], page: Page) -> _Pages:
    """All on one page; both networks on the first of two and the costs on the second; from three on each
    network on pages of its own, as many as it has layers, and the costs on the last."""
    number, count = page
    if count == 1:
        return _Pages(((1, 1), (1, 1)))
    if number == count:
        return _Pages((None, None))
    if count == 2:
        return _Pages(((1, 1), (1, 1)), costs=False)
    left, right = (max(1, len(one.symbols)) for one in seen)
    first = min(max(1, round((count - 1) * left / (left + right))), count - 2)
    if number <= first:
        return _Pages(((number, first), None), costs=False)
    return _Pages((None, (number - first, count - 1 - first)), costs=False)


def _rooms(seen: Sequence[Sketch], width: float) -> list[float]:
    """The width of each network: what has more to show gets more."""
    weights = [max(len(one.symbols), 1) ** 0.75 * _widest(one) for one in seen]
    shares = [min(max(weight / sum(weights), 0.2), 0.8) if len(seen) > 1 else 1.0 for weight in weights]
    return [width * share for share in shares]


def _widest(seen: Sketch) -> int:
    """How many ways lead side by side."""
    return max((sum(not link.skip for link in links) for links in seen.into.values()), default=1) or 1


def _seen(project: Project, analysis: Analysis, options: Options) -> Sketch:
    """What is shown of a network: a long one folded."""
    seen = sketch(project.network, analysis)
    return folded(seen) if options.fold or len(seen.symbols) > 40 else seen


def _network(
    seen: Sketch,
    found: Comparison,
    is_before: bool,
    palette: Palette,
    options: Options,
    width: float,
    height: float,
) -> list[Item]:
    """One of both as a chain of boxes, what only it has set off."""
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


def _of_baseline(item: Item) -> Item:
    """The item under a name that no layer of the network has: what is said about those is not meant."""
    return replace(item, part=f"baseline: {item.part}", wire=None) if item.part else item


def _titles(
    before: tuple[Project, Analysis], after: tuple[Project, Analysis]
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Title and remark of both: what is broken in one, else how many 1×1 convolutions it has."""
    networks = before, after
    counts = [
        sum(node.layer.role == "pointwise" for node in one.network.nodes.values()) for one, _ in networks
    ]
    remarks = [f"1×1 convolutions: {count}" for count in counts]
    if counts == [0, 0]:
        remarks = ["", ""]
    elif counts[0] != counts[1] and min(counts) == 0:
        remarks = ["with 1×1" if count else "without 1×1" for count in counts]
    for index, (_, analysis) in enumerate(networks):
        broken = sum(bool(report.problems) for report in analysis.layers.values())
        if broken:
            layers = "1 layer has problems" if broken == 1 else f"{broken} layers have problems"
            remarks[index] = f"! {layers}: its numbers are incomplete"
    names = [one.title or word for (one, _), word in zip(networks, ("Baseline", "Network"), strict=True)]
    return (names[0], remarks[0]), (names[1], remarks[1])


def _side_by_side(
    networks: Sequence[Sequence[Item]], titles: Sequence[tuple[str, str]], palette: Palette
) -> Iterator[Item]:
    """The networks with their titles above, centred on one line."""
    boxes = [extent_of_all(items) for items in networks]
    heights = [bottom - top for (_, top), (_, bottom) in boxes]
    x = 0.0
    for items, box, height, (title, remark) in zip(networks, boxes, heights, titles, strict=True):
        (x1, y1), (x2, _) = box
        own = max(x2 - x1, text_width(title, _TITLE, 600), text_width(remark, TYPE))
        middle = x + own / 2
        yield Text(
            x=middle, y=_TITLE, text=title, size=_TITLE, weight=600, anchor="middle", colour=palette.text
        )
        colour = palette.warning if remark.startswith("!") else palette.secondary
        if remark:
            yield Text(x=middle, y=_TITLE + 20, text=remark, size=TYPE, anchor="middle", colour=colour)
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
    ratios = (_ratio(found.total(key)) for key in AMOUNTS)
    ratio = max(130.0, *(text_width(words, _BIG, 600) + 16 for words in ratios))
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


def _costs_beside(
    found: Comparison,
    titles: Sequence[tuple[str, str]],
    left: float,
    right: float,
    y: float,
    palette: Palette,
) -> Iterator[Item]:
    """The amounts side by side where height is short and there is width; in a narrow figure one below the
    other."""
    yield straight((left, y - 14), (right, y - 14), palette.line)
    numbers = Numbers()
    one_row = _in_one_row(right - left)
    own = (right - left - _GUTTER * (len(AMOUNTS) - 1)) / len(AMOUNTS) if one_row else right - left
    name_width = min(max(text_width(name, TYPE) for name in _row_names(titles)), own * 0.42)
    for column, (key, name) in enumerate(AMOUNTS.items()):
        amount = found.total(key)
        x = left + column * (own + _GUTTER) if one_row else left
        y += 0.0 if one_row or not column else _PANEL
        most = max(amount.before, amount.after, 1)
        longest = own - name_width - 12 - 72
        yield Text(x=x, y=y + 14, text=name, size=TYPE, weight=600, colour=palette.text)
        yield Text(
            x=x + own, y=y + 17, text=_ratio(amount), size=_TITLE, weight=600, anchor="end",
            colour=_ratio_colour(amount, palette),
        )  # fmt: skip
        for index, (who, size) in enumerate(
            zip(_row_names(titles), (amount.before, amount.after), strict=True)
        ):
            middle = y + 36 + 21 * index
            words = numbers.size(size) if key.endswith("bytes") else numbers.short(size)
            length = max(1.0, longest * size / most) if size else 0.0
            who = elided(who, name_width, TYPE)
            yield Text(x=x, y=middle + 4.5, text=who, size=TYPE, colour=palette.secondary)
            yield Rect(
                x=x + name_width + 12, y=middle - 5.5, width=length, height=11, radius=2,
                fill=palette.accent if index else palette.wire,
            )  # fmt: skip
            end = x + name_width + 12 + length + 8
            yield Text(x=end, y=middle + 4.5, text=words, size=TYPE, weight=500, colour=palette.text)


def _in_one_row(width: float) -> bool:
    """Whether there is room for all amounts side by side, with names beside their bars."""
    return width >= len(AMOUNTS) * (_WIDEST_NAME + 72 + 40)


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
    uses=frozenset(
        {"transparent", "baseline", "direction", "fold", "labels", "colours", "colour", "notation"}
    ),
    needs=frozenset({"baseline"}),
    splits=True,
    table=comparison_table,
    problem=judge,
)
