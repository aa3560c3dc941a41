"""Layers that touch each other in a figure: convolutions of one size, and the pooling after them."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.model.network import Network, Node
from engine.shapes import Shape
from gui.figures.sketch import Sketch, Symbol

_SIZED = ("convolution", "pointwise", "depthwise", "pooling", "up")


@dataclass(frozen=True)
class Cluster:
    """Symbols in a row without a gap; known by the id of the first."""

    symbols: tuple[Symbol, ...]

    @property
    def id(self) -> str:
        """The id of the first symbol."""
        return self.symbols[0].id


def clusters(sketch: Sketch, *, glue: bool = True) -> tuple[dict[str, Cluster], Network]:
    """The clusters by id in topological order, and the network of their first nodes without skips."""
    heads: dict[str, str] = {}
    made: dict[str, list[Symbol]] = {}
    # What is repeated and what is not stand apart: the bracket with ×N holds the one and not the other.
    run_of = {symbol: index for index, run in enumerate(sketch.runs) for symbol in run.symbols}
    for one, symbol in sketch.symbols.items():
        into = sketch.into[one]
        head = heads.get(into[0].source) if len(into) == 1 else None
        same_run = head is not None and run_of.get(head) == run_of.get(one)
        own_names = symbol.node.name or (head is not None and sketch.symbols[head].node.name)
        if glue and head is not None and same_run and not own_names and _touch(sketch, made[head], symbol):
            heads[one] = head
            made[head].append(symbol)
        else:
            heads[one] = one
            made[one] = [symbol]
    found = {head: Cluster(tuple(inside)) for head, inside in made.items()}
    trunk = sketch.trunk
    nodes = [
        Node(
            id=head,
            layer=sketch.symbols[head].layer,
            inputs=tuple(dict.fromkeys(heads[source] for source in trunk.nodes[head].inputs)),
        )
        for head in found
    ]
    return found, Network(nodes)


def head_of(found: dict[str, Cluster]) -> dict[str, str]:
    """The cluster of each symbol."""
    return {symbol.id: head for head, cluster in found.items() for symbol in cluster.symbols}


def _touch(sketch: Sketch, cluster: Sequence[Symbol], symbol: Symbol) -> bool:
    """Whether the symbol goes on where the last one of the cluster ends."""
    last = cluster[-1]
    if last.shape is None or symbol.shape is None or len(last.shape) != 3 or len(symbol.shape) != 3:
        return False
    trunk = [link for link in sketch.out_of[last.id] if not link.skip]
    alone = len(trunk) == 1 and not sketch.into[symbol.id][0].skip
    before, own = last.layer.family, symbol.layer.family
    in_branch = len(sketch.beside(cluster[0].id)) > 1
    if not alone or before not in _SIZED or own not in _SIZED or before == "pooling" or own == "up":
        return False
    if own == "pooling":
        return min(symbol.shape[1:]) > 1 and not in_branch
    split = in_branch and not sketch_skips(sketch, cluster[0])
    return _about_equal(last.shape, symbol.shape) and not split


def _about_equal(a: Shape, b: Shape) -> bool:
    """Whether only a border is lost between the two: a valid 3×3 convolution keeps its place."""
    return all(0.9 * one < other <= one for one, other in zip(a[1:], b[1:], strict=True))


def sketch_skips(sketch: Sketch, symbol: Symbol) -> bool:
    """Whether all but one of the ways beside the symbol are skips: it stands on the trunk."""
    return sum(not link.skip for link in sketch.beside(symbol.id)) == 1
