"""Layer norm in the pieces that exporters before opset 17 write."""

import numpy as np

from engine.formats.onnx.reader.matching import Drafts
from engine.layers.add import Add
from engine.layers.channel_pool import ChannelPool
from engine.layers.joins import Divide, Subtract
from engine.layers.layer_norm import LayerNorm
from engine.layers.parameter import Parameter
from engine.layers.scalar import Function, Scalar
from engine.layers.scale import Scale


def rewrite(drafts: Drafts, number: int) -> bool:
    """(x − mean) / √(mean of (x − mean)² + eps) over channels; then the scale, then the shift after it."""
    return _normalized(drafts, number) or _scaled(drafts, number) or _shifted(drafts, number)


def _normalized(drafts: Drafts, number: int) -> bool:
    if drafts.layer(number, Divide) is None:
        return False
    difference, root = drafts[number].inputs
    eps_added = drafts.only(root, Function(function="sqrt"))
    added = None if eps_added is None else drafts.layer(eps_added, Scalar)
    if eps_added is None or added is None:
        return False
    eps = added.value
    variance = drafts.only(eps_added, Scalar(operation="add", value=eps))
    squared = None if variance is None else drafts.only(variance, ChannelPool(mode="mean"))
    if squared is None or not 0 <= eps <= 1 or drafts.layer(difference, Subtract) is None:
        return False
    again = drafts.only(squared, Scalar(operation="power", value=2.0))
    x, mean = drafts[difference].inputs
    source = drafts.only(mean, ChannelPool(mode="mean"))
    if again is None or source is None or not drafts.same(again, difference) or not drafts.same(source, x):
        return False
    channels = drafts[x].shape[0]
    weights = {"weight": np.ones(channels), "bias": np.zeros(channels)}
    return drafts.become(number, LayerNorm(eps=eps), x, weights=weights)


def _scaled(drafts: Drafts, number: int) -> bool:
    norm = drafts.only(number, Scale())
    if norm is None or drafts.layer(norm, LayerNorm) is None or drafts[norm].weights["bias"].any():
        return False
    weight = drafts[number].weights["weight"] * drafts[norm].weights["weight"]
    weights = {"weight": weight, "bias": drafts[norm].weights["bias"]}
    return drafts.read_by_one(norm) and drafts.become(
        number, drafts[norm].layer, *drafts[norm].inputs, weights=weights
    )


def _shifted(drafts: Drafts, number: int) -> bool:
    for norm, shift in drafts.pairs(number, Add()):
        shape = drafts[shift].shape
        channels = (drafts[number].shape[0], *(1,) * (len(shape) - 1))
        if drafts.layer(norm, LayerNorm) is None or drafts.layer(shift, Parameter) is None:
            continue
        if shape != channels or not drafts.read_by_one(norm):
            continue
        bias = drafts[norm].weights["bias"] + drafts[shift].weights["weight"].ravel()
        weights = {"weight": drafts[norm].weights["weight"], "bias": bias}
        return drafts.become(number, drafts[norm].layer, *drafts[norm].inputs, weights=weights)
    return False
