"""Convolutions, transposed convolutions and dense layers as work."""

from dataclasses import replace

from engine.kernels.fast.packing import DEPTHWISE, MERGED, WINOGRAD
from engine.layers.lowering import MatrixForm
from engine.plan import pixels, stem, transposed, windows, winograd
from engine.plan.allocation import PARALLEL_SCRATCH, Allocation
from engine.plan.convolution import Convolution, choose, direct_work, gemm_row, table_bytes
from engine.plan.fusion import Group
from engine.plan.places import Place
from engine.plan.rows import INFINITY, Work
from engine.shapes import Pair, pair_text


class MatrixLowering(Allocation):
    """Turns what multiplies by a matrix of weights into work."""

    def _matrix(self, group: Group, form: MatrixForm, level: int) -> Work:
        source = self.places[self.network.nodes[group.root].inputs[0]]
        reads = self._names[self.network.nodes[group.root].inputs[0]]
        dense = len(self.shapes[group.root]) == 1
        few = not dense and form.cuts is None and source.shape[0] <= 8
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
            kernel=form.kernel_size,
            stride=form.stride,
            dilation=form.dilation,
            pads=form.pads,
            groups=form.groups,
            input=source,
            output=output,
            residual=residual,
            low=group.low,
            high=group.high,
            reads=reads,
        )
        if form.cuts is not None:
            work = self._transposed(group, conv, form.cuts)
            work.phases[:0] = [[row] for row in before]
            return work
        choice = choose(conv, winograd=group.root not in self._direct)
        packed = choice.packing.form
        whole_vectors = packed in (DEPTHWISE, WINOGRAD)
        unfit = not (conv.input.channels_last if whole_vectors else conv.input.contiguous_channels)
        if unfit and packed != MERGED:
            place, reads, rows = self._converted(group.root, 0, level)
            before += rows
            conv = _with_input(conv, place, (*reads, *conv.reads))
        weights = self._weights(group, choice.packing)
        self._widen(conv.input.shape[0], output.shape[0])
        if packed == DEPTHWISE:
            self.widest_bytes = max(self.widest_bytes, windows.zero_bytes(conv))
        if packed == MERGED:
            self._widen(conv.kernel[1] * conv.input.shape[0])  # a kernel row is one pixel there
            copy, name = self._scratch_buffer("padded copy", stem.copy_bytes(conv), level)
            work = stem.merged_work(conv, choice, weights, copy, name)
        elif packed == DEPTHWISE:
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
        elif packed == WINOGRAD and winograd.goes_by_blocks(conv, choice):
            work = winograd.blocks_work(conv, choice, weights)
        elif packed == WINOGRAD:
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


def _with_input(conv: Convolution, place: Place, reads: tuple[str, ...]) -> Convolution:
    return replace(conv, input=place, reads=reads)


def _unclamped(conv: Convolution) -> Convolution:
    return replace(conv, low=-INFINITY, high=INFINITY)
