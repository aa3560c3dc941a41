"""Operators on fixed tensors, computed once while the file is read: shapes, indices, weights put in order.

Values keep the types of the file, so that whole numbers divide as they do there. What is not in the table is
computed by the reference evaluator of the `onnx` package, apart from the operators it gets wrong.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from engine.errors import FormatError
from engine.formats.onnx.op import Op
from engine.formats.onnx.package import onnx_package
from engine.formats.onnx.reader.arguments import (
    axes_of,
    one_axis,
    reshaped,
    shape_part,
    slices_of,
    split_sizes,
)
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.held import Known

MAX_MADE: Final = 160_000_000
"""Numbers that all generated constants of a file may have together: a file of some bytes can ask for any."""
MAX_EVALUATED: Final = 4_000_000
RANDOM: Final = (
    Op.RandomNormal, Op.RandomUniform, Op.RandomNormalLike, Op.RandomUniformLike, Op.Multinomial,
    Op.Bernoulli,
)  # fmt: skip
WRONG_IN_REFERENCE: Final = (
    Op.BatchNormalization,
    Op.LRN,
    Op.ConvTranspose,
    Op.Dropout,
    Op.Resize,
    Op.Upsample,
)
"""Operators that `onnx.reference` is known to compute otherwise than the standard says."""


class Folder:
    """Computes operators whose inputs are all fixed."""

    def __init__(self, opset: int) -> None:
        self._opset = opset
        self._made = 0

    def fold(self, operator: Operator, values: Sequence[Known | None]) -> list[Known]:
        """The operator's outputs; `FormatError` for what is impossible or too large."""
        if operator.op_type in RANDOM:
            raise FormatError(f"{operator.title} draws at random: what it gives is not in the file")
        function = FOLDED.get(operator.op_type) if not operator.domain else None
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                made = None if function is None else function(self, operator, list(values))
                if made is None:
                    made = self._evaluated(operator, values)
        except FormatError:
            raise
        except Exception as error:  # numpy's and the evaluator's own words about values that do not fit
            reason = " ".join(str(error).split())[:160]
            raise FormatError(f"{operator.title} cannot be computed from its constants: {reason}") from None
        return [np.asarray(one) for one in (made if isinstance(made, list) else [made])]

    def claim(self, shape: Sequence[int], operator: Operator) -> tuple[int, ...]:
        """A shape that a generated constant is given; `FormatError` where that is too much."""
        sizes = tuple(int(size) for size in shape)
        count = 1
        for size in sizes:
            if size < 0:
                raise FormatError(f"{operator.title} makes a tensor of the impossible shape {sizes}")
            count *= size
        self._made += count
        if self._made > MAX_MADE:
            raise FormatError(f"{operator.title} makes more numbers than any network has: {count:,}")
        return sizes

    def _evaluated(self, operator: Operator, values: Sequence[Known | None]) -> list[Known]:
        if operator.domain or operator.op_type in WRONG_IN_REFERENCE:
            raise FormatError(f"{operator.title} on constants cannot be computed")
        if sum(value.size for value in values if value is not None) > MAX_EVALUATED:
            raise FormatError(f"{operator.title} on constants of that size cannot be computed")
        onnx = onnx_package()
        from importlib import import_module

        reference = import_module("onnx.reference")
        names = [f"x{number}" if value is not None else "" for number, value in enumerate(values)]
        outputs = [f"y{number}" for number, _ in enumerate(operator.outputs)]
        attributes = {
            name: onnx.numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
            for name, value in operator.attributes.items()
        }
        node = onnx.helper.make_node(operator.op_type, names, outputs, **attributes)
        given = [onnx.helper.make_value_info(name, onnx.TypeProto()) for name in names if name]
        graph = onnx.helper.make_graph(
            [node],
            "constants",
            given,
            [onnx.helper.make_value_info(output, onnx.TypeProto()) for output in outputs],
        )
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", self._opset)])
        feeds = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        made = reference.ReferenceEvaluator(model).run(None, feeds)
        return [np.asarray(one) for one in made]

    @property
    def opset(self) -> int:
        """The version of the operators."""
        return self._opset


Folded = Callable[[Folder, Operator, list[Any]], Any]
FOLDED: dict[str, Folded] = {}


def _folds(*op_types: str) -> Callable[[Folded], Folded]:
    def register(function: Folded) -> Folded:
        FOLDED.update(dict.fromkeys(op_types, function))
        return function

    return register


