"""A number for each channel added after a layer of weights that has no bias: its bias."""

from engine.formats.onnx.reader.matching import Drafts
from engine.layers.add import Add
from engine.layers.parameter import Parameter


def rewrite(drafts: Drafts, number: int) -> bool:
    """conv(x) + b, with b of C×1×1; a dense layer's features likewise."""
    for source, shift in drafts.pairs(number, Add()):
        layer = drafts[source].layer
        if not layer.lacks_bias or drafts.layer(shift, Parameter) is None:
            continue
        shape = drafts[shift].shape
        if shape != (drafts[source].shape[0], *(1,) * (len(shape) - 1)) or not drafts.read_by_one(source):
            continue
        weights = {**drafts[source].weights, "bias": drafts[shift].weights["weight"].ravel()}
        inputs = drafts[source].inputs
        return drafts.become(number, layer.replace(bias=True), *inputs, weights=weights)
    return False
