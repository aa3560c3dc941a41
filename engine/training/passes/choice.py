"""Which pass fits a layer: the fast one of its form, else the layer's own methods."""

from engine.layers.base.layer import Layer
from engine.layers.base.lowering import (
    AffineForm,
    ClampForm,
    ConcatForm,
    FlattenForm,
    FunctionForm,
    GlobalPoolForm,
    LeakyForm,
    MatrixForm,
    PoolForm,
    SumForm,
    ViewForm,
)
from engine.shapes import elements
from engine.training.passes.by_itself import ByItself
from engine.training.passes.layer_pass import LayerPass, Place


def pass_of(place: Place, clamp: ClampForm | None = None) -> LayerPass:
    """The fastest that computes this layer.

    clamp: of the one node that reads it, which may be taken along.
    """
    from engine.training.passes import normalizing, pooling, values
    from engine.training.passes.matrix import MatrixPass

    layer = place.layer
    changes = type(layer).forward_in_training is not Layer.forward_in_training
    match layer.lowering(*place.shapes) if place.shapes else None:
        case AffineForm(epsilon=epsilon) if epsilon is not None and changes:
            return normalizing.BatchNormPass(place, epsilon, clamp)
        case _ if changes:
            return ByItself(place)
        case MatrixForm() as form:
            return MatrixPass(place, form)
        case PoolForm() as form if elements(form.window.kernel_size) <= pooling.MOST_TAPS:
            return pooling.PoolPass(place, form)
        case GlobalPoolForm(maximum=False):
            return pooling.MeanPass(place)
        case ClampForm() as form:
            return values.ClampPass(place, form)
        case LeakyForm() as form:
            return values.LeakyPass(place, form)
        case FunctionForm(function="tanh"):
            return values.TanhPass(place)
        case FunctionForm():
            return values.ValuesPass(place)
        case FlattenForm() if len(place.shapes[0]) == 3:
            return values.FlattenPass(place)
        case ViewForm(origin=(0, 0, 0)) if elements(place.shapes[0]) == elements(place.shape):
            return values.ViewPass(place)
        case SumForm() if len(set(place.shapes)) == 1:
            return values.SumPass(place, clamp)
        case ConcatForm():
            return values.ConcatPass(place)
    return ByItself(place)
