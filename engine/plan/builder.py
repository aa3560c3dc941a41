"""What lowering functions make a plan with: the step under construction, and the plan it belongs to."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from engine.kernels.fast.host import host
from engine.kernels.fast.packing import Packing
from engine.kernels.fast.places import Address, MapLayout, Place, map_bytes, pixel_bytes
from engine.layers.base.lowering import FlattenForm, ViewForm
from engine.model.network import Network
from engine.plan.concat_slices import concat_slices
from engine.plan.fusion import Group, products_before
from engine.plan.memory import Buffers, Maps, Operand, Scratch, WeightRooms
from engine.plan.plan import TRANSIENT, Step
from engine.plan.rows import Row, Work, copy_row
from engine.shapes import Shape


class PlanBuilder:
    """A plan's memory while its steps are made."""

    def __init__(
        self, network: Network, shapes: Mapping[str, Shape], groups: list[Group],
        given: Mapping[str, MapLayout], without_winograd: Collection[str],
    ) -> None:  # fmt: skip
        self.network = network
        self.shapes = shapes
        self.without_winograd = without_winograd
        """Convolutions for which Winograd and Strassen are ruled out."""
        self.products_before = products_before(network, shapes)
        """Of every node of the network, whatever is planned of it: the same in a plan of a part."""
        self.buffers = Buffers()
        computed = {node for group in groups for node in group.nodes}
        stored = {group.output for group in groups if not isinstance(group.form, ViewForm | FlattenForm)}
        slices = concat_slices(network, computed, stored, shapes)
        self.maps = Maps(shapes, slices, self.buffers)
        self.scratch = Scratch(self.buffers)
        self.weights = WeightRooms(self.buffers)
        self.table_bytes = 1024
        self.scratch_bytes = 0
        self._widest_bytes = 0
        for node_id, layout in given.items():
            self.maps.give(node_id, layout)

    @property
    def widest_bytes(self) -> int:
        """How long the row of zeros and the sink must be."""
        most = max((place.shape[0] for place in self.maps.places.values()), default=0)
        return max(self._widest_bytes, 4 * host().padded(most) + 4 * host().vector_bytes)

    def let_go(self, kept: Collection[str]) -> set[int]:
        """Have other maps overwrite all but those of `kept`; the buffers of which that is true."""
        held = {self.maps.places[node_id].address.buffer for node_id in kept if node_id in self.maps.places}
        found = {i for i, buffer in enumerate(self.buffers) if buffer.role == "map" and i not in held}
        for index in found:
            self.buffers[index] = replace(self.buffers[index], role=TRANSIENT)
        return found

    def need_zeros(self, size: int) -> None:
        """Make the row of zeros so many bytes long, for a step reads further than a pixel."""
        self._widest_bytes = max(self._widest_bytes, size + 4 * host().vector_bytes)


class StepBuilder:
    """One step under construction: what a lowering function asks for, of the group that it lowers."""

    def __init__(self, plan: PlanBuilder, group: Group, level: int) -> None:
        self.plan = plan
        self.group = group
        self.level = level
        self.name = group.output
        """That the step's last row writes."""
        node = plan.network.nodes[group.root]
        self.inputs = node.inputs
        self.layer = node.layer
        self.before: list[Row] = []
        """Rows that bring inputs into another layout."""

    @property
    def shape(self) -> Shape:
        """Of the first node's map."""
        return self.plan.shapes[self.group.root]

    def vectors(self, source: str) -> Operand:
        """A map as whole vectors of channels, copied into that layout if need be."""
        operand = self.plan.maps.operand(source)
        return operand if operand.place.channels_last else self._converted(operand)

    def contiguous(self, source: str) -> Operand:
        """A map whose channels lie side by side, copied into that layout if need be."""
        operand = self.plan.maps.operand(source)
        return operand if operand.place.contiguous_channels else self._converted(operand)

    def output(self, *reads: str) -> Place:
        """The place of the map that the step makes; it is there when `reads` (by default `name`) are."""
        return self.plan.maps.new(self.name, reads or (self.name,))

    def weights(self, packing: Packing) -> Address:
        """Room for the step's weights."""
        return self.plan.weights.take(self.group, packing)

    def scratch(self, purpose: str, size: int) -> tuple[Address, str]:
        """Memory for one run, and the name under which rows read and write it."""
        return self.plan.scratch.take(purpose, size, self.level)

    def finished(self, work: Work) -> Work:
        """The work, changes of layout first."""
        work.phases[:0] = [[row] for row in self.before]
        self.plan.table_bytes = max(self.plan.table_bytes, work.table_bytes)
        self.plan.scratch_bytes = max(self.plan.scratch_bytes, work.scratch_bytes)
        return work

    def described(self, work: Work | None, rows: tuple[int, ...]) -> Step:
        """The step as plans list it; no work where the layer's own `forward` is called."""
        plan = self.plan
        buffer = plan.buffers[plan.maps.places[self.name].address.buffer]
        return Step(
            nodes=self.group.nodes,
            algorithm=work.algorithm if work else f"{self.layer.kind}.forward",
            why=work.why if work else "no fast path: the layer's own kernel, with a change of layout",
            level=self.level,
            rows=rows,
            forward=work is None,
            reads=() if work else self.inputs,
            bytes=buffer.bytes if buffer.owner == self.name else 0,
            weight_bytes=plan.weights.bytes_of(self.group.root),
            macs=self.layer.macs(*(plan.shapes[source] for source in self.inputs)),
            shape=plan.shapes[self.name],
        )

    def _converted(self, operand: Operand) -> Operand:
        shape = operand.place.shape
        scratch, name = self.scratch("channels last", map_bytes(shape))
        pixel = pixel_bytes(shape)
        copy = Place(scratch, shape, pixel, pixel * shape[2])
        self.before.append(copy_row(name, operand.place, copy, operand.reads))
        return Operand(copy, (name,))
