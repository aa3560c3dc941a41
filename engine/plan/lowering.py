"""Each group of nodes as work: its maps get places, its weights a packing, and rows are made for it."""

from typing import Any

from engine.kernels.fast.host import host
from engine.kernels.fast.packing import AFFINE, DEPTHWISE, MERGED, WINOGRAD, Packing
from engine.layers.activation import Activation
from engine.plan import pixels, stem, transposed, windows, winograd
from engine.plan.allocation import PARALLEL_SCRATCH, Allocation
from engine.plan.convolution import Convolution, choose, direct_work, gemm_row, table_bytes
from engine.plan.fusion import ALIAS_KINDS, CLAMPS, MATRIX_KINDS, Group
from engine.plan.places import Place, as_map
from engine.plan.plan import Step
from engine.plan.rows import INFINITY, Work
from engine.shapes import Pair, Shape, pair_text

POOLS = {"MaxPool2d": windows.MAXIMUM, "AvgPool2d": windows.SUM}
GLOBAL_POOLS = {"GlobalMaxPool2d": windows.MAXIMUM, "GlobalAvgPool2d": windows.SUM}


class Lowering(Allocation):
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

    def _matrix(self, group: Group, level: int) -> Work:
        layer: Any = self.network.nodes[group.root].layer
        if layer.kind == "DepthwiseConv2d":
            layer = layer.as_conv(self.shapes[self.network.nodes[group.root].inputs[0]][0])
        source = self.places[self.network.nodes[group.root].inputs[0]]
        reads = self._names[self.network.nodes[group.root].inputs[0]]
        convolution = layer.kind in ("Conv2d", "ConvTranspose2d")
        backwards = layer.kind == "ConvTranspose2d"
        few = convolution and not backwards and source.shape[0] <= 8
        if not few and not source.contiguous_channels:
            source, reads, before = self._converted(group.root, 0, level)
        else:
            before = []
        residual = None
        if group.residual is not None:
            residual = self.places[group.residual]
            residual_reads = self._names[group.residual]
            if not residual.channels_last:
                index = self._input_index(group, group.residual)
                residual, residual_reads, rows = self._converted(index[0], index[1], level)
                before += rows
            reads = (*reads, *residual_reads)
        output = self._output(group)
        conv = Convolution(
            name=group.output,
            kernel=layer.kernel_size if convolution else (1, 1),
            stride=layer.stride if convolution else (1, 1),
            dilation=layer.dilation if convolution else (1, 1),
            pads=layer.window.pads(source.shape[1:]) if convolution and not backwards else ((0, 0), (0, 0)),
            groups=layer.groups if convolution else 1,
            input=source,
            output=output,
            residual=residual,
            low=group.low,
            high=group.high,
            reads=reads,
        )
        if backwards:
            work = self._transposed(group, conv, (layer.cuts(0)[0], layer.cuts(1)[0]))
            work.phases[:0] = [[row] for row in before]
            return work
        choice = choose(conv, winograd=group.root not in self._direct)
        form = choice.packing.form
        whole_vectors = form in (DEPTHWISE, WINOGRAD)
        unfit = not (conv.input.channels_last if whole_vectors else conv.input.contiguous_channels)
        if unfit and form != MERGED:
            place, reads, rows = self._converted(group.root, 0, level)
            before += rows
            conv = _with_input(conv, place, (*reads, *conv.reads))
        weights = self._weights(group, choice.packing)
        self._widen(conv.input.shape[0], output.shape[0])
        if form == DEPTHWISE:
            self.widest_bytes = max(self.widest_bytes, windows.zero_bytes(conv))
        if form == MERGED:
            copy, name = self._scratch_buffer("padded copy", stem.copy_bytes(conv), level)
            work = stem.merged_work(conv, choice, weights, copy, name)
        elif form == DEPTHWISE:
            work = windows.depthwise_work(conv, choice, weights)
            if conv.residual is not None:
                extra = pixels.pixels_row(
                    group.output,
                    pixels.ADD,
                    output,
                    output,
                    (group.output, *conv.reads),
                    other=conv.residual,
                    low=conv.low,
                    high=conv.high,
                )
                unclamped = windows.depthwise_work(_unclamped(conv), choice, weights)
                work = unclamped.add(extra)
        elif form == WINOGRAD and winograd.goes_by_blocks(conv, choice):
            work = winograd.blocks_work(conv, choice, weights)
        elif form == WINOGRAD:
            tile = choice.packing.tile
            v_bytes, m_bytes = winograd.transformed_bytes(conv, tile, winograd.chunk_tiles(conv, tile))
            v, v_name = self._scratch_buffer("transformed inputs", v_bytes, level)
            m, m_name = self._scratch_buffer("products", m_bytes, level)
            work = winograd.phases_work(conv, choice, weights, v, m, (v_name, m_name))
            work.alone = max(v_bytes, m_bytes) > PARALLEL_SCRATCH
        else:
            work = direct_work(conv, choice, weights)
        work.phases[:0] = [[row] for row in before]
        return work

    def _transposed(self, group: Group, conv: Convolution, cuts: Pair) -> Work:
        why = f"one convolution at stride 1 for each of {pair_text(conv.stride)} phases of the output"
        rows = []
        for phase, packing in transposed.phases(conv, cuts):
            rows.append(gemm_row(phase, self._weights(group, packing), packing))
        self._widen(conv.input.shape[0], conv.output.shape[0])
        return Work(
            algorithm="indirect GEMM by phases",
            why=why,
            phases=[rows],
            table_bytes=max(table_bytes(row) for row in rows),
        )

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


def _with_input(conv: Convolution, place: Place, reads: tuple[str, ...]) -> Convolution:
    from dataclasses import replace

    return replace(conv, input=place, reads=reads)


def _unclamped(conv: Convolution) -> Convolution:
    from dataclasses import replace

    return replace(conv, low=-INFINITY, high=INFINITY)
