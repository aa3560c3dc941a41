"""What a network answers: its classes by name, the likeliest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.model.network import Network
from engine.plan.output_shapes import output_shapes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, kw_only=True)
class ClassScore:
    """One class, and how likely the network finds it."""

    index: int
    name: str
    probability: float


def answer_node(network: Network) -> str | None:
    """The node whose values are the network's answer: the last one that makes a vector of shares; or None."""
    shapes = output_shapes(network)
    nodes = [node_id for node_id in network.order if node_id in shapes and len(shapes[node_id]) == 1]
    return next((node for node in reversed(nodes) if network[node].layer.gives_shares), None)


def class_name(names: Sequence[str], index: int, count: int) -> str:
    """What class `index` of `count` is called; its number where the names are those of another network."""
    return names[index] if len(names) == count and names[index] else f"class {index}"


def top_classes(
    shares: "npt.NDArray[np.float32]", names: Sequence[str] = (), count: int = 5
) -> tuple[ClassScore, ...]:
    """The `count` largest of (F,) shares, the largest first; equal ones by index. NaN are no shares."""
    import numpy as np

    ranked = np.argsort(-np.nan_to_num(shares, nan=-np.inf), kind="stable")[:count]
    return tuple(
        ClassScore(index=int(i), name=class_name(names, int(i), len(shares)), probability=float(shares[i]))
        for i in ranked
    )
