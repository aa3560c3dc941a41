"""Each group of nodes as work: its maps get places, its weights a packing, and rows are made for it."""

from typing import Any

from engine.kernels.fast.host import host
from engine.kernels.fast.packing import AFFINE, Packing
from engine.layers.activation import Activation
from engine.plan import pixels, windows
from engine.plan.fusion import ALIAS_KINDS, CLAMPS, MATRIX_KINDS, Group
from engine.plan.matrix_lowering import MatrixLowering
from engine.plan.places import as_map
from engine.plan.plan import Step
from engine.plan.rows import INFINITY, Work
from engine.shapes import Shape

POOLS = {"MaxPool2d": windows.MAXIMUM, "AvgPool2d": windows.SUM}
GLOBAL_POOLS = {"GlobalMaxPool2d": windows.MAXIMUM, "GlobalAvgPool2d": windows.SUM}


class Lowering(MatrixLowering):
    """Turns groups into work, in topological order."""

    # what a group becomes --------------------------------------------------------------------------------
    def lower(self, group: Group, level: int) -> Work | None:
        """The group's work; None where the layer's own `forward` is called."""
        node = self.network.nodes[group.root]
        kind = node.layer.kind
        if kind in ALIAS_KINDS or (kind == "Flatten" and as_map(self.shapes[node.inputs[0]])[1:] == (1, 1)):
            return self._alias(group)
        if kind in MATRIX_KINDS:
            work = self._matrix(group, level)
        elif kind in POOLS:
            work = self._pool(group, level)
        elif kind in GLOBAL_POOLS:
            work = self._global_pool(group, level)
        elif kind == "Concat" and len(self.shapes[group.root]) == 3:
            work = self._concat(group)
        elif kind == "Softmax":
            source, reads, before = self._vectors(group.root, 0, level)
            row = pixels.softmax_row(group.output, source, self._output(group), reads)
            work = pixels.step("softmax", "over the channels of each pixel", *before, row)
        elif kind == "LocalResponseNorm" and node.layer.beta in (0.5, 0.75, 1.0):  # type: ignore[attr-defined]
            work = self._response_norm(group, level)
        elif kind == "LayerNorm":
            work = self._layer_norm(group, level)
        elif kind == "ChannelShuffle":
            source, name = self._source(group.root, 0)
            layer: Any = node.layer
            copies = pixels.shuffle_rows(group.output, source, self._output(group), layer.groups, name)
            self._names[group.output] = tuple(name for row in copies for name in row.writes)
            work = Work(algorithm="copy", why="channels dealt out", phases=[list(copies)])
        elif kind == "Flatten":
            source, name = self._source(group.root, 0)
            place = self._output(group)
            work = pixels.step(
                "copy",
                "from channels last to vector order",
                pixels.flatten_row(group.output, source, place, name),
            )
        else:
            found = self._elementwise(group, level)
            if found is None:
                self._forward_output(group)
                return None
            work = found
        self.table_bytes = max(self.table_bytes, work.table_bytes)
        self.scratch_bytes = max(self.scratch_bytes, work.scratch_bytes)
        return work

    def step(self, group: Group, work: Work | None, level: int, rows: tuple[int, ...]) -> Step:
        """The step as plans list it."""
        place = self.places[group.output]
        buffer = self.buffers[place.address.buffer]
        packed = sum(
            self.buffers[index].bytes for index, one in self.weights.items() if one.node == group.root
        )
        layer = self.network.nodes[group.root].layer
        inputs = [self.shapes[source] for source in self.network.nodes[group.root].inputs]
        return Step(
            nodes=group.nodes,
            algorithm=work.algorithm if work else f"{layer.kind}.forward",
            why=work.why if work else "no fast path: the layer's own kernel, with a change of layout",
            level=level,
            rows=rows,
            forward=work is None,
            bytes=buffer.bytes if buffer.owner == group.output else 0,
            weight_bytes=packed,
            macs=layer.macs(*inputs),
            shape=self.shapes[group.output],
        )

    # kinds -----------------------------------------------------------------------------------------------
    def _alias(self, group: Group) -> Work:
        source = self.network.nodes[group.root].inputs[0]
        layer: Any = self.network.nodes[group.root].layer
        place = self.places[source]
        why = "the map is its input"
        if layer.kind == "Crop":
            place, why = place.crop(layer.top, layer.left, layer.height, layer.width), "a view of a rectangle"
        elif layer.kind == "Slice":
            shape = (layer.stop - layer.start, *place.shape[1:])
            place, why = place.slice(layer.start, shape), "a view of some channels"
        self.places[group.root] = place
        self._names[group.root] = self._names[source]
        return Work(algorithm="nothing", why=why)

    def _pool(self, group: Group, level: int) -> Work:
        layer: Any = self.network.nodes[group.root].layer
        source, reads, before = self._vectors(group.root, 0, level)
        counts = layer.kind == "AvgPool2d" and getattr(layer, "count_include_pad", False)
        work = windows.pool_work(
            group.output, source, self._output(group), layer.window, POOLS[layer.kind], counts, reads
        )
        work.phases[:0] = [[row] for row in before]
        return work

    def _response_norm(self, group: Group, level: int) -> Work:
        layer: Any = self.network.nodes[group.root].layer
        source, reads, before = self._vectors(group.root, 0, level)
        row = pixels.response_norm_row(
            group.output,
            source,
            self._output(group),
            reads,
            size=layer.size,
            quarters=round(4 * layer.beta),
            scale=layer.alpha / layer.size,
            offset=layer.k,
        )
        work = pixels.step(
            "response norm", "squares of neighbouring channels, powers by square roots", *before, row
        )
        work.table_bytes = 4 * (host().padded(source.shape[0]) + 2 * layer.size) + 2 * host().vector_bytes
        return work

    def _layer_norm(self, group: Group, level: int) -> Work:
        layer: Any = self.network.nodes[group.root].layer
        source, reads, before = self._vectors(group.root, 0, level)
        weights = self._weights(group, Packing(form=AFFINE, shape=(source.shape[0], 1, 1, 1)))
        row = pixels.layer_norm_row(group.output, source, self._output(group), weights, layer.eps, reads)
        return pixels.step("layer norm", "over the channels of each pixel", *before, row)

    def _global_pool(self, group: Group, level: int) -> Work:
        kind = self.network.nodes[group.root].layer.kind
        source, reads, before = self._vectors(group.root, 0, level)
        work = windows.global_pool_work(group.output, source, self._output(group), GLOBAL_POOLS[kind], reads)
        work.phases[:0] = [[row] for row in before]
        return work

    def _concat(self, group: Group) -> Work:
        output = self._output(group)
        names: list[str] = []
        work = Work(algorithm="slices", why="every part is written straight into its channels")
        copies = []
        channel = 0
        for index, source_id in enumerate(self.network.nodes[group.root].inputs):
            source, reads = self._source(group.root, index)
            part = output.slice(channel, source.shape)
            if source.address == part.address and source.pixel == part.pixel:
                names += reads
            else:
                name = f"{group.output}[{index}]"
                copies.append(pixels.copy_row(name, source, part, reads))
                names.append(name)
            channel += as_map(self.shapes[source_id])[0]
        if copies:
            work = Work(algorithm="copy", why=f"{len(copies)} of the parts live elsewhere", phases=[copies])
        self._names[group.output] = tuple(names)
        return work

    def _elementwise(self, group: Group, level: int) -> Work | None:
        node = self.network.nodes[group.root]
        layer: Any = node.layer
        kind = layer.kind
        low, high = group.low, group.high
        name = group.output
        sources = [as_map(self.shapes[source]) for source in node.inputs]
        if kind in CLAMPS:
            low, high = CLAMPS[kind]
            mode, why = pixels.CLAMP, "a clamp"
        elif kind in ("BatchNorm2d", "Scale"):
            mode, why = pixels.AFFINE, "scale and shift of each channel"
        elif kind in ("Add", "Multiply") and len(set(sources)) == 1 and len(sources) > 1:
            mode, why = (pixels.ADD if kind == "Add" else pixels.MULTIPLY), "value by value"
        elif kind == "Multiply" and len(sources) == 2 and _is_gate(sources[1], sources[0]):
            mode, why = pixels.SCALE, "one factor a channel"
        elif isinstance(layer, Activation) and layer.function in pixels.FUNCTIONS:
            mode, why = pixels.FUNCTIONS[layer.function], "value by value"
        elif kind == "LeakyReLU" and hasattr(layer, "negative_slope"):
            mode, why, low = pixels.LEAKY, "value by value", float(layer.negative_slope)
        else:
            return None
        places = [self._vectors(group.root, index, level) for index in range(len(node.inputs))]
        output = self._output(group)
        rows = [row for _, _, before in places for row in before]
        (first, reads, _), *others = places
        if mode == pixels.AFFINE:
            packing = Packing(form=AFFINE, shape=(first.shape[0], 1, 1, 1))
            row = pixels.affine_row(name, first, output, self._weights(group, packing), reads)
            rows.append(
                type(row)(values=row.values, low=low, high=high, reads=reads, writes=(name,), work=row.work)
            )
        elif not others:
            rows.append(pixels.pixels_row(name, mode, first, output, reads, low=low, high=high))
        for index, (other, other_reads, _) in enumerate(others):
            last = index == len(others) - 1
            rows.append(
                pixels.pixels_row(
                    name,
                    mode,
                    first,
                    output,
                    (*reads, *other_reads),
                    other=other,
                    low=low if last else -INFINITY,
                    high=high if last else INFINITY,
                )
            )
            first, reads = output, (name,)
        return pixels.step("elementwise", why, *rows)


def _is_gate(gate: Shape, shape: Shape) -> bool:
    return gate == (shape[0], 1, 1)
