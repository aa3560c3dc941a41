"""The inputs of a graph as Inputs of a network: open sizes, and photographs with channels last."""

from collections.abc import Sequence
from math import prod
from typing import Final

from engine.errors import FormatError
from engine.formats.format import SizesOpen
from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.file.graph import Given, Graph, Operator, short
from engine.formats.onnx.reader.held import Held
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.reader.views import View
from engine.formats.onnx.reader.written_here.hints import hinted_input
from engine.shapes import Shape

FLOATS: Final = ("FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE")
WHOLE: Final = ("UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "UINT32", "UINT64")
CHANNELS_FIRST: Final = (0, 3, 1, 2)
VALUE_BY_VALUE: Final = (
    Op.Cast, Op.Identity, Op.Sub, Op.Add, Op.Mul, Op.Div, Op.Clip, Op.Neg, Op.Concat, Op.Pad, Op.Slice,
    Op.Split, Op.Gather, Op.Resize, Op.QuantizeLinear, Op.DequantizeLinear, Op.BatchNormalization,
)  # fmt: skip
"""What may stand between a channels-last photograph and the Transpose that puts its channels first."""


def sizes_open(name: str, dims: Sequence[int | str]) -> SizesOpen:
    """What to say of an input whose channels, height and width are not all known."""
    usual = (3, 224, 224)
    example = "x".join(str(size if isinstance(size, int) else usual[axis]) for axis, size in enumerate(dims))
    channels, height, width = (size if isinstance(size, int) else None for size in dims)
    return SizesOpen(
        f"the input {short(name)!r} is {'×'.join(str(size) for size in dims)}: choose the sizes with --input,"
        f" for example --input {example}",
        (channels, height, width),
    )


def make_inputs(t: Translation, shape: Shape | None) -> None:
    """An Input for each input of the graph; `shape` (C, H, W) is that of the one that takes maps.

    `SizesOpen` where a size is left open and not given.
    """
    graph = t.graph
    read = {name for operator in graph.operators for name in operator.inputs} | set(graph.outputs)
    used = [given for given in graph.inputs if given.name in read]
    if not used:
        raise FormatError("nothing that it computes depends on an input")
    maps = [given for given in used if given.dims is None or len(given.dims) == 4]
    if shape is not None and len(maps) != 1:
        raise FormatError(f"--input is the size of one input of maps, and this model has {len(maps)}")
    sizes = {given.name: _sizes(given, graph, shape if given in maps else None) for given in used}
    batches = {size[0] for given in used if len(size := sizes[given.name]) in (2, 4)}
    if len(batches) > 1:
        raise FormatError(f"its inputs have batches of different sizes: {sorted(batches)}")
    t.batch = batches.pop() if batches else 1
    for given in used:
        _make_input(t, given, sizes[given.name])


def _sizes(given: Given, graph: Graph, shape: Shape | None) -> Shape:
    """All sizes of an input, the batch first; a batch that is left open is 1."""
    if given.kind not in (*FLOATS, *WHOLE):
        raise FormatError(
            f"the input {short(given.name)!r} takes {given.kind.lower()}, and only numbers can be drawn"
        )
    if given.dims is None:
        if shape is None:
            raise sizes_open(given.name, ("channels", "height", "width"))
        return 1, *shape
    dims = list(given.dims)
    if len(dims) == 5:
        raise FormatError(
            f"the input {short(given.name)!r} has 5 axes: it takes 3-D data, and only networks on 2-D maps"
            " can be drawn"
        )
    if len(dims) not in (1, 2, 3, 4):
        raise FormatError(f"the input {short(given.name)!r} has {len(dims)} axes, and 1 to 4 can be drawn")
    if not isinstance(dims[0], int) or dims[0] < 1:
        dims[0] = 1
    last = len(dims) == 4 and channels_last(graph, given.name)
    if shape is not None:
        wanted = (*shape[1:], shape[0]) if last else shape
        return int(dims[0]), *wanted
    order = (3, 1, 2) if last else (1, 2, 3)
    if len(dims) == 4 and not _is_size(dims[order[0]]):
        dims[order[0]] = _channels(graph, given.name) or dims[order[0]]
    if not all(_is_size(size) for size in dims):
        if len(dims) != 4:
            raise FormatError(f"the input {short(given.name)!r} leaves its number of features open")
        names = ("channels", "height", "width")
        raise sizes_open(
            given.name,
            [
                int(dims[axis]) if _is_size(dims[axis]) else _name(dims[axis], name)
                for axis, name in zip(order, names, strict=True)
            ],
        )
    return tuple(int(size) for size in dims)


def _is_size(size: int | str) -> bool:
    return isinstance(size, int) and size > 0


def _name(size: int | str, name: str) -> str:
    return name if not isinstance(size, str) or size in ("?", "") else short(size)


def _channels(graph: Graph, name: str) -> int | None:
    """The channels that the first convolution on this input takes."""
    for operator in graph.operators:
        if operator.op_type == Op.Conv and operator.inputs[:1] == (name,):
            weight = graph.initializers.get(operator.inputs[1]) if len(operator.inputs) > 1 else None
            if weight is not None:
                array = weight()
                return (
                    int(array.shape[1]) * int(operator.attributes.get("group", 1)) if array.ndim > 1 else None
                )
    return None


def channels_last(graph: Graph, name: str) -> bool:
    """Whether an input of four axes is N×H×W×C: a Transpose puts its channels first before it is used."""
    readers: dict[str, list[Operator]] = {}
    for operator in graph.operators:
        for source in operator.inputs:
            readers.setdefault(source, []).append(operator)
    waiting, seen = [name], {name}
    while waiting:
        for operator in readers.get(waiting.pop(), ()):
            if operator.op_type == Op.Transpose:
                if tuple(operator.attributes.get("perm", ())) == CHANNELS_FIRST:
                    return True
            elif operator.op_type in VALUE_BY_VALUE and operator.outputs[0] not in seen:
                seen.update(operator.outputs)
                waiting += operator.outputs
    return False


def _make_input(t: Translation, given: Given, sizes: Shape) -> None:
    inner = sizes[1:]
    if len(sizes) == 4 and channels_last(t.graph, given.name):
        shape: Shape = (inner[2], inner[0], inner[1])
        view = _own(shape, t.batch).transpose((0, 2, 3, 1))
    elif len(sizes) == 4:
        shape = inner
        view = _own(shape, t.batch)
    else:
        # Without a batch, three axes are one map, and a single one is a vector.
        shape = (prod(inner), 1, 1) if len(sizes) == 2 else (prod(sizes), 1, 1)
        shape = sizes if len(sizes) == 3 else shape
        cut = _own(shape, t.batch if len(sizes) == 2 else 1).reshape(sizes)
        assert cut is not None
        view = cut
    node = t.add(hinted_input(t.graph, given.name, shape), tensor=given.name)
    t.drafts[node].final = True
    kind = "float" if given.kind in FLOATS else given.kind.lower()
    t.values[given.name] = Held(node, view, given.name, kind)


def _own(shape: Shape, batch: int) -> View:
    """The view of a node's own array."""
    return View.of(shape, batch)
