"""The cards of a flow figure: those of the canvas, or repeated blocks once, and where they lie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.analysis.analyze import Analysis
from engine.analysis.group_report import report_together
from engine.layout.collapsed_view import visible_cards, wires_behind
from engine.layout.layout import lay_out
from engine.layout.repeats import repeat_count
from engine.model.grouping import Grouping
from engine.model.network import Edge, Network, Node
from engine.model.project import Point, Project
from engine.shapes import Shape
from gui.figures.flow.arranging import WIDTH, Arranged, arrange_page
from gui.figures.flow.card import Card
from gui.figures.flow.folding import folded
from gui.figures.sketch import Run, Sketch, Symbol, sketch
from gui.figures.style import Options
from gui.words.number_format import Numbers


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A card without its map, the node whose map and shape it shows, and the cards it reads."""

    card: Card
    face: str
    shape: Shape | None
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FlowView:
    """All cards by id in drawing order; `down` where the network runs downwards."""

    cards: Mapping[str, Shown]
    carried: Mapping[Edge, tuple[Shape, ...]]
    """What each wire between two cards carries: one shape, or several where it stands for several wires."""
    wires: Mapping[Edge, tuple[Edge, ...]]
    """The wires of the network behind each one between two cards."""
    down: bool
    runs: tuple[Run, ...] = ()
    """Cards that are repeated together."""
    arranged: Arranged | None = None
    """How they were arranged for a target; None where they lie as on the canvas."""

    @property
    def is_cornered(self) -> bool:
        """Whether wires run level and upright, around corners."""
        return self.arranged is not None and self.arranged.ways is not None


def flow_view(project: Project, analysis: Analysis, options: Options) -> FlowView:
    """The project as it lies on the canvas; laid out anew where it has no places, is to run elsewhere, or
    is folded."""
    direction = options.direction or project.direction
    if options.fold and not project.groups:
        return _folded_view(folded(sketch(project.network, analysis)), analysis, options, direction)
    groups = project.groups
    if options.fold:
        groups = Grouping(replace(group, collapsed=True) for group in groups.values())
    if options.width_mm is not None and not _lies_as_wanted(project, groups, options):
        return _arranged_view(project, groups, analysis, options, direction)
    anew = not project.positions or direction != project.direction or groups != project.groups
    at = lay_out(project.network, groups, direction=direction) if anew else None
    cards = {}
    for one, sources in visible_cards(project.network, groups).items():
        place = project.position(one) if at is None else at[one]
        if one in groups:
            cards[one] = _of_group(project, groups, one, analysis, options, place, sources)
        else:
            cards[one] = _of_node(project.network.nodes[one], analysis, options, place, sources)
    carried = _carried(
        project.network, groups, analysis, {one: shown.sources for one, shown in cards.items()}
    )
    wires = _behind(project.network, groups, carried)
    return FlowView(cards=cards, carried=carried, wires=wires, down=direction == "down")


def _lies_as_wanted(project: Project, groups: Grouping, options: Options) -> bool:
    """Whether the user's own places are to be kept, or expanded groups have boxes to be laid out."""
    if any(not group.collapsed and groups.card(one) == one for one, group in groups.items()):
        return True
    if not project.positions or options.direction or groups != project.groups:
        return False
    automatic = lay_out(project.network, groups, direction=project.direction)
    return any(
        project.position(card) != automatic.get(card) for card in visible_cards(project.network, groups)
    )


def _arranged_view(
    project: Project, groups: Grouping, analysis: Analysis, options: Options, direction: str
) -> FlowView:
    """The cards in lines as long as the target is wide, on the page that is asked for."""
    network = project.network
    sources = visible_cards(network, groups)

    def shape_of(card: str) -> Shape | None:
        return analysis.layers[groups.nodes(card)[-1] if card in groups else card].output_shape

    sources, arranged = arrange_page(sources, shape_of, (), options, direction)
    cards = {}
    for one, own in sources.items():
        if one in groups:
            shown = _of_group(project, groups, one, analysis, options, arranged.at[one], own)
        else:
            shown = _of_node(project.network.nodes[one], analysis, options, arranged.at[one], own)
        cards[one] = replace(shown, card=replace(shown.card, width=WIDTH))
    carried = _carried(project.network, groups, analysis, sources)
    wires = _behind(network, groups, carried)
    down = _runs_down(arranged, direction)
    return FlowView(cards=cards, carried=carried, wires=wires, down=down, arranged=arranged)


def _carried(
    network: Network, groups: Grouping, analysis: Analysis, sources: Mapping[str, tuple[str, ...]]
) -> dict[Edge, tuple[Shape, ...]]:
    """The shapes on each wire between two cards."""
    return {
        (source, card): tuple(
            dict.fromkeys(
                shape
                for behind, _ in wires_behind(network, groups, (source, card))
                if (shape := analysis.layers[behind].output_shape) is not None
            )
        )
        for card, own in sources.items()
        for source in own
    }


def _behind(network: Network, groups: Grouping, wires: Iterable[Edge]) -> dict[Edge, tuple[Edge, ...]]:
    return {wire: wires_behind(network, groups, wire) for wire in wires}


def _cost(options: Options) -> str:
    """What the bars measure: parameters where they alone are asked for, MACs otherwise."""
    return "parameters" if "parameters" in options.labels and "macs" not in options.labels else "macs"


