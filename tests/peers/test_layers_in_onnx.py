"""Every layer kind against onnxruntime, through the operators that the layer itself names."""

from typing import Any

import numpy as np
import pytest

from engine.layers import ONNX_OPSET, OnnxNode
from engine.shapes import Shape
from tests.engine.check_layer import near
from tests.peers.drawn_layers import KINDS, Drawn, drawn_layers

pytestmark = pytest.mark.peer


def model_of(drawn: Drawn) -> Any:
    """An ONNX model of this one layer, with the layer's parameters inside."""
    from onnx import TensorProto, checker, helper, numpy_helper

    inputs = [f"x{number}" for number in range(len(drawn.inputs))]
    nodes, fixed = [], []
    node: OnnxNode | None = drawn.layer.onnx(*drawn.shapes)
    before = list(inputs)
    while node is not None:
        names = before + [inputs[number] for number in node.again]
        for name in node.parameters:
            value = drawn.params[name].reshape(node.reshaped.get(name, drawn.params[name].shape))
            fixed.append(numpy_helper.from_array(value, name))
            names.append(name)
        for constant in node.constants:
            if constant is None:
                names.append("")
                continue
            whole = all(isinstance(value, int) for value in constant.values)
            values = np.array(constant.values, np.int64 if whole else np.float32)
            shape = (len(constant.values),) if constant.shape is None else constant.shape
            name = f"fixed{len(fixed)}"
            fixed.append(numpy_helper.from_array(values.reshape(shape), name))
            names.append(name)
        after = f"y{len(nodes)}"
        nodes.append(helper.make_node(node.op_type, names, [after], **dict(node.attributes)))
        before, node = [after], node.then

    def tensor(name: str, shape: Shape) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, (2, *shape))

    output = tensor(before[0], drawn.layer.output_shape(*drawn.shapes))
    given = [tensor(name, shape) for name, shape in zip(inputs, drawn.shapes, strict=True)]
    graph = helper.make_graph(nodes, "layer", given, [output], fixed)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", ONNX_OPSET)], ir_version=10)
    checker.check_model(model, full_check=True)
    return model


@pytest.mark.parametrize("kind", KINDS)
def test_values_are_those_of_onnxruntime(kind: str) -> None:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    for drawn in drawn_layers(kind, 40, seed=3):
        model = model_of(drawn)
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        feed = {f"x{number}": x for number, x in enumerate(drawn.inputs)}
        (theirs,) = session.run(None, feed)
        near(drawn.layer.forward(drawn.inputs, drawn.params), theirs)
