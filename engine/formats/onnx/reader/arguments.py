"""What an operator's attributes and fixed inputs say: axes, sizes and slices, checked against a shape.

The same whether the operator is computed while the file is read, or becomes a layer.
"""

from collections.abc import Sequence

import numpy as np

from engine.errors import FormatError
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.held import Known


def axes_of(operator: Operator, given: Known | None, rank: int) -> tuple[int, ...] | None:
    """Axes by attribute (before opset 13 or 18) or as an input, counted from the front; None: not said."""
    axes = operator.attributes.get("axes") if given is None else given.ravel().tolist()
    if axes is None:
        return None
    for axis in axes:
        if not -rank <= axis < rank:
            raise FormatError(f"{operator.title} has the axis {axis}, and its input {rank} axes")
    return tuple(axis % rank for axis in axes)


def one_axis(operator: Operator, rank: int, default: int) -> int:
    """The attribute `axis`, counted from the front."""
    axis = int(operator.attributes.get("axis", default))
    if not -rank <= axis < max(rank, 1):
        raise FormatError(f"{operator.title} has the axis {axis}, and its input {rank} axes")
    return axis % max(rank, 1)


def reshaped(operator: Operator, shape: Sequence[int], wanted: Sequence[int]) -> tuple[int, ...]:
    """The sizes that Reshape gives: 0 keeps a size (unless `allowzero`), −1 takes what is left."""
    sizes = [int(size) for size in wanted]
    count = int(np.prod([int(size) for size in shape], dtype=object)) if len(shape) else 1
    if not operator.attributes.get("allowzero", 0):
        if any(not size and axis >= len(shape) for axis, size in enumerate(sizes)):
            raise FormatError(f"{operator.title} keeps a size that its input does not have")
        sizes = [size or int(shape[axis]) for axis, size in enumerate(sizes)]
    if sizes.count(-1) > 1 or any(size < -1 for size in sizes):
        raise FormatError(f"{operator.title} has the impossible shape {str(sizes)[:60]}")
    if -1 in sizes:
        rest = int(np.prod([size for size in sizes if size != -1], dtype=object)) if len(sizes) > 1 else 1
        if not rest or count % rest:
            raise FormatError(f"{operator.title} cannot make {str(sizes)[:60]} of {str(tuple(shape))[:60]}")
        sizes[sizes.index(-1)] = count // rest
    total = 1
    for size in sizes:
        total *= size
    if total != count:
        raise FormatError(f"{operator.title} cannot make {str(sizes)[:60]} of {str(tuple(shape))[:60]}")
    return tuple(sizes)


def shape_part(operator: Operator, shape: Sequence[int]) -> Known:
    """What Shape gives: all sizes, or those from `start` to `end`."""
    end = operator.attributes.get("end")
    sizes = list(shape)[slice(operator.attributes.get("start", 0), end)]
    return np.array(sizes, np.int64)


def slices_of(operator: Operator, values: Sequence[Known | None], shape: Sequence[int]) -> dict[int, slice]:
    """What Slice keeps of each axis it names, as Python slices."""
    if len(values) > 1 or "starts" not in operator.attributes:
        starts, ends, axes, steps = (list(values[1:]) + [None] * 4)[:4]
    else:
        attributes = operator.attributes
        starts, ends = np.array(attributes["starts"]), np.array(attributes["ends"])
        axes = None if "axes" not in attributes else np.array(attributes["axes"])
        steps = None
    if starts is None or ends is None:
        raise FormatError(f"{operator.title} does not say where it starts and ends")
    starts, ends = starts.ravel(), ends.ravel()
    axes = np.arange(len(starts)) if axes is None else axes.ravel()
    steps = np.ones(len(starts), np.int64) if steps is None else steps.ravel()
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise FormatError(f"{operator.title} has starts, ends, axes and steps of different lengths")
    found: dict[int, slice] = {}
    for start, end, axis, step in zip(*(one.tolist() for one in (starts, ends, axes, steps)), strict=True):
        if not -len(shape) <= axis < len(shape) or step == 0:
            raise FormatError(f"{operator.title} has the axis {axis} and step {step}, which do not fit")
        size = shape[axis]
        start, end = (one + size if one < 0 else one for one in (start, end))
        if step > 0:
            start, end = min(max(start, 0), size), min(max(end, 0), size)
            found[axis % len(shape)] = slice(start, max(end, start), step)
        else:
            start, end = min(max(start, 0), size - 1), min(max(end, -1), size - 1)
            found[axis % len(shape)] = slice(start, None if end < 0 else end, step)
    return found


def split_sizes(operator: Operator, given: Known | None, size: int) -> tuple[int, ...]:
    """The sizes of Split's parts: by attribute, by input, or as even as can be with a smaller last one."""
    count = len(operator.outputs)
    listed = operator.attributes.get("split") if given is None else given.ravel().tolist()
    if listed is None:
        count = int(operator.attributes.get("num_outputs", count))
        each = -(-size // count)
        listed = [max(min(each, size - each * number), 0) for number in range(count)]
    if sum(listed) != size or any(one < 0 for one in listed) or len(listed) != len(operator.outputs):
        raise FormatError(f"{operator.title} splits {size} into {str(list(listed))[:60]}, which does not fit")
    return tuple(int(one) for one in listed)
