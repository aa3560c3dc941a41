"""`.onnx`: a network as an ONNX model, weights, names, groups and preprocessing included.

The batch is 1, as in the program. Weights lie in the file; those of a model beyond the 2 GB that one
protocol buffer holds go to `NAME.onnx.data` beside it, a layer at a time.
"""

from collections.abc import Collection, Mapping
from math import prod
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from engine.errors import FormatError
from engine.formats.complete import complete_analysis
from engine.formats.files import replacing
from engine.formats.onnx.metadata import metadata
from engine.formats.onnx.operators import Operators, Parameters, Store, set_metadata
from engine.formats.onnx.package import onnx_package
from engine.layers import ONNX_OPSET
from engine.model.grouping import Grouping
from engine.model.network import Network
from engine.model.project import Project
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape

if TYPE_CHECKING:
    import numpy.typing as npt

IR_VERSION: Final = 10
"""The oldest file version with metadata of operators, and the newest that runtimes of 2024 read."""
ONE_FILE_BYTES: Final = 2**31 - 2**24
"""Weights that fit into one protocol buffer (2 GiB) with everything else."""
ALIGNMENT: Final = 4096
"""External tensors begin at whole pages, so that a reader can map them into memory."""


def write(project: Project) -> bytes:
    """The file's content; `FormatError` for a network with problems or too much for one file."""
    network = project.network
    complete_analysis(network)
    if parameter_bytes(network) > ONE_FILE_BYTES:
        raise FormatError("the weights are more than the 2 GB that one ONNX file holds")
    return bytes(_project_model(project, _inside).SerializeToString())


def write_at(project: Project, path: Path) -> bytes:
    """The content of the file at `path`; weights that are too many for it are written beside it first."""
    if parameter_bytes(project.network) <= ONE_FILE_BYTES:
        return write(project)
    complete_analysis(project.network)
    beside = path.with_name(f"{path.name}.data")
    with replacing(beside) as file:
        return bytes(_project_model(project, _Beside(file, beside.name)).SerializeToString())


def onnx_model(
    network: Network,
    parameters: Parameters,
    outputs: Collection[str] | None = None,
    *,
    groups: Grouping | None = None,
    store: Store | None = None,
    title: str = "",
    batch: int = 1,
) -> Any:
    """The ModelProto of a network without problems.

    outputs: nodes whose maps the model gives; None for all ends. `FormatError` where onnx is missing,
    `UnsupportedLayer` for a layer that has no operators.
    """
    helper = onnx_package().helper
    operators = Operators(network, groups or Grouping(), parameters, store or _inside)
    shapes = output_shapes(network)
    inputs, maps = [], []
    for node_id in network.order:
        node = network.nodes[node_id]
        if node.layer.role == "input":
            inputs.append(node_id)
            continue
        operators.add(node, tuple(shapes[source] for source in node.inputs))
        maps.append(node_id)
    if not maps:
        raise FormatError("there is no layer to be written but Inputs, which no ONNX model can do with alone")
    wanted = [one for one in maps if not network.outputs_of[one]] if outputs is None else list(outputs)

    def value(node_id: str) -> Any:
        return helper.make_tensor_value_info(operators.names[node_id], 1, (batch, *shapes[node_id]))

    graph = helper.make_graph(
        operators.nodes,
        title or "network",
        [value(node_id) for node_id in inputs],
        [value(node_id) for node_id in wanted],
        operators.initializers,
        value_info=[value(node_id) for node_id in maps if node_id not in wanted],
    )
    opset = helper.make_opsetid("", ONNX_OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="OneByOne")


def parameter_bytes(network: Network) -> int:
    """Bytes of all parameters as float32, running statistics included."""
    shapes = output_shapes(network)
    total = 0
    for node_id in shapes:
        node = network.nodes[node_id]
        inputs = tuple(shapes[source] for source in node.inputs)
        total += sum(4 * prod(shape) for shape in node.layer.param_shapes(*inputs).values())
    return total


def _project_model(project: Project, store: Store) -> Any:
    network = project.network
    shapes = output_shapes(network)

    from engine.execution.measured.measured_network import measured_network  # numpy waits until it is used

    computed = measured_network(network, project.seed)

    def parameters(node_id: str) -> Mapping[str, Any]:
        node = computed.nodes[node_id]
        inputs: tuple[Shape, ...] = tuple(shapes[source] for source in node.inputs)
        return node.weights.parameters(node_id, node.layer, inputs, project.seed)

    model = onnx_model(network, parameters, groups=project.groups, store=store, title=project.title)
    model.doc_string = project.notes
    set_metadata(model, metadata(project))
    return model


def _inside(name: str, array: "npt.NDArray[Any]") -> Any:
    return onnx_package().numpy_helper.from_array(array, name)


class _Beside:
    """Writes arrays to a file one after the other, and gives tensors that say where they lie."""

    def __init__(self, file: IO[bytes], location: str) -> None:
        self._file, self._location, self._end = file, location, 0

    def __call__(self, name: str, array: "npt.NDArray[Any]") -> Any:
        if array.nbytes < ALIGNMENT:
            return _inside(name, array)
        onnx = onnx_package()
        start = -(-self._end // ALIGNMENT) * ALIGNMENT
        self._file.write(bytes(start - self._end))
        self._file.write(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
        self._end = start + array.nbytes
        tensor = onnx.TensorProto(
            name=name,
            dims=array.shape,
            data_type=onnx.helper.np_dtype_to_tensor_dtype(array.dtype),
            data_location=onnx.TensorProto.EXTERNAL,
        )
        for key, value in (("location", self._location), ("offset", start), ("length", array.nbytes)):
            tensor.external_data.add(key=key, value=str(value))
        return tensor
