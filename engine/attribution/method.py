"""The contract of all methods: a question in, signed values in one node's own grid out, with their checksum.

A method knows nothing of colours, scales or where cells lie on the photograph: `places` and the window do.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from engine.attribution.fields.gradients import leading_to
from engine.attribution.target import Target
from engine.errors import EngineError, ShapeError
from engine.execution.measured.measured_network import measured_network
from engine.execution.packed import PackedStore
from engine.execution.rerun import Rerun
from engine.model.network import Network, Node
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]


class NotDefined(EngineError):
    """The method is not defined for this network, layer or target; the message says for which node and
    why."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing that a method can be told: a number between two ends, or one of some words."""

    name: str
    label: str
    default: float | str
    help: str
    minimum: float = 0
    maximum: float = 0
    is_whole: bool = True
    choices: tuple[str, ...] = ()

    def check(self, value: float | str) -> float | str:
        """The value; `ShapeError` says what is wrong with it."""
        if self.choices:
            if value not in self.choices:
                raise ShapeError(f"{self.name}={value!r} is none of {', '.join(self.choices)}")
            return value
        if isinstance(value, str) or not self.minimum <= value <= self.maximum:
            raise ShapeError(f"{self.name}={value!r} is no number from {self.minimum:g} to {self.maximum:g}")
        if self.is_whole and value != int(value):
            raise ShapeError(f"{self.name}={value!r} is no whole number")
        return value


