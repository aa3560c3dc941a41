"""The engine's peers on the same network, weights and input: PyTorch, onnxruntime and OpenVINO.

All are built from what each layer says of itself (`Layer.torch`, `Layer.onnx`), and keep every map that
the engine keeps, or only what comes out. PyTorch's rectifiers work in place where nobody else reads their
input and the engine does not keep it either.
"""

import importlib
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from engine.execution.measured.measured_network import measured_network
from engine.formats.onnx.writer import onnx_model
from engine.model.network import Network
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
    network = measured_network(network, seed)
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
        if node.layer.is_input:
            continue
        code = node.layer.torch(*(shapes[source] for source in node.inputs))
        module = eval(code.module, names) if code.module else None
        if module is not None:
            module.eval()
            held = {name: torch.from_numpy(np.array(x)) for name, x in weights[node_id].items()}
            module.load_state_dict(held, strict=False)
            only_reader = all(len(network.outputs_of[source]) == 1 for source in node.inputs)
            if only_reader and node.layer.rectifies:
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
                scope = {
                    "self": module,
                    **dict(zip(arguments, (maps[source] for source in sources), strict=True)),
                }
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
    batch = next(iter(inputs.values())).shape[0]
    model = onnx_model(network, weights.__getitem__, outputs, batch=batch).SerializeToString()
    session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    fed = {node_id: np.array(values) for node_id, values in inputs.items()}

    def once() -> Mapping[str, Map]:
        return dict(zip(outputs, session.run(list(outputs), fed), strict=True))

    return once


def openvino_task(
    network: Network, inputs: Mapping[str, Map], weights: Mapping[str, Mapping[str, Map]], threads: int,
    outputs: tuple[str, ...],
) -> Task:  # fmt: skip
    """OpenVINO in float32, tuned for the latency of one picture, asked for these nodes' maps."""
    openvino = importlib.import_module("openvino")
    batch = next(iter(inputs.values())).shape[0]
    model = onnx_model(network, weights.__getitem__, outputs, batch=batch).SerializeToString()
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": threads,
    }
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(model), "CPU", settings)
    request = compiled.create_infer_request()
    fed = {node_id: np.array(values) for node_id, values in inputs.items()}

    def once() -> Mapping[str, Map]:
        request.infer(fed, share_inputs=True, share_outputs=True)
        return {node_id: request.get_tensor(node_id).data for node_id in outputs}

    return once
