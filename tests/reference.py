"""Every layer once more, slow and obvious: one image at a time, in doubles, straight from its definition.

`forward(layer, inputs, params)` gives the output of one image and the number of multiply–adds that a
convolution or linear layer did on the way, counted one by one.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Params = Mapping[str, Array]


def forward(
    layer: Any, images: Sequence[npt.ArrayLike], parameters: Mapping[str, npt.ArrayLike]
) -> tuple[Array, int]:
    """Output (C, H, W) or (F,) of inputs without a batch, and the multiply–adds counted."""
    inputs = [np.asarray(image, np.float64) for image in images]
    params = {name: np.asarray(value, np.float64) for name, value in parameters.items()}
    if layer.kind in COUNTED:
        return COUNTED[layer.kind](layer, inputs[0], params)
    if layer.kind in VALUES:
        one = VALUES[layer.kind](layer)
        return np.array([one(v) for v in inputs[0].ravel()]).reshape(inputs[0].shape), 0
    return (OTHERS.get(layer.kind) or _OWN[layer.kind])(layer, inputs, params), 0


Twin = Callable[[Any, Sequence[Array], Params], Array]
"""A layer, its inputs and parameters → what comes out, of one image."""


def twin(kind: str) -> Callable[[Twin], Twin]:
    """Make the function the slow twin of a kind: a kind's own test holds it."""

    def register(function: Twin) -> Twin:
        _OWN[kind] = function
        return function

    return register


def kinds() -> set[str]:
    """All kinds that have a twin, those in the tests of kinds included."""
    folder = Path(__file__).parent / "engine" / "layers"
    for path in folder.glob("test_*.py"):
        import_module(f"tests.engine.layers.{path.stem}")
    return {*COUNTED, *VALUES, *OTHERS, *_OWN}


_OWN: dict[str, Twin] = {}


def sides(padding: Any, size: int, extent: int, stride: int, axis: int) -> tuple[int, int]:
    """Padding before and after, from the words of the definition."""
    if padding.mode == "valid":
        return 0, 0
    if padding.mode == "full":
        return extent - 1, extent - 1
    if padding.mode == "same":
        out = math.ceil(size / stride)
        total = max((out - 1) * stride + extent - size, 0)
        return math.floor(total / 2), math.ceil(total / 2)
    return (padding.top, padding.bottom) if axis == 0 else (padding.left, padding.right)


def starts(
    size: int, kernel: int, stride: int, dilation: int, pads: tuple[int, int], *, ceil: bool
) -> list[int]:
    """Where each window starts, counted from the first row of the unpadded map: step by step."""
    extent = dilation * (kernel - 1) + 1
    found = []
    start = -pads[0]
    while start + extent <= size + pads[1]:
        found.append(start)
        start += stride
    if ceil and start - stride + extent < size + pads[1] and start < size:
        found.append(start)
    return found


def geometry(layer: Any, x: Array, *, ceil: bool = False) -> tuple[list[int], list[int]]:
    """Starts of the windows along the rows and the columns of a map."""
    dilation = getattr(layer, "dilation", (1, 1))
    axes = []
    for axis in (0, 1):
        k, s, d, n = layer.kernel_size[axis], layer.stride[axis], dilation[axis], x.shape[axis + 1]
        pads = sides(layer.padding, n, d * (k - 1) + 1, s, axis)
        axes.append(starts(n, k, s, d, pads, ceil=ceil))
    return axes[0], axes[1]


def taps(layer: Any, h: int, w: int) -> Iterator[tuple[int, int, int, int]]:
    """Row and column in the kernel, and in the map, of each tap of the window that starts at (h, w)."""
    dilation = getattr(layer, "dilation", (1, 1))
    for i in range(layer.kernel_size[0]):
        for j in range(layer.kernel_size[1]):
            yield i, j, h + i * dilation[0], w + j * dilation[1]


def inside(x: Array, h: int, w: int) -> bool:
    return 0 <= h < x.shape[1] and 0 <= w < x.shape[2]