@dataclass(frozen=True, kw_only=True)
class Check:
    """A sum that has to come out: shown under every picture."""

    text: str
    """With its numbers: `Σ = 12.31, score difference 12.34: gap 0.2 %`."""
    holds: bool | None = None
    """None for numbers that are told, not tested."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Explanation:
    """What a method found, or has found so far."""

    method: str
    node_id: str
    """In whose grid the values lie: an Input's pixels, or a layer's cells."""
    values: Map
    """(h, w), signed: above 0 what speaks for the number, below 0 what speaks against it."""
    by_channel: Map | None = None
    """(C, h, w): the same before its channels are added up."""
    gradient: Map | None = None
    """(C, h, w): d(number) / d(the node's map), for methods that stand on it."""
    checks: tuple[Check, ...] = ()
    used: Mapping[str, float | str] = field(default_factory=dict)
    """Everything the picture depends on beside network, picture and target: steps, seeds, window, fill."""
    dead: str = ""
    """Why all values are 0, or none is above it; empty where there is something to see."""
    done: int = 1
    of: int = 1
    """How much of the work is done."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """One number of one network on one picture, to be explained."""

    network: Network
    maps: Mapping[str, Map]
    """Of all nodes that the target depends on, as the executor gives them."""
    target: Target
    layer_id: str = ""
    """The layer whose cells are explained, for methods that work at one."""
    options: Mapping[str, float | str] = field(default_factory=dict)
    seed: int = 0
    """Of the network's random weights."""
    noise_seed: int = 0
    """Of the method's own random numbers."""
    checkpoint: Checkpoint = go_on
    packed: PackedStore | None = None
    """Where packed weights are kept, if somebody keeps them."""
    exact: bool = False
    """Whether maps are computed without Winograd's algorithm. It is fast, and good to 1e-5, but puts more
    values on the other side of a ReLU's bend than other programs do, which moves the gradient of all that
    they see."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "network", measured_network(self.network, self.seed))

    @cached_property
    def score(self) -> float:
        """The number itself."""
        return self.target.value(self.maps[self.target.node_id])

    @cached_property
    def input_id(self) -> str:
        """The Input whose pixels are explained: the first that the target depends on."""
        leading = leading_to(self.network, self.target.node_id)
        return next(node_id for node_id in self.network.order if node_id in leading)

    @property
    def picture(self) -> Map:
        """The Input's values, (1, C, H, W)."""
        return self.maps[self.input_id]

    @cached_property
    def between(self) -> frozenset[str]:
        """The nodes on the ways from the picture to the target."""
        return frozenset(leading_to(self.network, self.target.node_id, {self.input_id}))

    def number(self, method: "Method", name: str) -> float:
        """What was chosen, else the method's own default."""
        return float(self._chosen(method, name))

    def whole(self, method: "Method", name: str) -> int:
        """The same for a count."""
        return int(self._chosen(method, name))

    def word(self, method: "Method", name: str) -> str:
        """The same for one of several words."""
        return str(self._chosen(method, name))

    def _chosen(self, method: "Method", name: str) -> float | str:
        option = next(option for option in method.options if option.name == name)
        return option.check(self.options.get(name, option.default))

    def rerun(self, wanted: frozenset[str] | None = None) -> Callable[[Map], Mapping[str, Map]]:
        """The maps of these nodes (the target alone) for other values of the picture, all else the same."""
        nodes = {self.target.node_id} if wanted is None else wanted
        others = {
            node_id: self.maps[node_id]
            for node_id in leading_to(self.network, self.target.node_id)
            if not self.network.nodes[node_id].inputs and node_id != self.input_id
        }
        again = Rerun(
            self.network,
            {self.input_id, *others},
            nodes,
            seed=self.seed,
            checkpoint=self.checkpoint,
            packed=self.packed,
            winograd=not self.exact,
        )

        def run(values: Map) -> Mapping[str, Map]:
            return {**self.maps, **again({self.input_id: values, **others})}

        return run

    def made_exact(self) -> "Question":
        """The same, of maps that are computed again without Winograd's algorithm."""
        inputs = {node_id for node_id in self.maps if not self.network.nodes[node_id].inputs}
        run = Rerun(
            self.network, inputs, set(self.maps), seed=self.seed, checkpoint=self.checkpoint, winograd=False
        )
        return replace(self, exact=True, maps=run({node_id: self.maps[node_id] for node_id in inputs}))

    def score_of(self, maps: Mapping[str, Map]) -> float:
        """The number in other maps."""
        return self.target.value(maps[self.target.node_id])


class Method(ABC):
    """One way to explain. A module of `methods` with a `METHOD` is one more."""

    name: ClassVar[str]
    """As on the command line."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """What else people call it."""
    title: ClassVar[str]
    rank: ClassVar[int] = 50
    """Place in lists; lower comes first."""
    formula: ClassVar[str]
    source: ClassVar[str]
    shows: ClassVar[str]
    does_not_show: ClassVar[str]
    at_layer: ClassVar[bool] = False
    """Whether it explains a layer's cells, not the picture's pixels."""
    relu: ClassVar[bool] = False
    """Whether the paper's picture leaves away what is below 0."""
    is_noisy: ClassVar[bool] = False
    """Whether it draws random numbers, from the question's `noise_seed`."""
    options: ClassVar[tuple[Option, ...]] = ()

    def refuse(self, network: Network, target: Target, layer_id: str = "") -> None:
        """`NotDefined` where the method has no meaning, naming the node; by default it always has one."""
        return

    @abstractmethod
    def explain(self, question: Question) -> Iterator[Explanation]:
        """Pictures, each better than the one before; the last is the answer. Runs on the compute thread."""


def guarded(method: Method, question: Question) -> Iterator[Explanation]:
    """What `explain` gives, once the target exists and the method is defined for it."""
    question.target.check(question.maps[question.target.node_id].shape[1:])
    method.refuse(question.network, question.target, question.layer_id)
    unknown = set(question.options) - {option.name for option in method.options}
    if unknown:
        raise ShapeError(f"{method.title} has no option {sorted(unknown)[0]!r}")
    yield from method.explain(question)


def require_layer(method: Method, network: Network, target: Target, layer_id: str) -> Node:
    """The layer, if it lies on the way to the target."""
    if layer_id not in network:
        raise NotDefined(f"there is no layer {layer_id!r}")
    if layer_id != target.node_id and layer_id not in network.ancestors(target.node_id):
        raise NotDefined(
            f"{method.title}: {target.node_id} does not depend on {layer_id}; take a layer above it"
        )
    return network.nodes[layer_id]


def share(part: float, whole: float) -> float:
    """|part| of |whole|; 0 of 0 is 0, anything else of 0 is all."""
    if whole:
        return abs(part / whole)
    return 0.0 if part == 0 else 1.0
