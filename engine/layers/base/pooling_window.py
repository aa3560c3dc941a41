"""What all pooling windows have to keep to, and how other programs pad for them."""

from engine.errors import ShapeError
from engine.shapes import Pair, Shape, Window


def require_overlap(window: Window, shape: Shape) -> None:
    """`ShapeError` where a window would see nothing but padding: its maximum would be −∞."""
    size = (shape[1], shape[2])
    for axis, out in enumerate(window.output_size(size)):
        n, extent, dilation = size[axis], window.extent[axis], window.dilation[axis]
        before, after = window.pads(size)[axis]
        if max(before, after) >= extent:
            raise ShapeError(
                f"padding={max(before, after)} is as wide as the window, which would see no pixel of the"
                f" input. A padding of at most {extent - 1} keeps every window on the map.",
                setting="padding",
            )
        if dilation == 1 or not before + after:
            continue
        for start in range(-before, out * window.stride[axis] - before, window.stride[axis]):
            if start < 0 or start + extent > n:
                first = start + max(-(start // dilation), 0) * dilation  # the first value not before the map
                if first >= min(n, start + extent):
                    raise ShapeError(
                        f"dilation={dilation} is too wide for {n} {('rows', 'columns')[axis]}: all values of"
                        f" a window would lie in the padding. A dilation of at most {n} fits.",
                        setting="dilation",
                    )


def fitting_pads(window: Window, size: Pair) -> tuple[Pair, Pair]:
    """Padding with which a window without any gives the same outputs (also < 0, in ceil mode too)."""
    fitted = []
    for axis, out in enumerate(window.output_size(size)):
        before = window.pads(size)[axis][0]
        fitted.append((before, (out - 1) * window.stride[axis] + window.extent[axis] - size[axis] - before))
    return fitted[0], fitted[1]
