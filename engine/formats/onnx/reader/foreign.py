"""What no rule says exactly becomes a foreign operator: named, counted, of the right shape."""

import json
from math import prod
from typing import Any, Final

import numpy as np

from engine.errors import FormatError, ShapeError
from engine.formats.onnx.op import Op
from engine.formats.onnx.package import onnx_package
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.held import Held, Known, NoLayer, float32
from engine.formats.onnx.reader.translation import Translation
from engine.layers.foreign import FIXED, HELD, NUMBERS, Foreign
from engine.shapes import Shape

MAX_FIXED: Final = 20_000
"""Whole numbers that a project file can reasonably hold as text."""
RANDOM: Final = (Op.RandomNormal, Op.RandomUniform, Op.RandomNormalLike, Op.RandomUniformLike, Op.Bernoulli)
BITS: Final = (Op.BitCast, Op.BitShift, Op.BitwiseAnd, Op.BitwiseOr, Op.BitwiseXor, Op.BitwiseNot)
"""Operators on bits, which a map of float32 does not keep."""


def foreign(t: Translation, operator: Operator, reason: str) -> None:
    """A foreign operator for each output that is used; `FormatError` where its shape is not known.

    `reason` is why there is no layer for it.
    """
    if operator.op_type in BITS:
        raise FormatError(f"{operator.title} works on bits, and maps here are real numbers")
    if operator.op_type in RANDOM:
        raise FormatError(f"{operator.title} draws at random: what it gives is not in the file")
    if t.batch > 1:
        raise FormatError(
            f"{operator.title} cannot be drawn exactly on a batch of {t.batch}: {reason}."
            " Export the model with a batch of 1"
        )
    sources: list[int] = []
    inputs: list[dict[str, Any] | None] = []
    weights: dict[str, Known] = {}
    values = [t.find(name) for name in operator.inputs]
    try:
        for place, value in enumerate(values):
            if isinstance(value, Held):
                sources.append(_source(t, value))
                inputs.append({"is": HELD, "shape": list(value.shape), "dtype": _dtype(value)})
            elif value is None:
                inputs.append(None)
            elif value.dtype.kind == "f":
                weights[f"input{place}"] = float32(value)
                inputs.append({"is": NUMBERS, "shape": list(value.shape), "dtype": "float32"})
            elif value.dtype.kind in "iub" and value.size <= MAX_FIXED:
                listed = value.ravel().tolist()
                inputs.append(
                    {"is": FIXED, "shape": list(value.shape), "dtype": value.dtype.name, "values": listed}
                )
            else:
                raise NoLayer("it has too many whole numbers, or text, for a card")
        facts: dict[str, Any] = {
            "inputs": inputs, "attributes": _attributes(operator), "opset": t.opset,
            "outputs": len(operator.outputs),
        }  # fmt: skip
        if operator.domain:
            facts["domain"] = operator.domain
        made = _inferred(t, operator, values)
        for index, name in enumerate(operator.outputs):
            if not name or (index and not t.is_read(name)):
                continue
            if name not in made:
                raise NoLayer("the size of what it makes is not known before it is computed")
            shape, dtype = made[name]
            definition = json.dumps(facts | {"output": index, "made": list(shape), "dtype": dtype})
            layer = Foreign(operator=operator.op_type, definition=definition, shape=_three(shape))
            node = t.add(layer, *sources, weights=weights, tensor=name)
            view = t.own(node).reshape(shape)
            assert view is not None
            kind = "float" if dtype == "float32" else dtype
            t.result(operator, Held(node, view, name, kind), index)
            t.drafts[node].final = True
            t.drafts[node].tensor = name
    except (NoLayer, ShapeError) as error:
        raise FormatError(f"{operator.title} cannot be drawn: {reason}; and {error}") from None


def _source(t: Translation, held: Held) -> int:
    if held.around is not None:
        raise NoLayer("it works on a map with −∞ around it")
    own = t.own(held.node).parts
    return held.node if held.view.parts == own and not held.view.repeats else t.plain(held).node


def _dtype(held: Held) -> str:
    return "float32" if held.kind == "float" else held.kind


def _three(shape: Shape) -> Shape:
    """The sizes behind a batch of 1, those beyond three taken together."""
    inner = shape[1:] if len(shape) > 1 and shape[0] == 1 else shape
    if len(inner) <= 1:
        return (prod(inner),)
    if len(inner) == 2:
        return (1, *inner)
    return (inner[0], inner[1], prod(inner[2:]))


def _attributes(operator: Operator) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in operator.attributes.items():
        if isinstance(value, np.ndarray):
            if value.size > MAX_FIXED:
                raise NoLayer("it has a tensor among its attributes")
            made[name] = {
                "values": value.ravel().tolist(),
                "shape": list(value.shape),
                "dtype": value.dtype.name,
            }
        else:
            made[name] = list(value) if isinstance(value, tuple) else value
    return made


def _inferred(t: Translation, operator: Operator, values: list[Any]) -> dict[str, tuple[Shape, str]]:
    """Shape and element type of each output, by the shape inference of the package onnx."""
    onnx = onnx_package()
    helper = onnx.helper
    given, fixed, names = [], [], []
    for place, value in enumerate(values):
        names.append(f"x{place}" if value is not None else "")
        if isinstance(value, Held):
            kind = helper.np_dtype_to_tensor_dtype(np.dtype(_dtype(value)))
            given.append(helper.make_tensor_value_info(f"x{place}", kind, value.shape))
        elif value is not None:
            array = float32(value) if value.dtype.kind == "f" else value
            fixed.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), f"x{place}"))
    attributes = {
        name: onnx.numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
        for name, value in operator.attributes.items()
    }
    outputs = list(operator.outputs)
    node = helper.make_node(operator.op_type, names, outputs, domain=operator.domain, **attributes)
    wanted = [helper.make_value_info(name, onnx.TypeProto()) for name in outputs if name]
    graph = helper.make_graph([node], "operator", given, wanted, fixed)
    opsets = [helper.make_opsetid("", t.opset)]
    if operator.domain:
        opsets.append(helper.make_opsetid(operator.domain, 1))
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    try:
        model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:  # the package's own words about an operator that does not fit its inputs
        reason = " ".join(str(error).split())[:160]
        raise NoLayer(f"its shape cannot be inferred: {reason}") from None
    found: dict[str, tuple[Shape, str]] = {}
    for value in (*model.graph.output, *model.graph.value_info):
        tensor = value.type.tensor_type
        if not value.type.HasField("tensor_type") or not tensor.HasField("shape"):
            continue
        dims = tensor.shape.dim
        if all(dim.HasField("dim_value") and dim.dim_value > 0 for dim in dims) and tensor.elem_type:
            dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.elem_type))
            if dtype.kind in "fiub":
                found[value.name] = (
                    tuple(dim.dim_value for dim in dims), "float32" if dtype.kind == "f" else dtype.name,
                )  # fmt: skip
    return found
