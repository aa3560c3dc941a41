"""Each group of nodes as work: its maps get places, its weights a packing, and rows are made for it."""

import dataclasses
from typing import Final

from engine.kernels.fast.host import host
from engine.kernels.fast.packing import AFFINE, Packing
from engine.layers.lowering import (
    AffineForm,
    ClampForm,
    ConcatForm,
    FlattenForm,
    FunctionForm,
    GlobalPoolForm,
    LayerNormForm,
    LeakyForm,
    MatrixForm,
    PoolForm,
    ProductForm,
    ResponseNormForm,
    ShuffleForm,
    SoftmaxForm,
    SumForm,
    ViewForm,
)
from engine.plan import pixels, windows
from engine.plan.fusion import Group
from engine.plan.matrix_lowering import MatrixLowering
from engine.plan.places import as_map
from engine.plan.plan import Step
from engine.plan.rows import INFINITY, Work
from engine.shapes import Shape

POWERS: Final = (0.5, 0.75, 1.0)
"""Powers of a response normalisation that are square roots of square roots."""


class Lowering(MatrixLowering):
    """Turns groups into work, in topological order."""

    # what a group becomes --------------------------------------------------------------------------------
    def lower(self, group: Group, level: int) -> Work | None:
        """The group's work; None where the layer's own `forward` is called."""
        form = group.form
        if isinstance(form, ViewForm):
            return self._alias(group, form)
        if isinstance(form, MatrixForm):
            work = self._matrix(group, form, level)
        elif isinstance(form, PoolForm):
            work = self._pool(group, form, level)
        elif isinstance(form, GlobalPoolForm):
            work = self._global_pool(group, form, level)
        elif isinstance(form, ConcatForm):
            work = self._concat(group)
        elif isinstance(form, SoftmaxForm):
            source, reads, before = self._vectors(group.root, 0, level)
            row = pixels.softmax_row(group.output, source, self._output(group), reads)
            work = pixels.step("softmax", "over the channels of each pixel", *before, row)
        elif isinstance(form, ResponseNormForm) and form.beta in POWERS:
            work = self._response_norm(group, form, level)
        elif isinstance(form, LayerNormForm):
            work = self._layer_norm(group, form, level)
        elif isinstance(form, ShuffleForm):
            source, name = self._source(group.root, 0)
            copies = pixels.shuffle_rows(group.output, source, self._output(group), form.groups, name)
            self._names[group.output] = tuple(name for row in copies for name in row.writes)
            work = Work(algorithm="copy", why="channels dealt out", phases=[list(copies)])
        elif isinstance(form, FlattenForm):
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
    def _alias(self, group: Group, form: ViewForm) -> Work:
        source = self.network.nodes[group.root].inputs[0]
        place = self.places[source]
        why = "the map is its input"
        channel, top, left = form.origin
        channels, height, width = as_map(self.shapes[group.root])
        if (height, width) != place.shape[1:]:
            place, why = place.crop(top, left, height, width), "a view of a rectangle"
        if channels != place.shape[0]:
            place, why = place.slice(channel, (channels, height, width)), "a view of some channels"
        self.places[group.root] = place
        self._names[group.root] = self._names[source]
        return Work(algorithm="nothing", why=why)

    def _pool(self, group: Group, form: PoolForm, level: int) -> Work:
        source, reads, before = self._vectors(group.root, 0, level)
        mode = windows.MAXIMUM if form.maximum else windows.SUM
        work = windows.pool_work(
            group.output, source, self._output(group), form.window, mode, form.counts_padding, reads
        )
        work.phases[:0] = [[row] for row in before]
        return work

    def _response_norm(self, group: Group, form: ResponseNormForm, level: int) -> Work:
        source, reads, before = self._vectors(group.root, 0, level)
        row = pixels.response_norm_row(
            group.output,
            source,
            self._output(group),
            reads,
            size=form.size,
            quarters=round(4 * form.beta),
            scale=form.alpha / form.size,
            offset=form.k,
        )
        work = pixels.step(
            "response norm", "squares of neighbouring channels, powers by square roots", *before, row
        )
        work.table_bytes = 4 * (host().padded(source.shape[0]) + 2 * form.size) + 2 * host().vector_bytes
        return work

    def _layer_norm(self, group: Group, form: LayerNormForm, level: int) -> Work:
        source, reads, before = self._vectors(group.root, 0, level)
        weights = self._weights(group, Packing(form=AFFINE, shape=(source.shape[0], 1, 1, 1)))
        row = pixels.layer_norm_row(group.output, source, self._output(group), weights, form.epsilon, reads)
        return pixels.step("layer norm", "over the channels of each pixel", *before, row)

    def _global_pool(self, group: Group, form: GlobalPoolForm, level: int) -> Work:
        source, reads, before = self._vectors(group.root, 0, level)
        mode = windows.MAXIMUM if form.maximum else windows.SUM
        work = windows.global_pool_work(group.output, source, self._output(group), mode, reads)
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
        form = group.form
        low, high = group.low, group.high
        name = group.output
        sources = [as_map(self.shapes[source]) for source in node.inputs]
        if isinstance(form, ClampForm):
            low, high = form.low, form.high
            mode, why = pixels.CLAMP, "a clamp"
        elif isinstance(form, AffineForm):
            mode, why = pixels.AFFINE, "scale and shift of each channel"
        elif isinstance(form, SumForm | ProductForm) and len(set(sources)) == 1 and len(sources) > 1:
            mode, why = (pixels.ADD if isinstance(form, SumForm) else pixels.MULTIPLY), "value by value"
        elif isinstance(form, ProductForm) and len(sources) == 2 and _is_gate(sources[1], sources[0]):
            mode, why = pixels.SCALE, "one factor a channel"
        elif isinstance(form, FunctionForm) and form.function in pixels.FUNCTIONS:
            mode, why = pixels.FUNCTIONS[form.function], "value by value"
        elif isinstance(form, LeakyForm):
            mode, why, low = pixels.LEAKY, "value by value", form.slope
        else:
            return None
        places = [self._vectors(group.root, index, level) for index in range(len(node.inputs))]
        output = self._output(group)
        rows = [row for _, _, before in places for row in before]
        (first, reads, _), *others = places
        if mode == pixels.AFFINE:
            packing = Packing(form=AFFINE, shape=(first.shape[0], 1, 1, 1))
            row = pixels.affine_row(name, first, output, self._weights(group, packing), reads)
            rows.append(dataclasses.replace(row, low=low, high=high, reads=reads, writes=(name,)))
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
