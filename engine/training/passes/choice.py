"""Which pass fits a layer: the fast one of its form, else the layer's own methods."""

from engine.training.passes.by_itself import ByItself
from engine.training.passes.layer_pass import LayerPass, Place


def pass_of(place: Place) -> LayerPass:
    """The fastest that computes this layer."""
    return ByItself(place)
