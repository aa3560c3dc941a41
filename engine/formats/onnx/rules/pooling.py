"""Pooling."""

import dataclasses
from typing import Any

from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.held import Held, NoLayer
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.reader.windows import padding, pair
from engine.layers.adaptive_pooling import GlobalAvgPool2d
from engine.layers.average_pooling import AvgPool2d
from engine.layers.global_max_pooling import GlobalMaxPool2d
from engine.layers.max_pooling import MaxPool2d
from engine.layers.norm_pooling import LPPool2d
from engine.shapes import VALID


@rule(Op.MaxPool, Op.AveragePool)
def pool(t: Translation, operator: Operator) -> None:
    t.only_output(operator)
    value = t.value(operator, 0)
    if isinstance(value, Held) and value.around is not None and operator.op_type == Op.MaxPool:
        if any(operator.attributes.get("pads", ())) or operator.attributes.get("auto_pad", "") not in (
            "", "NOTSET", "VALID",
        ):  # fmt: skip
            raise NoLayer("it pads a map that has −∞ around it")
        operator = dataclasses.replace(
            operator, attributes={**operator.attributes, "pads": value.around, "auto_pad": "NOTSET"}
        )
        source = t.map(dataclasses.replace(value, around=None))
    else:
        source = t.map(t.held(operator))
    _, height, width = t.drafts[source].shape
    kernel = pair(operator, "kernel_shape")
    stride, dilation = pair(operator, "strides", (1, 1)), pair(operator, "dilations", (1, 1))
    settings: dict[str, Any] = {
        "kernel_size": kernel,
        "stride": stride,
        "padding": padding(operator, (height, width), kernel, stride, dilation, pools=True),
        "ceil_mode": bool(operator.attributes.get("ceil_mode", 0)),
    }
    names = {setting.name for setting in AvgPool2d.settings()}
    if operator.op_type == Op.MaxPool or "dilation" in names:
        settings["dilation"] = dilation
    elif dilation != (1, 1):
        raise NoLayer("it is dilated")
    if operator.op_type == Op.MaxPool:
        t.done(operator, t.add(MaxPool2d(**settings), source))
        return
    counted = bool(operator.attributes.get("count_include_pad", 0))
    t.done(operator, t.add(AvgPool2d(count_include_pad=counted, **settings), source))


@rule(Op.GlobalAveragePool)
def global_average(t: Translation, operator: Operator) -> None:
    t.done(operator, t.add(GlobalAvgPool2d(), t.map(t.held(operator))))


@rule(Op.GlobalMaxPool)
def global_max(t: Translation, operator: Operator) -> None:
    source = t.map(t.held(operator))
    t.done(operator, t.add(GlobalMaxPool2d(), source))


@rule(Op.LpPool)
def norm(t: Translation, operator: Operator) -> None:
    """ONNX takes powers of absolute values: the same for an even exponent."""
    source = t.map(t.held(operator))
    power = int(operator.attributes.get("p", 2))
    if power % 2:
        raise NoLayer(f"its exponent p={power} is odd, and it drops the signs of what it adds up")
    kernel = pair(operator, "kernel_shape")
    stride, dilation = pair(operator, "strides", (1, 1)), pair(operator, "dilations", (1, 1))
    _, height, width = t.drafts[source].shape
    around = padding(operator, (height, width), kernel, stride, dilation)
    if dilation != (1, 1) or around != VALID or operator.attributes.get("ceil_mode", 0):
        raise NoLayer("it pads, dilates or cuts off its windows")
    layer = LPPool2d(norm_type=float(power), kernel_size=kernel, stride=stride)
    t.done(operator, t.add(layer, source))
