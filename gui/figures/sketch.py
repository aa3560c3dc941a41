"""What a figure shows of a network: its weighty layers, with what follows each folded into it.

A paper's figure draws a convolution, not the normalisation and the activation behind it, and it draws a
shortcut as a line, not as a row of nodes. A `Sketch` is that view: symbols, and the links between them. It
keeps every node of the network somewhere, so that a style can still say what was folded in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from engine.analysis.analyze import Analysis
from engine.layers import Layer
from engine.model.network import Edge, Network, Node
from engine.shapes import Shape
from gui.figures.drawing.drawing import Wire


@dataclass(frozen=True, kw_only=True)
class Symbol:
    """One thing to be drawn. `node` gives it its name and colour, `members` are all nodes folded into it."""

    node: Node
    members: tuple[Node, ...]
    input_shape: Shape | None = None
    """Of the first input."""
    shape: Shape | None = None
    """What comes out of the whole symbol."""
    macs: int = 0
    parameters: int = 0
    problem: str = ""
    copies: int = 1
    """How many equal ones in a row it stands for."""

    @property
    def id(self) -> str:
        """That of `node`."""
        return self.node.id

    @property
    def layer(self) -> Layer:
        """That of `node`."""
        return self.node.layer

    @cached_property
    def activation(self) -> str:
        """Title of the activation folded in behind the layer; empty for none."""
        place = self.members.index(self.node)
        found = [m.layer for m in self.members[place + 1 :] if m.layer.role == "activation"]
        return next((layer.label for layer in found if not layer.passes_on), "")

    @cached_property
    def normalized(self) -> bool:
        """Whether a normalisation is folded in."""
        return any(m.layer.role == "normalization" for m in self.members if m is not self.node)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A wire between two symbols. A `skip` runs beside a longer way between the same two."""

    source: str
    target: str
    through: tuple[Node, ...] = ()
    """Nodes drawn on the line: a crop, the 1×1 convolution of a projecting shortcut."""
    skip: bool = False
    edges: tuple[Edge, ...] = ()
    """The wires of the network that it stands for, the one into the target last."""

    @property
    def wire(self) -> Wire:
        """As items say it that are drawn for it."""
        return Wire(source=self.source, edges=self.edges)

    @property
    def projection(self) -> Layer | None:
        """The convolution on a shortcut that changes its channels or size; None for an identity."""
        return next((n.layer for n in self.through if n.layer.role == "pointwise"), None)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Parts in a row that stand for `copies` equal rows."""

    symbols: tuple[str, ...]
    copies: int


@dataclass(frozen=True)
class Sketch:
    """Parts by id in topological order, and all links."""

    symbols: Mapping[str, Symbol]
    links: tuple[Link, ...]
    runs: tuple[Run, ...] = field(default=())
    entering: tuple[Link, ...] = ()
    """Links from what stands on the page before."""
    leaving: tuple[Link, ...] = ()
    """Links to what stands on the next page, all from one symbol."""

    @cached_property
    def run_of(self) -> Mapping[str, Run]:
        """The run of each symbol that stands for several equal ones."""
        return MappingProxyType({symbol: run for run in self.runs for symbol in run.symbols})

    def copies_alone(self, symbol_id: str) -> int:
        """How often the symbol is repeated by itself: ×N may stand beside it. 1 for one that is repeated
        together with others, where ×N belongs to a bracket around all of them."""
        run = self.run_of.get(symbol_id)
        return run.copies if run is not None and len(run.symbols) == 1 else 1

    @cached_property
    def into(self) -> Mapping[str, tuple[Link, ...]]:
        """Links that end at each symbol."""
        return self._by("target")

    @cached_property
    def out_of(self) -> Mapping[str, tuple[Link, ...]]:
        """Links that begin at each symbol."""
        return self._by("source")

    def beside(self, symbol_id: str) -> tuple[Link, ...]:
        """All links that leave what the symbol reads first, on the page before too; none without."""
        into = self.into[symbol_id] or tuple(x for x in self.entering if x.target == symbol_id)
        return tuple(x for x in (*self.links, *self.entering) if into and x.source == into[0].source)

    @cached_property
    def trunk(self) -> Network:
        """The symbols as a network without the skips: what a layout works on."""
        return Network(
            replace(
                symbol.node,
                inputs=tuple(dict.fromkeys(link.source for link in self.into[one] if not link.skip)),
            )
            for one, symbol in self.symbols.items()
        )

    @property
    def branch(self) -> Symbol | None:
        """The first symbol from which more than one way leads on, or into which more than one leads."""
        for one, symbol in self.symbols.items():
            if len(self.out_of[one]) > 1 or len(self.into[one]) > 1:
                return symbol
        return None

    @property
    def beginnings(self) -> int:
        """How many symbols nothing leads into."""
        return sum(not links for links in self.into.values())

    def _by(self, end: str) -> Mapping[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = {symbol: [] for symbol in self.symbols}
        for link in self.links:
            found[getattr(link, end)].append(link)
        return MappingProxyType({one: tuple(links) for one, links in found.items()})


def sketch(network: Network, analysis: Analysis, *, projections: bool = True) -> Sketch:
    """The symbols and links of a network. With `projections` a lone 1×1 convolution on a shortcut around
    other layers becomes part of the line; without, it stays a symbol."""
    home = _homes(network)
    members: dict[str, list[Node]] = {}
    for node_id in network.order:
        if home[node_id]:
            members.setdefault(home[node_id], []).append(network.nodes[node_id])
    symbols = {
        one: _symbol(network, analysis, network.nodes[one], tuple(inside)) for one, inside in members.items()
    }
    ordered = {node_id: symbols[node_id] for node_id in network.order if node_id in symbols}
    made = Sketch(MappingProxyType(ordered), _links(network, home))
    made = Sketch(made.symbols, tuple(_with_skips(made)))
    return _with_projections(made) if projections else made


def is_passing(layer: Layer) -> bool:
    """Whether figures fold the layer into another one."""
    return layer.family in ("activation", "normalization") or layer.passes_on or layer.flattens


def _homes(network: Network) -> dict[str, str]:
    """The symbol each node belongs to; empty for one that lies on a link."""
    home: dict[str, str] = {}
    pending: list[str] = []
    for node_id in network.order:
        node, readers = network.nodes[node_id], network.outputs_of[node_id]
        home[node_id] = node_id
        if not node.inputs or not (is_passing(node.layer) or node.layer.reframes):
            continue
        source = node.inputs[0]
        alone = len(network.outputs_of[source]) == 1
        follows = is_passing(node.layer) and alone and network.nodes[source].inputs and source not in pending
        if follows and home[source]:
            home[node_id] = home[source]
        elif len(readers) == 1:
            # What reads it is not known yet: it is looked up once everything has its place.
            pending.append(node_id)
    for node_id in reversed(pending):
        (reader,) = network.outputs_of[node_id]
        joins = len(network.nodes[reader].inputs) > 1
        if not joins:
            home[node_id] = home[reader]
        elif network.nodes[node_id].layer.reframes:
            home[node_id] = ""
    return home


def _symbol(network: Network, analysis: Analysis, node: Node, members: tuple[Node, ...]) -> Symbol:
    reports = [analysis.layers[member.id] for member in members]
    first, last = reports[0], reports[-1]
    return Symbol(
        node=node,
        members=members,
        input_shape=first.input_shapes[0] if first.input_shapes else None,
        shape=_shape_before_flattening(members, analysis) or last.output_shape,
        macs=sum(report.macs for report in reports),
        parameters=sum(report.parameters for report in reports),
        problem=next((p.message for report in reports for p in report.problems), ""),
    )


def _shape_before_flattening(members: tuple[Node, ...], analysis: Analysis) -> Shape | None:
    """The maps of a symbol whose tail only lays them out in a row."""
    for before, after in pairwise(members):
        if after.layer.flattens:
            return analysis.layers[before.id].output_shape
    return None


def _links(network: Network, home: Mapping[str, str]) -> tuple[Link, ...]:
    made: dict[tuple[str, str], Link] = {}
    for node_id in network.order:
        target = home[node_id]
        for source in network.nodes[node_id].inputs if target else ():
            through: list[Node] = []
            edges = [(source, node_id)]
            while not home[source]:
                through.insert(0, network.nodes[source])
                source = network.nodes[source].inputs[0]
                edges.insert(0, (source, through[0].id))
            if home[source] != target:
                link = Link(source=home[source], target=target, through=tuple(through), edges=tuple(edges))
                first = made.setdefault((link.source, link.target), link)
                if first is not link:
                    made[link.source, link.target] = replace(first, edges=(*first.edges, *link.edges))
    return tuple(made.values())


def _with_skips(made: Sketch) -> Iterator[Link]:
    """The links, with those marked that run beside a longer way."""
    above: dict[str, frozenset[str]] = {}
    for symbol in made.symbols:
        sources = [link.source for link in made.into[symbol]]
        above[symbol] = frozenset(sources).union(*(above[source] for source in sources))
    for link in made.links:
        beside = any(
            link.source in above[other.source] for other in made.into[link.target] if other is not link
        )
        yield replace(link, skip=True) if beside else link


def _with_projections(made: Sketch) -> Sketch:
    """A lone 1×1 convolution beside a longer branch, both summed up, becomes part of a skip."""
    symbols = dict(made.symbols)
    links = list(made.links)
    for one, symbol in made.symbols.items():
        into, out = made.into[one], made.out_of[one]
        if symbol.layer.role != "pointwise" or len(into) != 1 or len(out) != 1 or out[0].skip:
            continue
        source, target = into[0].source, out[0].target
        if made.symbols[target].layer.family != "add" or len(made.out_of[source]) < 2:
            continue
        others = [link.source for link in made.into[target] if link.source != one]
        if not others or not all(_longer(made, other, source) for other in others):
            continue
        del symbols[one]
        through = (*into[0].through, *symbol.members, *out[0].through)
        place = links.index(out[0])
        inside = tuple((a.id, b.id) for a, b in pairwise(symbol.members))
        edges = (*into[0].edges, *inside, *out[0].edges)
        links[place] = Link(source=source, target=target, through=through, skip=True, edges=edges)
        links.remove(into[0])
    return Sketch(MappingProxyType(symbols), tuple(links))


def _longer(made: Sketch, symbol: str, source: str) -> bool:
    """Whether the way from `source` to `symbol` has a symbol between them."""
    return all(link.source != source for link in made.into[symbol])