@_folds(Op.Constant)
def _constant(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    for name, kind in (("value_float", np.float32), ("value_int", np.int64)):
        if name in operator.attributes:
            return np.array(operator.attributes[name], kind)
    for name, kind in (("value_floats", np.float32), ("value_ints", np.int64)):
        if name in operator.attributes:
            return np.array(operator.attributes[name], kind)
    value = operator.attributes.get("value")
    if not isinstance(value, np.ndarray):
        raise FormatError(f"{operator.title} holds no numbers")
    return value


@_folds(Op.ConstantOfShape)
def _constant_of_shape(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    value = operator.attributes.get("value", np.zeros(1, np.float32))
    shape = folder.claim(values[0].ravel(), operator)
    return np.broadcast_to(np.asarray(value).ravel()[:1].reshape(()), shape)


@_folds(Op.Identity, Op.Dropout)
def _same(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    return None if len(operator.outputs) > 1 else values[0]


@_folds(Op.BatchNormalization)
def _batch_norm(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    """Of weights that are standardised: over all axes but the second, in training mode by their own mean and
    biased variance (ONNX, BatchNormalization-15; up to -9, more than one output means training mode)."""
    training = bool(operator.attributes.get("training_mode", folder.opset < 14 and len(operator.outputs) > 1))
    x, scale, bias, mean, variance = (np.asarray(value, np.float64) for value in values[:5])
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    momentum, epsilon = operator.attributes.get("momentum", 0.9), operator.attributes.get("epsilon", 1e-5)
    own_mean, own_variance = (x.mean(axes), x.var(axes)) if training else (mean, variance)
    columns = (1, -1, *(1,) * (x.ndim - 2))
    factor = (scale / np.sqrt(own_variance + epsilon)).reshape(columns)
    y = (x - own_mean.reshape(columns)) * factor + bias.reshape(columns)
    pairs = ((mean, own_mean), (variance, own_variance))
    running = [old * momentum + new * (1 - momentum) for old, new in pairs]
    outputs = (y, *running, own_mean, own_variance)[: len(operator.outputs)]
    return [np.asarray(output, values[0].dtype) for output in outputs]


@_folds(Op.Shape)
def _shape(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    return shape_part(operator, values[0].shape)


@_folds(Op.Size)
def _size(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    return np.array(values[0].size, np.int64)


@_folds(Op.Cast)
def _cast(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    onnx = onnx_package()
    kind = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(operator.attributes["to"]))
    if values[0].dtype.kind == "f" and kind.name in ("float16", "bfloat16"):
        return values[0].astype(kind).astype(np.float32)
    if kind.kind not in "fiub":
        raise FormatError(f"{operator.title} makes {kind.name}, which is not read")
    return values[0].astype(kind)


@_folds(Op.Gather)
def _gather(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    axis = one_axis(operator, values[0].ndim, 0)
    folder.claim((values[1].size, values[0].size // max(values[0].shape[axis], 1)), operator)
    return np.take(values[0], values[1].astype(np.int64), axis=axis)


@_folds(Op.Concat)
def _concat(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    return np.concatenate(values, axis=one_axis(operator, values[0].ndim, 0))


@_folds(Op.Unsqueeze)
def _unsqueeze(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    given = values[1] if len(values) > 1 else None
    count = len(operator.attributes["axes"]) if given is None else given.size
    axes = axes_of(operator, given, values[0].ndim + count) or ()
    made = values[0]
    for axis in sorted(axes):
        made = np.expand_dims(made, axis)
    return made


@_folds(Op.Squeeze)
def _squeeze(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    axes = axes_of(operator, values[1] if len(values) > 1 else None, values[0].ndim)
    return np.squeeze(values[0], axis=axes)


@_folds(Op.Reshape)
def _reshape(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    return values[0].reshape(reshaped(operator, values[0].shape, values[1].ravel().tolist()))


@_folds(Op.Flatten)
def _flatten(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    axis = int(operator.attributes.get("axis", 1))
    axis = axis + values[0].ndim if axis < 0 else axis
    return values[0].reshape((int(np.prod(values[0].shape[:axis])), -1))


@_folds(Op.Transpose)
def _transpose(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    return np.transpose(values[0], operator.attributes.get("perm"))


@_folds(Op.Slice)
def _slice(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    kept = slices_of(operator, values, values[0].shape)
    return values[0][tuple(kept.get(axis, slice(None)) for axis in range(values[0].ndim))]


@_folds(Op.Split)
def _split(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    axis = one_axis(operator, values[0].ndim, 0)
    sizes = split_sizes(operator, values[1] if len(values) > 1 else None, values[0].shape[axis])
    return list(np.split(values[0], np.cumsum(sizes)[:-1], axis=axis))


@_folds(Op.Expand)
def _expand(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    shape = np.broadcast_shapes(values[0].shape, tuple(values[1].ravel().tolist()))
    return np.broadcast_to(values[0], folder.claim(shape, operator))


@_folds(Op.Tile)
def _tile(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    folder.claim([a * b for a, b in zip(values[0].shape, values[1].ravel().tolist(), strict=True)], operator)
    return np.tile(values[0], values[1].ravel().tolist())


@_folds(Op.Range)
def _range(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    start, limit, delta = (value.ravel()[0] for value in values)
    folder.claim((max(int(np.ceil((float(limit) - float(start)) / float(delta))), 0),), operator)
    return np.arange(start, limit, delta, dtype=values[0].dtype)


@_folds(Op.Where)
def _where(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    folder.claim(np.broadcast_shapes(*(value.shape for value in values)), operator)
    return np.where(*values)


@_folds(Op.Div)
def _div(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    first, second = values
    folder.claim(np.broadcast_shapes(first.shape, second.shape), operator)
    if first.dtype.kind in "iu":
        if not np.all(second):
            raise FormatError(f"{operator.title} divides by zero")
        quotient = np.abs(first) // np.abs(second)
        return (quotient * np.sign(first) * np.sign(second)).astype(first.dtype)
    return first / second


@_folds(Op.Mod)
def _mod(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    folder.claim(np.broadcast_shapes(values[0].shape, values[1].shape), operator)
    return np.fmod(*values) if operator.attributes.get("fmod", 0) else np.mod(*values)


def _pairwise(function: Callable[..., Any]) -> Folded:
    def apply(folder: Folder, operator: Operator, values: list[Any]) -> Any:
        made = values[0]
        for other in values[1:]:
            folder.claim(np.broadcast_shapes(made.shape, other.shape), operator)
            made = function(made, other)
        return made

    return apply


def _each(function: Callable[..., Any]) -> Folded:
    def apply(folder: Folder, operator: Operator, values: list[Any]) -> Any:
        return function(values[0]).astype(values[0].dtype)

    return apply


FOLDED |= {
    Op.Add: _pairwise(np.add), Op.Sub: _pairwise(np.subtract), Op.Mul: _pairwise(np.multiply),
    Op.Sum: _pairwise(np.add), Op.Min: _pairwise(np.minimum), Op.Max: _pairwise(np.maximum),
    Op.Equal: _pairwise(np.equal), Op.Greater: _pairwise(np.greater), Op.Less: _pairwise(np.less),
    Op.GreaterOrEqual: _pairwise(np.greater_equal), Op.LessOrEqual: _pairwise(np.less_equal),
    Op.And: _pairwise(np.logical_and), Op.Or: _pairwise(np.logical_or), Op.Xor: _pairwise(np.logical_xor),
    Op.Neg: _each(np.negative), Op.Abs: _each(np.abs), Op.Ceil: _each(np.ceil), Op.Floor: _each(np.floor),
    Op.Sqrt: _each(np.sqrt), Op.Exp: _each(np.exp), Op.Log: _each(np.log), Op.Not: _each(np.logical_not),
    Op.Sign: _each(np.sign), Op.Reciprocal: _each(np.reciprocal), Op.Tanh: _each(np.tanh),
    Op.Sin: _each(np.sin), Op.Cos: _each(np.cos), Op.Round: _each(np.round),
}  # fmt: skip


@_folds(Op.Pow)
def _pow(folder: Folder, operator: Operator, values: list[Any]) -> Any:
    folder.claim(np.broadcast_shapes(values[0].shape, values[1].shape), operator)
    return np.power(values[0], values[1]).astype(values[0].dtype)


def _reduction(function: Callable[..., Any]) -> Folded:
    def apply(folder: Folder, operator: Operator, values: list[Any]) -> Any:
        axes = axes_of(operator, values[1] if len(values) > 1 else None, values[0].ndim)
        if not axes:
            if axes is not None and operator.attributes.get("noop_with_empty_axes", 0):
                return None
            if operator.attributes.get("noop_with_empty_axes", 0):
                return None
            axes = tuple(range(values[0].ndim))
        kept = bool(operator.attributes.get("keepdims", 1))
        return function(values[0], axis=axes, keepdims=kept).astype(values[0].dtype)

    return apply


FOLDED |= {
    Op.ReduceSum: _reduction(np.sum), Op.ReduceProd: _reduction(np.prod), Op.ReduceMax: _reduction(np.max),
    Op.ReduceMin: _reduction(np.min), Op.ReduceMean: _reduction(np.mean),
}  # fmt: skip