def convolution(layer: Any, x: Array, params: Params, groups: int) -> tuple[Array, int]:
    weight = params["weight"]
    kernels, channels = weight.shape[:2]
    rows, cols = geometry(layer, x)
    y = np.zeros((kernels, len(rows), len(cols)))
    count = 0
    for k in range(kernels):
        first = (k // (kernels // groups)) * channels
        for oh, h in enumerate(rows):
            for ow, w in enumerate(cols):
                y[k, oh, ow] = params["bias"][k] if layer.bias else 0.0
                for i, j, ih, iw in taps(layer, h, w):
                    count += channels
                    if inside(x, ih, iw):
                        y[k, oh, ow] += weight[k, :, i, j] @ x[first : first + channels, ih, iw]
    return y, count


def transposed(layer: Any, x: Array, params: Params) -> tuple[Array, int]:
    """Stamp by stamp onto a map that is large enough, then cut."""
    weight = params["weight"]
    channels, per_group = weight.shape[:2]
    cut, size = [], []
    for axis in (0, 1):
        n, s = x.shape[axis + 1], layer.stride[axis]
        extent = layer.dilation[axis] * (layer.kernel_size[axis] - 1) + 1
        if layer.padding.mode == "same":
            before, length = max(extent - s, 0) // 2, n * s + layer.output_padding[axis]
        else:
            before, after = sides(layer.padding, 0, extent, s, axis)
            length = (n - 1) * s - before - after + extent + layer.output_padding[axis]
        cut.append(before)
        size.append(length)
    large = np.zeros(
        (layer.out_channels, 4 * sum(size) + 64 * sum(cut) + 64, 4 * sum(size) + 64 * sum(cut) + 64)
    )
    count = 0
    for c in range(channels):
        first = (c // (channels // layer.groups)) * per_group
        for h in range(x.shape[1]):
            for w in range(x.shape[2]):
                for i, j, oh, ow in taps(layer, h * layer.stride[0], w * layer.stride[1]):
                    count += per_group
                    large[first : first + per_group, oh, ow] += weight[c, :, i, j] * x[c, h, w]
    y = large[:, cut[0] : cut[0] + size[0], cut[1] : cut[1] + size[1]]
    return (y + params["bias"][:, None, None] if layer.bias else y), count


def linear(layer: Any, x: Array, params: Params) -> tuple[Array, int]:
    y = np.zeros(layer.out_features)
    count = 0
    for k in range(layer.out_features):
        for f in range(x.size):
            y[k] += params["weight"][k, f] * x[f]
            count += 1
    return (y + params["bias"] if layer.bias else y), count


def max_pool(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    rows, cols = geometry(layer, x, ceil=layer.ceil_mode)
    y = np.full((x.shape[0], len(rows), len(cols)), -np.inf)
    for c in range(x.shape[0]):
        for oh, h in enumerate(rows):
            for ow, w in enumerate(cols):
                seen = [x[c, ih, iw] for _, _, ih, iw in taps(layer, h, w) if inside(x, ih, iw)]
                y[c, oh, ow] = np.max(seen) if seen else -np.inf  # numpy's maximum of a NaN is a NaN
    return y


def average_pool(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    rows, cols = geometry(layer, x, ceil=layer.ceil_mode)
    below = x.shape[1] + sides(layer.padding, x.shape[1], layer.kernel_size[0], layer.stride[0], 0)[1]
    beside = x.shape[2] + sides(layer.padding, x.shape[2], layer.kernel_size[1], layer.stride[1], 1)[1]
    y = np.zeros((x.shape[0], len(rows), len(cols)))
    for c in range(x.shape[0]):
        for oh, h in enumerate(rows):
            for ow, w in enumerate(cols):
                places = [(ih, iw) for _, _, ih, iw in taps(layer, h, w)]
                seen = [x[c, ih, iw] for ih, iw in places if inside(x, ih, iw)]
                counted = sum(ih < below and iw < beside for ih, iw in places)
                y[c, oh, ow] = sum(seen) / (counted if layer.count_include_pad else max(len(seen), 1))
    return y


def adaptive_pool(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    _, height, width = x.shape
    out_h, out_w = (1, 1) if layer.kind == "GlobalAvgPool2d" else layer.output_size
    y = np.zeros((x.shape[0], out_h, out_w))
    for oh in range(out_h):
        for ow in range(out_w):
            rows = range(math.floor(oh * height / out_h), math.ceil((oh + 1) * height / out_h))
            cols = range(math.floor(ow * width / out_w), math.ceil((ow + 1) * width / out_w))
            for c in range(x.shape[0]):
                y[c, oh, ow] = sum(x[c, h, w] for h in rows for w in cols) / (len(rows) * len(cols))
    return y


def batch_norm(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    y = np.zeros_like(inputs[0])
    for c in range(y.shape[0]):
        whitened = (inputs[0][c] - params["running_mean"][c]) / math.sqrt(
            params["running_var"][c] + layer.eps
        )
        y[c] = params["weight"][c] * whitened + params["bias"][c]
    return y


def normalized(x: Array, eps: float) -> Array:
    return (x - x.mean()) / math.sqrt(((x - x.mean()) ** 2).mean() + eps)


def group_norm(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    groups = layer.num_groups if layer.kind == "GroupNorm" else x.shape[0]
    size = x.shape[0] // groups
    y = np.concatenate([normalized(x[g * size : (g + 1) * size], layer.eps) for g in range(groups)])
    if "weight" in params:
        y = y * params["weight"][:, None, None] + params["bias"][:, None, None]
    return y


def per_pixel(x: Array, function: Callable[[Array], Array]) -> Array:
    """The function of the channels of every pixel, or of the vector itself."""
    if x.ndim == 1:
        return function(x)
    y = np.zeros_like(x)
    for h in range(x.shape[1]):
        for w in range(x.shape[2]):
            y[:, h, w] = function(x[:, h, w])
    return y


def layer_norm(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    return per_pixel(inputs[0], lambda v: params["weight"] * normalized(v, layer.eps) + params["bias"])


def softmax(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    return per_pixel(inputs[0], lambda v: np.exp(v - v.max()) / np.exp(v - v.max()).sum())


def local_response(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    y = np.zeros_like(x)
    for c in range(x.shape[0]):
        near = [j for j in range(x.shape[0]) if abs(j - c) <= layer.size // 2]
        y[c] = x[c] / (layer.k + layer.alpha / layer.size * sum(x[j] ** 2 for j in near)) ** layer.beta
    return y


def prelu(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    slopes = [params["weight"][0 if layer.shared else c] for c in range(x.shape[0])]
    return np.array([np.where(one > 0, one, slope * one) for one, slope in zip(x, slopes, strict=True)])


def scale(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    return np.array([factor * one for factor, one in zip(params["weight"], inputs[0], strict=True)])


def met(inputs: Sequence[Array], join: Callable[[list[float]], float]) -> Array:
    """A function of the values that stand at one place; an axis of size 1 has the same value everywhere."""
    shape = tuple(max(sizes) for sizes in zip(*(x.shape for x in inputs), strict=True))
    y = np.zeros(shape)
    for place in np.ndindex(shape):
        values = []
        for x in inputs:
            values.append(float(x[tuple(i if n > 1 else 0 for i, n in zip(place, x.shape, strict=True))]))
        y[place] = join(values)
    return y


def multiply(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    return met(inputs, lambda values: values[0] * values[1])


def shuffled(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    size = x.shape[0] // layer.groups
    return np.array([x[g * size + i] for i in range(size) for g in range(layer.groups)])


def mirrored(i: int, size: int) -> int:
    return -i if i < 0 else 2 * (size - 1) - i if i >= size else i


def padded(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    _, height, width = x.shape
    y = np.zeros((x.shape[0], height + layer.top + layer.bottom, width + layer.left + layer.right))
    for c, oh, ow in np.ndindex(y.shape):
        h, w = oh - layer.top, ow - layer.left
        if layer.mode == "reflect":
            h, w = mirrored(h, height), mirrored(w, width)
        elif layer.mode == "replicate":
            h, w = min(max(h, 0), height - 1), min(max(w, 0), width - 1)
        y[c, oh, ow] = x[c, h, w] if inside(x, h, w) else layer.value
    return y


def resized(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    y = np.zeros((x.shape[0], *layer.size))
    for oh, ow in np.ndindex(*layer.size):
        for h, by in along(layer, 0, oh, x.shape[1]):
            for w, bx in along(layer, 1, ow, x.shape[2]):
                y[:, oh, ow] += by * bx * x[:, h, w]
    return y


def along(layer: Any, axis: int, o: int, n: int) -> list[tuple[int, float]]:
    """The inputs that output o is made of along an axis, and their shares: every input asked in turn."""
    count = layer.size[axis]
    scale = (layer.scale_height, layer.scale_width)[axis] or count / n
    middle = n / 2 * (1 - count / (scale * n))
    at = {
        "half_pixel": (o + 0.5) / scale - 0.5,
        "half_pixel_symmetric": middle + (o + 0.5) / scale - 0.5,
        "pytorch_half_pixel": (o + 0.5) / scale - 0.5 if count > 1 else 0.0,
        "asymmetric": o / scale,
        "align_corners": o * (n - 1) / (count - 1) if count > 1 else 0.0,
    }[layer.coordinates]
    if layer.mode == "nearest":
        ways = {"floor": math.floor(at), "ceil": math.ceil(at), "round_prefer_floor": math.ceil(at - 0.5)}
        return [(min(max(ways.get(layer.rounding, math.floor(at + 0.5)), 0), n - 1), 1.0)]
    reach = 1 if layer.mode == "linear" else 2
    places = [i for i in range(math.floor(at) - 3, math.floor(at) + 5) if abs(i - at) < reach]
    shares = [tent(abs(i - at), layer) for i in places]
    if layer.exclude_outside and layer.mode == "cubic":
        shares = [share if 0 <= i < n else 0.0 for i, share in zip(places, shares, strict=True)]
        shares = [share / sum(shares) for share in shares]
    return [(min(max(i, 0), n - 1), share) for i, share in zip(places, shares, strict=True)]


def tent(d: float, layer: Any) -> float:
    """How much an input counts at a distance: Keys' cubic, or a straight line."""
    if layer.mode == "linear":
        return 1 - d
    a = layer.cubic
    if d <= 1:
        return float((a + 2) * d**3 - (a + 3) * d**2 + 1)
    return float(a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a)


def channel_pool(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    y = np.zeros((1, *x.shape[1:]))
    for h, w in np.ndindex(*x.shape[1:]):
        values = [float(x[c, h, w]) for c in range(x.shape[0])]
        y[0, h, w] = {"mean": sum(values) / len(values), "max": max(values), "min": min(values)}[layer.mode]
    return y


def subsampled(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    rows = [h for h in range(x.shape[1]) if h >= layer.start[0] and (h - layer.start[0]) % layer.step[0] == 0]
    cols = [w for w in range(x.shape[2]) if w >= layer.start[1] and (w - layer.start[1]) % layer.step[1] == 0]
    return np.array([[[one[h, w] for w in cols] for h in rows] for one in x])


def cropped(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    y = np.zeros((inputs[0].shape[0], layer.height, layer.width))
    for c, h, w in np.ndindex(y.shape):
        y[c, h, w] = inputs[0][c, layer.top + h, layer.left + w]
    return y


def place(o: int, n: int, factor: int, layer: Any) -> float:
    """Where output o lies among n inputs."""
    if layer.align_corners:
        return o * (n - 1) / (n * factor - 1) if n * factor > 1 else 0.0
    return min(max((o + 0.5) / factor - 0.5, 0.0), n - 1.0)


def upsampled(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    fh, fw = layer.scale_factor
    y = np.zeros((x.shape[0], x.shape[1] * fh, x.shape[2] * fw))
    for c, oh, ow in np.ndindex(y.shape):
        if layer.mode == "nearest":
            y[c, oh, ow] = x[c, oh // fh, ow // fw]
            continue
        h, w = place(oh, x.shape[1], fh, layer), place(ow, x.shape[2], fw, layer)
        # Every input value counts by how near it is: a tent of width 1 around it.
        for ih in range(x.shape[1]):
            for iw in range(x.shape[2]):
                y[c, oh, ow] += max(1 - abs(h - ih), 0) * max(1 - abs(w - iw), 0) * x[c, ih, iw]
    return y


def pixel_shuffled(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    r = layer.upscale_factor
    y = np.zeros((x.shape[0] // r**2, x.shape[1] * r, x.shape[2] * r))
    for c, h, w in np.ndindex(y.shape):
        y[c, h, w] = x[c * r * r + (h % r) * r + w % r, h // r, w // r]
    return y


def pixel_unshuffled(layer: Any, inputs: Sequence[Array], params: Params) -> Array:
    (x,) = inputs
    r = layer.downscale_factor
    y = np.zeros((x.shape[0] * r**2, x.shape[1] // r, x.shape[2] // r))
    for c, h, w in np.ndindex(x.shape):
        y[c * r * r + (h % r) * r + w % r, h // r, w // r] = x[c, h, w]
    return y


COUNTED: Mapping[str, Callable[[Any, Array, Params], tuple[Array, int]]] = {
    "Conv2d": lambda layer, x, params: convolution(layer, x, params, layer.groups),
    "DepthwiseConv2d": lambda layer, x, params: convolution(layer, x, params, x.shape[0]),
    "ConvTranspose2d": transposed,
    "Linear": linear,
}


def clamp(layer: Any, x: float) -> float:
    x = x if layer.sides == "high" else max(x, layer.low)
    return x if layer.sides == "low" else min(x, layer.high)


def arithmetic(operation: str, x: float, v: float) -> float:
    made = {"add": x + v, "subtract from": v - x, "multiply": x * v}
    if operation == "divide by":
        return x / v
    if operation == "divide":
        return v / x
    return made[operation] if operation in made else (x**v if x > 0 or v == int(v) else math.nan)


FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "abs": abs, "ceil": math.ceil, "cos": math.cos, "erf": math.erf, "exp": math.exp, "floor": math.floor,
    "log": lambda x: math.log(x) if x > 0 else math.nan, "neg": lambda x: -x, "reciprocal": lambda x: 1 / x,
    "round": round, "sign": lambda x: math.copysign(1, x), "sin": math.sin,
    "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan,
}  # fmt: skip

VALUES: Mapping[str, Callable[[Any], Callable[[float], float]]] = {
    "ReLU": lambda layer: lambda x: x if x > 0 else 0.0,
    "ReLU6": lambda layer: lambda x: min(max(x, 0.0), 6.0),
    "LeakyReLU": lambda layer: lambda x: x if x > 0 else layer.negative_slope * x,
    "ELU": lambda layer: lambda x: x if x > 0 else layer.alpha * (math.exp(x) - 1),
    "Sigmoid": lambda layer: lambda x: 1 / (1 + math.exp(-x)),
    "Tanh": lambda layer: math.tanh,
    "SiLU": lambda layer: lambda x: x / (1 + math.exp(-x)),
    "GELU": lambda layer: (
        lambda x: (
            x * (1 + math.erf(x / math.sqrt(2))) / 2
            if layer.approximate == "none"
            else x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2
        )
    ),
    "Hardswish": lambda layer: lambda x: x * min(max(x + 3, 0), 6) / 6,
    "Hardsigmoid": lambda layer: lambda x: min(max(layer.alpha * x + layer.beta, 0), 1),
    "Softplus": lambda layer: lambda x: math.log(1 + math.exp(x)),
    "Mish": lambda layer: lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "SELU": lambda layer: lambda x: layer.gamma * (x if x > 0 else layer.alpha * (math.exp(x) - 1)),
    "CELU": lambda layer: lambda x: max(x, 0) + min(layer.alpha * (math.exp(x / layer.alpha) - 1), 0),
    "ThresholdedReLU": lambda layer: lambda x: x if x > layer.alpha else 0.0,
    "Softsign": lambda layer: lambda x: x / (1 + abs(x)),
    "Clamp": lambda layer: lambda x: clamp(layer, x),
    "Scalar": lambda layer: lambda x: arithmetic(layer.operation, x, layer.value),
    "Function": lambda layer: FUNCTIONS[layer.function],
    "Dropout": lambda layer: lambda x: x,
    "Identity": lambda layer: lambda x: x,
}

OTHERS: Mapping[str, Twin] = {
    "MaxPool2d": max_pool,
    "AvgPool2d": average_pool,
    "GlobalAvgPool2d": adaptive_pool,
    "AdaptiveAvgPool2d": adaptive_pool,
    "BatchNorm2d": batch_norm,
    "GroupNorm": group_norm,
    "InstanceNorm2d": group_norm,
    "LayerNorm": layer_norm,
    "LocalResponseNorm": local_response,
    "Softmax": softmax,
    "PReLU": prelu,
    "Scale": scale,
    "Multiply": multiply,
    "ChannelShuffle": shuffled,
    "Slice": lambda layer, inputs, params: np.array([inputs[0][c] for c in range(layer.start, layer.stop)]),
    "Pad": padded,
    "Crop": cropped,
    "Resize": resized,
    "ChannelPool": channel_pool,
    "Subsample": subsampled,
    "Upsample": upsampled,
    "PixelShuffle": pixel_shuffled,
    "PixelUnshuffle": pixel_unshuffled,
    "Permute": lambda layer, inputs, params: inputs[0].transpose(["CHW".index(a) for a in layer.order]),
    "Reshape": lambda layer, inputs, params: np.array([v for v in inputs[0].ravel()]).reshape(layer.shape),
    "Parameter": lambda layer, inputs, params: params["weight"],
    "LogSoftmax": lambda layer, inputs, params: np.log(softmax(layer, inputs, params)),
    "Add": lambda layer, inputs, params: met(inputs, lambda values: sum(values)),
    "Subtract": lambda layer, inputs, params: met(inputs, lambda values: values[0] - values[1]),
    "Divide": lambda layer, inputs, params: met(inputs, lambda values: values[0] / values[1]),
    "Maximum": lambda layer, inputs, params: met(inputs, max),
    "Minimum": lambda layer, inputs, params: met(inputs, min),
    "Mean": lambda layer, inputs, params: met(inputs, lambda values: sum(values) / len(values)),
    "Concat": lambda layer, inputs, params: np.array([one for x in inputs for one in x]),
    "Flatten": lambda layer, inputs, params: np.array([v for v in inputs[0].ravel()]),
}
