"""Convolutions."""

import dataclasses
from typing import Any

import numpy as np

from engine.errors import FormatError
from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.held import Held, Known, NoLayer
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.reader.windows import padding, pair
from engine.layers import Layer
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.shapes import Padding, Pair


def kernels(t: Translation, operator: Operator) -> tuple[Known, dict[str, Known], Pair]:
    """Weight (four axes), all parameters by name, and the size of the kernel."""
    weight = t.weight(operator, 1, "kernel")
    if weight.ndim == 3 and t.is_one_dimensional:
        raise FormatError(
            f"{operator.title} is a 1-D convolution, and only networks on 2-D maps can be drawn"
        )
    if weight.ndim in (3, 5):
        raise NoLayer(f"it is a {weight.ndim - 2}-D convolution")
    if weight.ndim != 4:
        raise FormatError(f"{operator.title} has a kernel of {weight.ndim} axes, and four are needed")
    kernel = (int(weight.shape[2]), int(weight.shape[3]))
    if pair(operator, "kernel_shape", kernel) != kernel:
        raise FormatError(f"{operator.title} has a kernel_shape that is not that of its weights")
    parameters = {"weight": weight}
    bias = t.constant(operator, 2, "bias")
    if bias is not None:
        parameters["bias"] = bias.ravel()
    return weight, parameters, kernel


def along_a_row(t: Translation, operator: Operator) -> None:
    """A 1-D convolution within a network on maps, as over the channels of ECA: one along a single row."""
    held = t.held(operator)
    if len(held.shape) != 3 or t.batch > 1:
        raise NoLayer("it is a 1-D convolution")
    n, channels, length = held.shape
    row = held.view.reshape((n, channels, 1, length))
    assert row is not None
    two = {"kernel_shape": (1,), "strides": (1,), "dilations": (1,)}
    attributes = dict(operator.attributes)
    for name, one in two.items():
        if name in attributes:
            attributes[name] = (*one, *attributes[name])
    if "pads" in attributes:
        before, after = attributes["pads"]
        attributes["pads"] = (0, before, 0, after)
    weight = t.weight(operator, 1, "kernel")[:, :, None, :]
    t.values[f"{operator.outputs[0]}/row"] = dataclasses.replace(held, view=row)
    t.values[f"{operator.outputs[0]}/kernel"] = weight
    names = (f"{operator.outputs[0]}/row", f"{operator.outputs[0]}/kernel", *operator.inputs[2:])
    made = dataclasses.replace(operator, inputs=names, attributes=attributes)
    conv(t, made)
    result = t.find(operator.outputs[0])
    assert isinstance(result, Held)
    flat = result.view.reshape((n, result.shape[1], result.shape[3]))
    assert flat is not None
    t.result(operator, dataclasses.replace(result, view=flat))


