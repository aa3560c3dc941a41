"""A number for each channel added after a layer of weights that has no bias: its bias."""

from engine.formats.onnx.reader.matching import Drafts


def rewrite(drafts: Drafts, number: int) -> bool:
    """conv(x) + b, with b of C×1×1; a dense layer's features likewise."""
    for source, shift in drafts.pairs(number, "Add"):
        layer = drafts[source].layer
        weighs = layer.role in _WITH_BIAS or layer.kind == "Linear"
        if not weighs or drafts[shift].layer.kind != "Parameter":
            continue
        shape = drafts[shift].shape
        if shape != (drafts[source].shape[0], *(1,) * (len(shape) - 1)) or not drafts.read_by_one(source):
            continue
        if getattr(layer, "bias", True):
            continue
        weights = {**drafts[source].weights, "bias": drafts[shift].weights["weight"].ravel()}
        inputs = drafts[source].inputs
        return drafts.become(number, layer.replace(bias=True), *inputs, weights=weights)
    return False


_WITH_BIAS = ("convolution", "pointwise", "depthwise")
