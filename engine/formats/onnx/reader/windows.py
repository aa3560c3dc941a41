"""The settings of a sliding window as ONNX writes them."""

from engine.errors import FormatError
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.held import NoLayer
from engine.shapes import SAME, VALID, Padding, Pair


def pair(operator: Operator, name: str, default: Pair | None = None) -> Pair:
    """An attribute of two whole numbers of at least 1."""
    value = operator.attributes.get(name)
    if value is None:
        if default is None:
            raise FormatError(f"{operator.title} does not say its {name}")
        return default
    if len(value) != 2 or any(one < 1 for one in value):
        raise FormatError(f"{operator.title} has {name}={str(list(value))[:40]}, which is no pair of sizes")
    return value[0], value[1]


def padding(
    operator: Operator, size: Pair, kernel: Pair, stride: Pair, dilation: Pair, *, pools: bool = False
) -> Padding:
    """The padding of a window that slides over maps of this size."""
    mode = operator.attributes.get("auto_pad") or "NOTSET"
    if mode == "VALID":
        return VALID
    if mode in ("SAME_UPPER", "SAME_LOWER") and dilation != (1, 1) and pools:
        raise FormatError(
            f"{operator.title} has auto_pad={mode} with dilations, which runtimes take differently"
        )
    if mode in ("SAME_UPPER", "SAME_LOWER") and pools:
        for axis in (0, 1):
            if (-(-size[axis] // stride[axis]) - 1) * stride[axis] + kernel[axis] < size[axis]:
                # onnxruntime lets such windows start in the middle of what is left over.
                raise FormatError(
                    f"{operator.title} has auto_pad={mode}, and windows that leave rows or columns out:"
                    " runtimes let them start at different places"
                )
    if mode == "SAME_UPPER":
        return SAME
    if mode == "SAME_LOWER":
        sides: list[int] = []
        for axis in (0, 1):
            extent = dilation[axis] * (kernel[axis] - 1) + 1
            before, after = SAME.amounts(size[axis], extent, stride[axis], axis)
            sides += [after, before]
        return Padding.of(tuple(sides))
    if mode != "NOTSET":
        raise FormatError(f"{operator.title} has auto_pad={mode[:20]!r}, which there is not")
    pads = operator.attributes.get("pads", (0, 0, 0, 0))
    if len(pads) != 4:
        raise FormatError(f"{operator.title} has pads={str(list(pads))[:40]}, and four numbers are needed")
    if any(pad < 0 for pad in pads):
        raise NoLayer("its padding is negative")
    top, left, bottom, right = pads
    return Padding.of((top, bottom, left, right))
