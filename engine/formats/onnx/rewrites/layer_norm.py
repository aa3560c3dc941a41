"""Layer norm in the pieces that exporters before opset 17 write."""

import numpy as np

from engine.formats.onnx.reader.matching import Drafts
from engine.layers.layer_norm import LayerNorm


def rewrite(drafts: Drafts, number: int) -> bool:
    """(x − mean) / √(mean of (x − mean)² + eps) over channels; then the scale, then the shift after it."""
    return _normalized(drafts, number) or _scaled(drafts, number) or _shifted(drafts, number)


def _normalized(drafts: Drafts, number: int) -> bool:
    if drafts[number].layer.kind != "Divide":
        return False
    difference, root = drafts[number].inputs
    eps_added = drafts.only(root, "Function", function="sqrt")
    if eps_added is None or drafts[eps_added].layer.kind != "Scalar":
        return False
    variance = drafts.only(eps_added, "Scalar", operation="add")
    eps = float(drafts[eps_added].layer.value)  # type: ignore[attr-defined]  # it is a Scalar
    squared = None if variance is None else drafts.only(variance, "ChannelPool", mode="mean")
    if squared is None or not 0 <= eps <= 1 or drafts[difference].layer.kind != "Subtract":
        return False
    again = drafts.only(squared, "Scalar", operation="power", value=2.0)
    x, mean = drafts[difference].inputs
    source = drafts.only(mean, "ChannelPool", mode="mean")
    if again is None or source is None or not drafts.same(again, difference) or not drafts.same(source, x):
        return False
    channels = drafts[x].shape[0]
    weights = {"weight": np.ones(channels), "bias": np.zeros(channels)}
    return drafts.become(number, LayerNorm(eps=eps), x, weights=weights)


def _scaled(drafts: Drafts, number: int) -> bool:
    norm = drafts.only(number, "Scale")
    if norm is None or drafts[norm].layer.kind != "LayerNorm" or drafts[norm].weights["bias"].any():
        return False
    weight = drafts[number].weights["weight"] * drafts[norm].weights["weight"]
    weights = {"weight": weight, "bias": drafts[norm].weights["bias"]}
    return drafts.read_by_one(norm) and drafts.become(
        number, drafts[norm].layer, *drafts[norm].inputs, weights=weights
    )


def _shifted(drafts: Drafts, number: int) -> bool:
    for norm, shift in drafts.pairs(number, "Add"):
        shape = drafts[shift].shape
        channels = (drafts[number].shape[0], *(1,) * (len(shape) - 1))
        if drafts[norm].layer.kind != "LayerNorm" or drafts[shift].layer.kind != "Parameter":
            continue
        if shape != channels or not drafts.read_by_one(norm):
            continue
        bias = drafts[norm].weights["bias"] + drafts[shift].weights["weight"].ravel()
        weights = {"weight": drafts[norm].weights["weight"], "bias": bias}
        return drafts.become(number, drafts[norm].layer, *drafts[norm].inputs, weights=weights)
    return False
