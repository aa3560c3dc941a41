"""What a task is: which node is trained, on what, towards what, and how well it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.layers import Layer
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape
from engine.training.data.examples import Examples, Numbers
from engine.training.losses.loss import Targets
from engine.training.optimizers import optimizer

Floats = npt.NDArray[np.float32]

Pairs = Callable[[Floats, Numbers | None, np.random.Generator], tuple[Floats, Targets]]
"""(pictures (N, H, W, channels) of 0…1, their classes, chance) → pictures to look at, and what should come
out: class numbers (N,), or values of the trained node's shape, (N, C, H, W)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Goal:
    """A task for one network and its data."""

    input_id: str
    """The Input that pictures enter by."""
    output_id: str
    """The node whose map is trained: of classes that before the softmax, which is part of the loss."""
    pairs: Pairs


@dataclass(frozen=True, kw_only=True)
class Task:
    """`goal(network, examples, options)` says what is trained; `TrainingError` why the two do not fit."""

    name: str
    title: str
    about: str
    """What it shows, in a sentence."""
    losses: tuple[str, ...]
    """Names of the losses that make sense, the usual one first."""
    data: str
    """The data it mostly learns from: a name for `open_data`."""
    goal: Callable[[Network, Examples, Mapping[str, str]], Goal]
    pictures_for: Callable[[Layer], Layer] = lambda layer: layer
    """The Input that pictures are read for, where that is not the network's own."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What can be chosen of it, with the usual value."""
    option_help: Mapping[str, str] = field(default_factory=dict)
    """What each option is, in a sentence."""
    offers: Mapping[str, Callable[[], Mapping[str, str]]] = field(default_factory=dict)
    """The values of an option that has a few, with what people call each; beside them it takes the path of a
    project's file."""
    epochs: float = 5
    """How often every picture is mostly seen."""
    rate: float = 1.0
    """That which mostly suits the task, times the optimiser's own learning rate."""
    gives_back: bool = False
    """Whether the picture itself should come out, so that principal components say what is possible."""
    rank: int = 50

    @property
    def on_classes(self) -> bool:
        """Whether it is about classes, so that there is an accuracy."""
        return self.losses[0] == "cross-entropy"

    def learning_rate(self, optimizer_name: str) -> float:
        """That which mostly suits the task with this optimiser."""
        return optimizer(optimizer_name).learning_rate * self.rate


def only_input(network: Network) -> tuple[str, Layer]:
    """The network's one Input; `TrainingError` where there is none, or several."""
    found = [(node_id, node.layer) for node_id, node in network.nodes.items() if node.layer.is_input]
    if len(found) != 1:
        raise TrainingError(f"the network has {len(found)} Inputs, and training shows pictures to one")
    return found[0]


def end_of(network: Network) -> tuple[str, Shape]:
    """The last node of the network and its shape; `TrainingError` names a node with a problem."""
    shapes = output_shapes(network)
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    if not ends or len(network) < 2:
        raise TrainingError("the network has nothing to train: it needs an Input and a layer behind it")
    broken = [node_id for node_id in network.order if node_id not in shapes]
    if ends[-1] not in shapes:
        raise TrainingError(
            f"{network[broken[0]].label} ({broken[0]}) has a problem: nothing behind it can be trained"
        )
    return ends[-1], shapes[ends[-1]]
