"""The engine's peers on the same network, weights and input: PyTorch, onnxruntime and OpenVINO.

All are built from what each layer says of itself (`Layer.torch`, `Layer.onnx`), and keep every map that
the engine keeps, or only what comes out. PyTorch's rectifiers work in place where nobody else reads their
input and the engine does not keep it either.
"""

import importlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from types import MethodType
from typing import Any

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


def versions(names: Sequence[str]) -> dict[str, str]:
    """Of those of these packages that are installed."""
    return {name: version(name) for name in names if installed(name)}


def cpp_compiler() -> str | None:
    """The C++ compiler that `torch.compile` would find."""
    return next(filter(None, map(shutil.which, (os.environ.get("CXX", "g++"), "g++", "clang++", "cl"))), None)


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
    names = _torch_names(torch)
    steps = []
    for step in _torch_steps(network, weights, names, channels_last=channels_last):
        call = compile(step.call.format(*step.arguments, self="self"), step.node_id, "eval")
        steps.append((step.node_id, network.nodes[step.node_id].inputs, call, step.module, step.arguments))
    given = _torch_inputs(torch, inputs, channels_last=channels_last)

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


def compiled_torch_task(
    network: Network, inputs: Mapping[str, Map], weights: Mapping[str, Mapping[str, Map]], threads: int,
    outputs: tuple[str, ...],
) -> Task:  # fmt: skip
    """`torch.compile` with weights frozen into its code, asked for these nodes' maps.

    It needs a C++ compiler, and takes some ten seconds to half a minute a network.
    """
    torch = importlib.import_module("torch")
    inductor: Any = importlib.import_module("torch._inductor.config")
    inductor.freezing = True
    torch.set_num_threads(threads)
    place = {node_id: f"x{index}" for index, node_id in enumerate(network.order)}
    whole, lines = torch.nn.Module(), []
    for index, step in enumerate(_torch_steps(network, weights, _torch_names(torch), channels_last=False)):
        if step.module is not None:
            whole.add_module(f"m{index}", step.module)
        sources = (place[source] for source in network.nodes[step.node_id].inputs)
        lines.append(f"{place[step.node_id]} = {step.call.format(*sources, self=f'self.m{index}')}")
    given = _torch_inputs(torch, inputs, channels_last=False)
    head = f"def forward(self, {', '.join(place[node_id] for node_id in given)}):"
    end = f"return {', '.join(place[node_id] for node_id in outputs)},"
    scope = _torch_names(torch)
    exec("\n    ".join((head, *lines, end)), scope)
    whole.forward = MethodType(scope["forward"], whole.eval())
    compiled = torch.compile(whole, dynamic=False)

    def once() -> Mapping[str, Map]:
        with torch.no_grad():
            return dict(zip(outputs, compiled(*given.values()), strict=True))

    return once


@dataclass(frozen=True)
class _TorchStep:
    """What PyTorch does for a node: its module, and the call as a text with places for arguments."""

    node_id: str
    call: str
    module: Any
    arguments: tuple[str, ...]


def _torch_steps(
    network: Network, weights: Mapping[str, Mapping[str, Map]], names: dict[str, Any], *, channels_last: bool
) -> Iterator[_TorchStep]:
    torch = names["torch"]
    shapes = output_shapes(network)
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
        arguments = tuple(f"x{index}" for index in range(len(node.inputs)))
        yield _TorchStep(node_id, code.call, module, arguments)


def _torch_names(torch: Any) -> dict[str, Any]:
    """What the layers' own code speaks of."""
    return {"nn": torch.nn, "F": importlib.import_module("torch.nn.functional"), "torch": torch}


def _torch_inputs(torch: Any, inputs: Mapping[str, Map], *, channels_last: bool) -> dict[str, Any]:
    form = torch.channels_last if channels_last else torch.contiguous_format
    tensors = {node_id: torch.from_numpy(np.array(values)) for node_id, values in inputs.items()}
    return {node_id: tensor.contiguous(memory_format=form) for node_id, tensor in tensors.items()}


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
