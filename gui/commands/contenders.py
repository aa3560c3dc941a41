"""The engine's peers on the same network, weights and input: PyTorch and onnxruntime, where installed.

Both are built from what each layer says of itself (`Layer.torch`, `Layer.onnx`), and keep every map that
the engine keeps. PyTorch's rectifiers work in place where nobody else reads their input and the engine
does not keep it either.
"""

import importlib
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.layers import ONNX_OPSET, OnnxNode
from engine.layers.lowering import ClampForm
from engine.network import Network
from engine.plan.fusion import form_of
from engine.plan.output_shapes import output_shapes

Map = npt.NDArray[np.float32]
Task = Callable[[], Mapping[str, Map]]
"""Computes once; gives maps by node id."""


def installed(name: str) -> bool:
    """Whether the package can be imported."""
    return find_spec(name) is not None


def parameters(network: Network, seed: int) -> dict[str, dict[str, Map]]:
    """All parameters by node."""
    shapes = output_shapes(network)
    made = {}
    for node_id, node in network.nodes.items():
        inputs = tuple(shapes[source] for source in node.inputs)
        made[node_id] = dict(node.weights.parameters(node_id, node.layer, inputs, seed))
    return made


def torch_task(
    network: Network, inputs: Mapping[str, Map], weights: Mapping[str, Mapping[str, Map]], threads: int,
    *, channels_last: bool = False,
) -> Task:  # fmt: skip
    """Eager PyTorch, every map kept."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(threads)
    names = {"nn": torch.nn, "F": importlib.import_module("torch.nn.functional"), "torch": torch}
    shapes = output_shapes(network)
    steps = []
    for node_id in network.order:
        node = network.nodes[node_id]
        if node.layer.kind == "Input":
            continue
        code = node.layer.torch(*(shapes[source] for source in node.inputs))
        module = eval(code.module, names) if code.module else None
        if module is not None:
            module.eval()
            held = {name: torch.from_numpy(np.array(x)) for name, x in weights[node_id].items()}
            module.load_state_dict(held, strict=False)
            only_reader = all(len(network.outputs_of[source]) == 1 for source in node.inputs)
            if only_reader and isinstance(form_of(network, node_id, shapes), ClampForm):
                module.inplace = True
            module = module.to(memory_format=torch.channels_last) if channels_last else module
        arguments = [f"x{index}" for index in range(len(node.inputs))]
        call = compile(code.call.format(*arguments, self="self"), node_id, "eval")
        steps.append((node_id, node.inputs, call, module, arguments))
    form = torch.channels_last if channels_last else torch.contiguous_format
    given = {}
    for node_id, values in inputs.items():
        tensor = torch.from_numpy(np.array(values))
        given[node_id] = tensor.contiguous(memory_format=form)

    def once() -> Mapping[str, Map]:
        maps = dict(given)
        with torch.inference_mode():
            for node_id, sources, call, module, arguments in steps:
                scope = {"self": module, **dict(zip(arguments, (maps[one] for one in sources), strict=True))}
                maps[node_id] = eval(call, names, scope)
        return maps

    return once


def onnx_task(
    network: Network, inputs: Mapping[str, Map], weights: Mapping[str, Mapping[str, Map]], threads: int,
    outputs: tuple[str, ...],
) -> Task:  # fmt: skip
    """onnxruntime, asked for these nodes' maps."""
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = threads, 1, 3
    model = onnx_model(network, inputs, weights, outputs)
    session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    fed = {node_id: np.array(values) for node_id, values in inputs.items()}

    def once() -> Mapping[str, Map]:
        return dict(zip(outputs, session.run(list(outputs), fed), strict=True))

    return once


def onnx_model(
    network: Network,
    inputs: Mapping[str, Map],
    weights: Mapping[str, Mapping[str, Map]],
    outputs: tuple[str, ...],
) -> bytes:
    """The network as an ONNX model with these outputs."""
    onnx = importlib.import_module("onnx")
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    shapes = output_shapes(network)
    nodes: list[Any] = []
    initial: list[Any] = []

    def constant(name: str, values: Any, kind: Any = np.float32) -> str:
        initial.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    for node_id in network.order:
        layer = network.nodes[node_id].layer
        if layer.kind == "Input":
            continue
        sources = list(network.nodes[node_id].inputs)
        operator: OnnxNode | None = layer.onnx(*(shapes[source] for source in sources))
        feeds, step = sources, 0
        while operator is not None:
            name = node_id if operator.then is None else f"{node_id}/{step}"
            extra = []
            for one in operator.parameters:
                values = weights[node_id][one]
                extra.append(
                    constant(f"{node_id}.{one}", values.reshape(operator.reshaped.get(one, values.shape)))
                )
            for index, fixed in enumerate(operator.constants):
                if fixed is None:
                    extra.append("")
                    continue
                integral = all(isinstance(value, int) for value in fixed.values)
                values = np.asarray(fixed.values, np.int64 if integral else np.float32)
                shaped = values if fixed.shape is None else values.reshape(fixed.shape)
                extra.append(constant(f"{name}.constant{index}", shaped, shaped.dtype))
            again = [sources[index] for index in operator.again]
            nodes.append(
                helper.make_node(operator.op_type, [*feeds, *extra, *again], [name], **operator.attributes)
            )
            feeds, operator, step = [name], operator.then, step + 1
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info(one, 1, x.shape) for one, x in inputs.items()],
        [helper.make_tensor_value_info(one, 1, (1, *shapes[one])) for one in outputs],
        initial,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", ONNX_OPSET)], ir_version=10)
    return bytes(made.SerializeToString())
