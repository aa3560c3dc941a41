"""A network's way forward and back for one batch: its nodes' passes, laid one after the other."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.layers.base.lowering import ClampForm
from engine.model.network import Network
from engine.shapes import Shape
from engine.training.chance import chance
from engine.training.parameters import Parameters
from engine.training.passes.buffers import Buffers
from engine.training.passes.by_itself import ByItself
from engine.training.passes.choice import pass_of
from engine.training.passes.crew import Crew
from engine.training.passes.lanes import Array, batch_first, lanes, lay_batch, room
from engine.training.passes.layer_pass import LayerPass, Place
from engine.training.passes.rows import lay_sum
from engine.training.passes.values import ViewPass
from engine.weights import Checkpoint, go_on

if TYPE_CHECKING:
    from engine.kernels.training.program import LaidProgram


class Tape:
    """The nodes that lead from one Input to the node whose map is trained.

    What is done with a batch is laid out when a batch of another size than the last one's comes.
    """

    def __init__(
        self,
        network: Network,
        shapes: Mapping[str, Shape],
        parameters: Parameters,
        input_id: str,
        output_id: str,
        *,
        slow: bool = False,
        threads: int | None = None,
    ) -> None:
        """slow: every layer by its own methods, as the twin of all fast ways. threads: None for all cores."""
        self.crew = Crew(threads)
        self.input_id, self.output_id = input_id, output_id
        self._network, self._parameters, self._shapes = network, parameters, shapes
        above = network.ancestors(output_id)
        self.nodes = tuple(node for node in network.order if node in above or node == output_id)
        learns = self._learning()
        self._passes: dict[str, LayerPass] = {}
        taken: set[str] = set()
        for node_id in self.nodes:
            if node_id == input_id:
                continue
            node = network[node_id]
            place = Place(
                layer=node.layer,
                shapes=tuple(shapes[source] for source in node.inputs),
                shape=shapes[node_id],
                params=parameters.of(node_id),
                gradients=parameters.gradients_of(node_id),
                wanted=tuple(source in learns for source in node.inputs),
                draw=partial(self._draw, node_id),
            )
            if slow:
                self._passes[node_id] = ByItself(place)
            elif node_id in taken:
                self._passes[node_id] = ViewPass(place)
            else:
                behind = self._clamp_behind(node_id)
                one_pass = self._passes[node_id] = pass_of(place, behind and behind[1])
                if behind and one_pass.takes_clamp:
                    taken.add(behind[0])
        self._buffers = Buffers()
        self._maps: dict[str, Array] = {}
        self._slopes: dict[str, Array] = {}
        self._laid_for = 0, False
        self._ways: tuple[LaidProgram, ...] = ()
        """Forward, and in training back."""
        self._chance = 0, 0

    def _clamp_behind(self, node_id: str) -> tuple[str, ClampForm] | None:
        """The only reader of a node, if it holds values between bounds."""
        readers = [reader for reader in self.nodes if node_id in self._network[reader].inputs]
        if len(readers) != 1 or node_id == self.output_id or len(self._network[readers[0]].inputs) != 1:
            return None
        form = self._network[readers[0]].layer.lowering(self._shapes[node_id])
        return (readers[0], form) if isinstance(form, ClampForm) else None

    def _learning(self) -> Collection[str]:
        """Nodes with a trained parameter, and those that read from one."""
        found: set[str] = set()
        for node_id in self.nodes:
            own = self._parameters.gradients_of(node_id)
            if own or found & set(self._network[node_id].inputs):
                found.add(node_id)
        return found

    def forward(
        self, inputs: Any, *, seed: int = 0, step: int | None = None, checkpoint: Checkpoint = go_on
    ) -> Array:
        """The trained node's map of (N, C, H, W) inputs, (N, F) or (N, C, H, W).

        step: number of the step in training, which dropout's chance depends on; None: as after training.
        """
        self._chance = seed, step or 0
        self._lay(len(inputs), step is not None)
        lay_batch(inputs, self._maps[self.input_id])
        self.crew.checkpoint = checkpoint
        self.crew.run(self._ways[0])
        return self.map_of(self.output_id)

    def backward(self, dy: Array, checkpoint: Checkpoint = go_on) -> None:
        """Into the parameters' gradients, from that of the trained node's map, (N, …); after a forward way in
        training."""
        self._parameters.gradients[:] = 0
        lay_batch(dy, self._slopes[self.output_id])
        self.crew.checkpoint = checkpoint
        self.crew.run(self._ways[1])

    def pass_of(self, node_id: str) -> LayerPass:
        """How a node goes forward and back."""
        return self._passes[node_id]

    def map_of(self, node_id: str) -> Array:
        """A node's map of the last batch, pictures outermost."""
        return batch_first(self._own_map(node_id), self._laid_for[0])

    def first_not_finite(self) -> str | None:
        """The first node whose map of the last batch holds something that is no number."""
        for node_id in self.nodes:
            if node_id in self._maps:
                values = self._own_map(node_id)[..., : self._laid_for[0]]
                if not np.isfinite(values).all():
                    return node_id
        return None

    def slope_of(self, node_id: str) -> Array:
        """The gradient of a node's map in the last step, pictures outermost."""
        dy = self._slopes[node_id]
        if node_id in self._passes:
            dy = self._passes[node_id].own_slope(self._maps[node_id], dy)
        return batch_first(dy, self._laid_for[0])

    def _own_map(self, node_id: str) -> Array:
        y = self._maps[node_id]
        return self._passes[node_id].own_map(y) if node_id in self._passes else y

    def _draw(self, node_id: str, shape: tuple[int, ...]) -> Any:
        seed, step = self._chance
        return chance(seed, "dropout", step, node_id).random(shape, np.float32)

    def _lay(self, batch: int, training: bool) -> None:
        if self._laid_for == (batch, training):
            return
        self._laid_for, self._slopes = (0, False), {}  # should it fail, nothing is
        forward = self._laid_forward(batch, training)
        self._ways = (forward, self._laid_backward(batch)) if training else (forward,)
        self._laid_for = batch, training

    def _laid_forward(self, batch: int, training: bool) -> "LaidProgram":
        from engine.kernels.training.program import Program

        program = Program()
        first = room(self._shapes[self.input_id], lanes(batch))
        self._maps = {self.input_id: self._buffers.take("input", first)}
        for node_id, one_pass in self._passes.items():
            maps = [self._maps[source] for source in self._network[node_id].inputs]
            self._maps[node_id] = one_pass.forward(program, maps, batch, training)
        return program.laid()

    def _laid_backward(self, batch: int) -> "LaidProgram":
        from engine.kernels.training.program import Program

        program = Program()
        last = room(self._shapes[self.output_id], lanes(batch))
        self._slopes = {self.output_id: self._buffers.take("slope", last)}
        own: set[str] = set()
        for node_id in reversed(self._passes):
            if node_id not in self._slopes:
                continue
            sources, one_pass, dy = (
                self._network[node_id].inputs, self._passes[node_id], self._slopes[node_id],
            )  # fmt: skip
            if len(sources) == 1 and sources[0] in self._slopes:
                added = one_pass.backward_onto(program, dy, self._slopes[sources[0]])
                if added is not None:
                    self._slopes[sources[0]] = added
                    continue
            slopes = one_pass.backward(program, dy)
            for source, found in zip(sources, slopes, strict=True):
                if found is None:
                    continue
                if source not in self._slopes:
                    self._slopes[source] = found
                    continue
                total = self._slopes[source]
                if source not in own:  # what a pass hands out may be read by others, too
                    total = self._buffers.take(f"slope of {source}", found.shape)
                    own.add(source)
                lay_sum(program, [self._slopes[source], found], total)
                self._slopes[source] = total
        return program.laid()
