"""A network's way forward and back for one batch: its nodes' passes, one after the other."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from engine.model.network import Network
from engine.shapes import Shape
from engine.training.chance import chance
from engine.training.parameters import Parameters
from engine.training.passes.by_itself import ByItself
from engine.training.passes.choice import pass_of
from engine.training.passes.crew import Crew
from engine.training.passes.lanes import Array, batch_first, batch_last, lanes
from engine.training.passes.layer_pass import LayerPass, Place
from engine.weights import Checkpoint, go_on


class Tape:
    """The nodes that lead from one Input to the node whose map is trained."""

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
        self._network, self._parameters = network, parameters
        above = network.ancestors(output_id)
        self.nodes = tuple(node for node in network.order if node in above or node == output_id)
        learns = self._learning()
        self._passes: dict[str, LayerPass] = {}
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
            )
            self._passes[node_id] = ByItself(place, self.crew) if slow else pass_of(place, self.crew)
        self._maps: dict[str, Array] = {}
        self._slopes: dict[str, Array] = {}
        self._batch = 0

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
        self.crew.checkpoint = checkpoint
        self._batch = len(inputs)
        width = lanes(self._batch)
        self._maps = {self.input_id: batch_last(inputs, width)}
        for node_id, one_pass in self._passes.items():

            def draw(shape: tuple[int, ...], node_id: str = node_id) -> Any:
                return chance(seed, "dropout", step or 0, node_id).random(shape, np.float32)

            sources = self._network[node_id].inputs
            if not sources and isinstance(one_pass, ByItself):
                one_pass.without_inputs(width)
            maps = [self._maps[source] for source in sources]
            checkpoint()
            self._maps[node_id] = one_pass.forward(maps, self._batch, step is not None, draw)
        return self.map_of(self.output_id)

    def backward(self, dy: Array, keep: Collection[str] = (), checkpoint: Checkpoint = go_on) -> None:
        """Into the parameters' gradients, from that of the trained node's map, (N, …).

        keep: nodes whose maps' gradients can be asked for afterwards, by `slope_of`.
        """
        self.crew.checkpoint = checkpoint
        self._parameters.gradients[:] = 0
        waiting = {self.output_id: batch_last(dy, lanes(self._batch))}
        own: set[str] = set()
        self._slopes = {}
        for node_id in reversed(self._passes):
            if node_id not in waiting:
                continue
            checkpoint()
            slope = waiting.pop(node_id)
            if node_id in keep:
                self._slopes[node_id] = slope.copy()
            sources = self._network[node_id].inputs
            for source, found in zip(sources, self._passes[node_id].backward(slope), strict=True):
                if found is None:
                    continue
                if source not in waiting:
                    waiting[source] = found
                elif source in own:
                    waiting[source] += found
                else:  # what a pass hands out may be read by others, too
                    waiting[source] = waiting[source] + found
                    own.add(source)

    def pass_of(self, node_id: str) -> LayerPass:
        """How a node goes forward and back."""
        return self._passes[node_id]

    def map_of(self, node_id: str) -> Array:
        """A node's map of the last batch, pictures outermost."""
        return batch_first(self._maps[node_id], self._batch)

    def first_not_finite(self) -> str | None:
        """The first node whose map of the last batch holds something that is no number."""
        for node_id in self.nodes:
            if node_id in self._maps and not np.isfinite(self._maps[node_id][..., : self._batch]).all():
                return node_id
        return None

    def slope_of(self, node_id: str) -> Array:
        """The gradient of a node's map, pictures outermost; of those that `backward` was to keep."""
        return batch_first(self._slopes[node_id], self._batch)
