"""Models that this program wrote, read back as the very network they were: kinds, settings, groups.

What such a file says of itself is believed only as far as it is so: the network is written once more, and
every operator and every fixed tensor has to be the one in the file. A file that was edited since is read as
any other.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError
from engine.formats.onnx.metadata import LABELS, PROJECT_HINT, TITLE
from engine.formats.onnx.operators import INPUTS_HINT, LAYER_HINT, NAME_HINT, TRAINED_HINT, Operators
from engine.formats.onnx.package import onnx_package
from engine.formats.onnx.reader.file.graph import Graph, read_operator
from engine.formats.onnx.reader.file.tensors import TensorReader
from engine.layers import layer_from_json
from engine.model.grouping import Group, Grouping
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.plan.output_shapes import output_shapes
from engine.weights import IMPORTED, Given
from engine.weights.given import TRAINED_HERE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def own_project(graph: Graph, title: str) -> Project | None:
    """The project that was written to the file; None for a file that is not, or no longer, such a one."""
    if PROJECT_HINT not in graph.metadata:
        return None
    try:
        record = json.loads(graph.metadata[PROJECT_HINT])
        network = _network(graph, record)
        if not _is_written_so(graph, network):
            return None
        return Project(
            network=network,
            groups=_groups(record),
            title=str(graph.metadata.get(TITLE, title)),
            class_names=tuple(map(str, json.loads(graph.metadata.get(LABELS, "[]")))),
        )
    except (EngineError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None  # whoever edited it


def _network(graph: Graph, record: Mapping[str, Any]) -> Network:
    nodes = {
        node_id: Node(id=node_id, layer=layer_from_json(layer)) for node_id, layer in record["inputs"].items()
    }
    trained: dict[str, str] = {}
    for operator in graph.operators:
        if LAYER_HINT in operator.hints:
            node_id = operator.outputs[0]
            trained[node_id] = operator.hints.get(TRAINED_HINT, "")
            nodes[node_id] = Node(
                id=node_id,
                layer=layer_from_json(json.loads(operator.hints[LAYER_HINT])),
                inputs=tuple(json.loads(operator.hints[INPUTS_HINT])),
                name=operator.hints.get(NAME_HINT, ""),
            )
    network = Network(nodes[node_id] for node_id in record["order"])
    shapes = output_shapes(network)
    for node_id in network.order:
        parameters = _parameters(graph, network, shapes, node_id)
        if parameters:
            network = network.set_weights(node_id, _weights(parameters, trained.get(node_id, "")))
    return network


def _weights(parameters: "dict[str, npt.NDArray[np.float32]]", trained: str) -> Given:
    """Imported, unless they are the very numbers that the file says were trained here."""
    if trained:
        record = json.loads(trained)
        weights = Given(parameters, TRAINED_HERE, str(record["note"]))
        if weights.key == record["key"]:
            return weights
    return Given(parameters, IMPORTED)


def _parameters(
    graph: Graph, network: Network, shapes: Mapping[str, tuple[int, ...]], node_id: str
) -> "dict[str, npt.NDArray[np.float32]]":
    node = network[node_id]
    wanted = node.layer.param_shapes(*(shapes[source] for source in node.inputs))
    return {name: graph.initializers[f"{node_id}.{name}"]().reshape(shape) for name, shape in wanted.items()}


def _is_written_so(graph: Graph, network: Network) -> bool:
    """Whether the network, written, has this graph's operators, inputs, outputs and fixed tensors."""
    import numpy as np

    shapes = output_shapes(network)
    if len(shapes) != len(network):
        return False
    fixed: dict[str, npt.NDArray[Any]] = {}

    def store(name: str, array: "npt.NDArray[Any]") -> None:
        fixed[name] = array

    writer = Operators(network, Grouping(), lambda one: _parameters(graph, network, shapes, one), store)
    inputs = {}
    for node_id in network.order:
        node = network[node_id]
        if node.layer.role == "input":
            inputs[node_id] = (1, *shapes[node_id])
        else:
            writer.add(node, tuple(shapes[source] for source in node.inputs))
    onnx, tensors = onnx_package(), TensorReader(None)
    written = {one.outputs: one for one in (read_operator(node, tensors, onnx) for node in writer.nodes)}
    there = {operator.outputs: operator for operator in graph.operators}
    return (
        {one.name: one.dims for one in graph.inputs} == inputs
        and set(graph.outputs)
        == {node_id for node_id in network.order if not network.outputs_of[node_id]} - set(inputs)
        and fixed.keys() == graph.initializers.keys()
        and written.keys() == there.keys()
        and all(
            (ours.op_type, ours.domain, ours.inputs, ours.attributes)
            == (there[key].op_type, there[key].domain, there[key].inputs, there[key].attributes)
            for key, ours in written.items()
        )
        and all(np.array_equal(graph.initializers[name](), values) for name, values in fixed.items())
    )


def _groups(record: Mapping[str, Any]) -> Grouping:
    return Grouping(
        Group(
            id=group["id"],
            title=group["title"],
            members=tuple(group["members"]),
            parent=group["parent"],
            collapsed=bool(group["collapsed"]),
        )
        for group in record["groups"]
    )
