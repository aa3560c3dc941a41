"""A network's layers as ONNX operators and fixed tensors, in the network's own order and under its ids.

A map is called by its node's id, a parameter by the id and its own name (`conv1.weight`), an operator by
the groups around it and the id (`Stem/conv1`). A layer that takes several operators ends in the one that
makes its map.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from engine.formats.onnx.package import onnx_package
from engine.layers import OnnxConstant, OnnxNode
from engine.model.grouping import Grouping
from engine.model.network import Network, Node
from engine.shapes import Shape
from engine.weights.given import TRAINED_HERE, Given

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    F32 = npt.NDArray[np.float32]

Parameters = Callable[[str], "Mapping[str, F32]"]
"""All parameters of a node, by its id."""
Store = Callable[[str, "npt.NDArray[Any]"], Any]
"""Makes a named tensor of an array: a TensorProto that holds it, or says where it lies."""

LAYER_HINT: Final = "onebyone.layer"
"""Key of an operator's metadata: the layer's JSON, for a reader that finds the same operators in it."""
INPUTS_HINT: Final = "onebyone.inputs"
"""Key of an operator's metadata: the ids of the nodes that the layer reads, as a JSON list."""
NAME_HINT: Final = "onebyone.name"
"""Key of an operator's metadata: what the user calls the layer."""
TRAINED_HINT: Final = "onebyone.trained"
"""Key of an operator's metadata: how its weights were trained here, and a digest of them, as JSON: those that
somebody changed since are no longer the same."""


class Operators:
    """What a graph consists of: `nodes` and `initializers`, as protocol buffers."""

    def __init__(self, network: Network, groups: Grouping, parameters: Parameters, store: Store) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.names = _ValueNames(network.order)
        self._network, self._parameters, self._store = network, parameters, store
        self._scopes = scopes(groups)
        self._groups = groups

    def add(self, node: Node, inputs: tuple[Shape, ...]) -> None:
        """The operators of a node whose inputs have these shapes."""
        helper = onnx_package().helper
        first: OnnxNode | None = node.layer.onnx(*inputs)
        sources = [self.names[source] for source in node.inputs]
        values = self._parameters(node.id) if node.layer.param_shapes(*inputs) else {}
        feeds, operator = sources, first
        while operator is not None:
            last = operator.then is None
            made = self.names[node.id] if last else self.names.new(f"{node.id}/{operator.op_type}")
            tensors = []
            for name in operator.parameters:
                shape = operator.reshaped.get(name, values[name].shape)
                tensors.append(self._tensor(f"{node.id}.{name}", values[name].reshape(shape)))
            for constant in operator.constants:
                tensors.append("" if constant is None else self._constant(made, constant))
            again = [sources[index] for index in operator.again]
            written = helper.make_node(
                operator.op_type,
                [*feeds, *again, *tensors],
                [made],
                self._scoped(node.id, made),
                **operator.attributes,
            )
            if last:
                set_metadata(written, _hints(node))
            self.nodes.append(written)
            feeds, operator = [made], operator.then

    def _constant(self, value: str, constant: OnnxConstant) -> str:
        import numpy as np

        whole = all(isinstance(value, int) for value in constant.values)
        array = np.asarray(constant.values, np.int64 if whole else np.float32)
        shape = array.shape if constant.shape is None else constant.shape
        return self._tensor(f"{value}.constant", array.reshape(shape))

    def _tensor(self, name: str, array: "npt.NDArray[Any]") -> str:
        name = self.names.new(name)
        self.initializers.append(self._store(name, array))
        return name

    def _scoped(self, node_id: str, value: str) -> str:
        home = self._groups.home(node_id)
        return f"{self._scopes[home]}/{value}" if home else value


def scopes(groups: Grouping) -> Mapping[str, str]:
    """A path for each group, from its outermost one's title to its own; neighbours' titles are told apart."""
    made: dict[str, str] = {}

    def name_inside(parent: str, path: str) -> None:
        taken: set[str] = set()
        for group_id in groups.inner(parent):
            title = groups[group_id].label.replace("/", "-")
            name, number = title, 2
            while name in taken:
                name, number = f"{title} {number}", number + 1
            taken.add(name)
            made[group_id] = f"{path}{name}"
            name_inside(group_id, f"{path}{name}/")

    name_inside("", "")
    return made


class _ValueNames:
    """Names of a graph's values, all different: a node's is its id (a sign for the empty one)."""

    def __init__(self, node_ids: tuple[str, ...]) -> None:
        self._taken: set[str] = set(node_ids) | {""}
        self._of = {node_id: node_id or self.new("node") for node_id in node_ids}

    def __getitem__(self, node_id: str) -> str:
        return self._of[node_id]

    def new(self, wanted: str) -> str:
        """The wanted name, or the first one numbered that nothing else has."""
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name


def set_metadata(record: Any, values: Mapping[str, str]) -> None:
    """Give a model, graph or operator these metadata entries."""
    for key, value in values.items():
        record.metadata_props.add(key=key, value=value)


def _hints(node: Node) -> dict[str, str]:
    hints = {
        LAYER_HINT: json.dumps(node.layer.to_json(), ensure_ascii=False),
        INPUTS_HINT: json.dumps(node.inputs, ensure_ascii=False),
    }
    weights = node.weights
    if isinstance(weights, Given) and weights.origin == TRAINED_HERE and weights.note:
        hints[TRAINED_HINT] = json.dumps({"note": weights.note, "key": weights.key}, ensure_ascii=False)
    return hints | ({NAME_HINT: node.name} if node.name else {})