def _note(parameters: int, macs: int, options: Options) -> str:
    numbers = Numbers()
    parts = []
    if "parameters" in options.labels and parameters:
        parts.append(f"{numbers.short(parameters)} parameters")
    if "macs" in options.labels and macs:
        parts.append(f"{numbers.short(macs)} MACs")
    return " · ".join(parts)


def _share(amount: int, analysis: Analysis, options: Options) -> float:
    total: int = getattr(analysis.totals, _cost(options))
    return amount / total if total else 0.0


def _of_node(node: Node, analysis: Analysis, options: Options, at: Point, sources: tuple[str, ...]) -> Shown:
    report = analysis.layers[node.id]
    detail = " · ".join(part for part in (node.layer.label if node.name else "", node.layer.detail) if part)
    card = Card(
        at=at,
        title=node.label,
        details=(detail,),
        parts=((node.layer.role, 1.0),),
        share=_share(getattr(report, _cost(options)), analysis, options),
        problem=report.problems[0].message if report.problems else "",
        note=_note(report.parameters, report.macs, options),
    )
    return Shown(card=card, face=node.id, shape=report.output_shape, sources=sources)


def _of_group(
    project: Project,
    groups: Grouping,
    group_id: str,
    analysis: Analysis,
    options: Options,
    at: Point,
    sources: tuple[str, ...],
) -> Shown:
    """A collapsed group: its title, how many layers it has, and what they cost."""
    numbers = Numbers()
    report = report_together(analysis, groups.nodes(group_id))
    count = repeat_count(project.network, groups, group_id)
    layers = "1 layer" if len(report.nodes) == 1 else f"{len(report.nodes)} layers"
    amounts = [f"{numbers.short(report.parameters)} params"] if report.parameters else []
    card = Card(
        at=at,
        title=groups[group_id].label,
        copies=count,
        details=(layers, *amounts) if amounts else (layers,),
        parts=_parts(project.network, analysis, report.nodes, options),
        share=_share(getattr(report, _cost(options)), analysis, options),
        problem=report.problems[0].message if report.problems else "",
        note=_note(0, report.macs, options),
        sheets=2 if count > 1 else 1,
    )
    shape = analysis.layers[report.output].output_shape
    return Shown(card=card, face=report.output, shape=shape, sources=sources)


def _parts(
    network: Network, analysis: Analysis, node_ids: tuple[str, ...], options: Options
) -> tuple[tuple[str, float], ...]:
    """Which kinds of layers the cost is made of, the largest share first; their numbers if none costs."""
    costs = {node_id: float(getattr(analysis.layers[node_id], _cost(options))) for node_id in node_ids}
    if not any(costs.values()):
        costs = dict.fromkeys(node_ids, 1.0)
    found: dict[str, float] = {}
    for one, cost in costs.items():
        role = network.nodes[one].layer.role
        found[role] = found.get(role, 0.0) + cost
    total = sum(found.values())
    shares = [(role, cost / total) for role, cost in found.items() if cost / total >= 0.01]
    return tuple(sorted(shares, key=lambda part: -part[1]))


def _folded_view(seen: Sketch, analysis: Analysis, options: Options, direction: str) -> FlowView:
    """A card for each layer with what follows it, repeated blocks once."""
    sources: Mapping[str, tuple[str, ...]] = {
        symbol: tuple(dict.fromkeys(link.source for link in seen.into[symbol])) for symbol in seen.symbols
    }
    arranged = None
    if options.width_mm is not None:
        runs_together = [run.symbols for run in seen.runs]
        sources, arranged = arrange_page(
            sources, lambda one: seen.symbols[one].shape, runs_together, options, direction
        )
    network = Network(replace(seen.symbols[one].node, inputs=own) for one, own in sources.items())
    at = lay_out(network, direction=direction) if arranged is None else arranged.at
    cards = {
        one: _of_symbol(seen.symbols[one], seen.copies_alone(one), analysis, options, at[one], own)
        for one, own in sources.items()
    }
    if arranged is not None:
        cards = {one: replace(x, card=replace(x.card, width=WIDTH)) for one, x in cards.items()}
    carried = {
        (source, card): (shape,)
        for card, shown in cards.items()
        for source in shown.sources
        if (shape := cards[source].shape) is not None
    }
    runs = tuple(run for run in seen.runs if len(run.symbols) > 1 and set(run.symbols) <= set(cards))
    down = _runs_down(arranged, direction)
    wires = {(link.source, link.target): link.edges for link in seen.links}
    return FlowView(cards=cards, carried=carried, wires=wires, down=down, runs=runs, arranged=arranged)


def _runs_down(arranged: Arranged | None, direction: str) -> bool:
    """Whether wires are to be drawn with x and y exchanged."""
    return direction == "down" and (arranged is None or arranged.ways is None)


def _of_symbol(
    symbol: Symbol, copies: int, analysis: Analysis, options: Options, at: Point, sources: tuple[str, ...]
) -> Shown:
    node = symbol.node
    others = [member.layer.label for member in symbol.members if member is not node]
    detail = " · ".join(
        part for part in (node.layer.label if node.name else "", node.layer.detail, *others) if part
    )
    card = Card(
        at=at,
        title=node.label,
        copies=copies,
        details=(detail,),
        parts=((node.layer.role, 1.0),),
        share=_share(symbol.parameters if _cost(options) == "parameters" else symbol.macs, analysis, options),
        problem=symbol.problem,
        note=_note(symbol.parameters, symbol.macs, options),
        sheets=2 if copies > 1 else 0,
    )
    return Shown(card=card, face=symbol.members[-1].id, shape=symbol.shape, sources=sources)