@rule(Op.Conv)
def conv(t: Translation, operator: Operator) -> None:
    given = t.constant(operator, 1, "kernel")
    if given is not None and given.ndim == 3 and not t.is_one_dimensional:
        along_a_row(t, operator)
        return
    weight, parameters, kernel = kernels(t, operator)
    source = t.map(t.held(operator))
    channels, height, width = t.drafts[source].shape
    groups = int(operator.attributes.get("group", 1))
    stride, dilation = pair(operator, "strides", (1, 1)), pair(operator, "dilations", (1, 1))
    settings: dict[str, Any] = {
        "kernel_size": kernel,
        "stride": stride,
        "dilation": dilation,
        "padding": padding(operator, (height, width), kernel, stride, dilation),
        "bias": "bias" in parameters,
    }
    if groups < 1 or weight.shape[0] % groups or channels != weight.shape[1] * groups:
        raise FormatError(
            f"{operator.title} has kernels for {weight.shape[1] * max(groups, 1)} channels in {groups}"
            f" groups, and {channels} come in"
        )
    layer: Layer
    if groups == channels > 1:
        layer = DepthwiseConv2d(multiplier=int(weight.shape[0]) // channels, **settings)
    else:
        layer = Conv2d(out_channels=int(weight.shape[0]), groups=groups, **settings)
    t.done(operator, t.add(layer, source, weights=parameters, tied=operator.inputs[1]))


@rule(Op.ConvTranspose)
def conv_transpose(t: Translation, operator: Operator) -> None:
    weight, parameters, kernel = kernels(t, operator)
    source = t.map(t.held(operator))
    channels, height, width = t.drafts[source].shape
    groups = int(operator.attributes.get("group", 1))
    if groups < 1 or channels != weight.shape[0] or channels % groups:
        raise FormatError(
            f"{operator.title} has kernels for {weight.shape[0]} channels in {groups} groups,"
            f" and {channels} come in"
        )
    stride, dilation = pair(operator, "strides", (1, 1)), pair(operator, "dilations", (1, 1))
    added = operator.attributes.get("output_padding", (0, 0))
    wanted = operator.attributes.get("output_shape")
    sides: list[int] = []
    after = [int(one) for one in added]
    if len(after) != 2:
        raise FormatError(f"{operator.title} has output_padding={str(after)[:40]}, which is no pair")
    mode = operator.attributes.get("auto_pad") or "NOTSET"
    pads = operator.attributes.get("pads", (0, 0, 0, 0))
    if mode not in ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER") or len(pads) != 4:
        raise FormatError(f"{operator.title} has an impossible padding")
    for axis, size in enumerate((height, width)):
        extent = dilation[axis] * (kernel[axis] - 1) + 1
        full = (size - 1) * stride[axis] + extent + after[axis]
        if wanted is not None:
            total = full - int(wanted[-2:][axis])
        elif mode in ("SAME_UPPER", "SAME_LOWER"):
            total = full - size * stride[axis]
        elif mode == "VALID":
            total = 0
        else:
            sides += [pads[axis], pads[axis + 2]]
            continue
        if total < 0 and wanted is not None:
            # What is wanted beyond the stamps is as with output padding: the bias alone.
            after[axis] -= total
        total = max(total, 0)
        # "pads" of the standard's formulas: all but SAME_UPPER put the larger half in front.
        small, large = total // 2, total - total // 2
        sides += [small, large] if mode == "SAME_UPPER" else [large, small]
    for place, axis in ((1, 0), (3, 1)):
        # Output padding takes from what is cut off behind: one or the other is left.
        both = min(sides[place], after[axis])
        sides[place] -= both
        after[axis] -= both
    if min(sides) < 0:
        raise NoLayer("its padding is negative")
    layer = ConvTranspose2d(
        out_channels=int(weight.shape[1]) * groups,
        kernel_size=kernel,
        stride=stride,
        dilation=dilation,
        padding=Padding.of(tuple(sides)),
        output_padding=(after[0], after[1]),
        groups=groups,
        bias="bias" in parameters,
    )
    t.done(operator, t.add(layer, source, weights=parameters, tied=operator.inputs[1]))


@rule(Op.Gemm)
def gemm(t: Translation, operator: Operator) -> None:
    from engine.formats.onnx.rules.dense import linear

    attributes = operator.attributes
    if attributes.get("transA", 0):
        raise NoLayer("it transposes what comes in")
    weight = t.weight(operator, 1, "matrix")
    if weight.ndim != 2:
        raise FormatError(f"{operator.title} has a matrix of {weight.ndim} axes")
    weight = weight if attributes.get("transB", 0) else weight.T
    alpha, beta = float(attributes.get("alpha", 1.0)), float(attributes.get("beta", 1.0))
    if alpha != 1.0:
        weight = weight * np.float32(alpha)
    held = t.held(operator)
    bias = t.constant(operator, 2, "bias")
    if bias is not None:
        if bias.size not in (1, weight.shape[0]) or (bias.ndim > 1 and bias.shape[-1] != bias.size):
            raise NoLayer(f"its bias has the shape {bias.shape}")
        bias = np.broadcast_to(bias.ravel(), weight.shape[0]).astype(np.float32) * np.float32(beta)
    linear(t, operator, held, weight, bias)
