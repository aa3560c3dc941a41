"""What an ONNX file holds, as plain values: operators in an order that can be computed, and fixed tensors.

Everything is checked here that a file from a stranger may get wrong: sizes, names, order and cycles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.errors import FormatError
from engine.formats.onnx.op import Op
from engine.formats.onnx.package import onnx_package
from engine.formats.onnx.reader.file.functions import without_functions
from engine.formats.onnx.reader.file.tensors import TensorReader, decoded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAX_OPERATORS: Final = 50_000
"""More than that is no network that could be looked at."""
OLDEST_OPSET: Final = 6
"""Before it, several operators took fixed tensors as attributes."""
TRAINING_DOMAINS: Final = ("ai.onnx.training", "ai.onnx.preview.training")
CONTROL_FLOW: Final = (Op.Loop, Op.Scan)
MAX_NESTED: Final = 8
"""Conditions within conditions."""


@dataclass(frozen=True, kw_only=True)
class Operator:
    """One node of the graph. An input or output that is left out is the empty name."""

    op_type: str
    domain: str = ""
    name: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Numbers, text, lists of them; tensors as arrays; graphs as they are."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """What the program that wrote the file noted for itself."""

    @property
    def title(self) -> str:
        """The operator for people: its type, and its name where it has one."""
        return f"{self.op_type} {short(self.name)!r}" if self.name else self.op_type


@dataclass(frozen=True, kw_only=True)
class Branch:
    """What an If does on one side: operators in order, fixed tensors, and the tensors it gives out."""

    operators: tuple[Operator, ...]
    initializers: "Mapping[str, Callable[[], npt.NDArray[Any]]]"
    outputs: tuple[str, ...]
    reads: tuple[str, ...]
    """Tensors from outside."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """An input of the graph: its element type, and its sizes as far as they are known (else a name)."""

    name: str
    kind: str
    dims: tuple[int | str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The operators that the outputs depend on, each after what it reads."""

    name: str
    opset: int
    operators: tuple[Operator, ...]
    inputs: tuple[Given, ...]
    outputs: tuple[str, ...]
    initializers: "Mapping[str, Callable[[], npt.NDArray[Any]]]"
    """Fixed tensors by name, decoded when they are asked for."""
    metadata: Mapping[str, str] = field(default_factory=dict)


def short(name: str) -> str:
    """A name out of a file, fit for a message."""
    return name if len(name) <= 60 else f"{name[:28]}…{name[-28:]}"


def read_graph(data: bytes, tensors: TensorReader) -> Graph:
    """The graph in the bytes of a model file; `FormatError` says in one line what is wrong with it."""
    onnx = onnx_package()
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except Exception:  # the protobuf packages in use raise errors of their own, without a common base
        raise FormatError("it is no ONNX model: its bytes are damaged, cut off, or something else") from None
    if not model.HasField("graph") or not (model.graph.node or model.graph.output):
        raise FormatError("it is no ONNX model: there is no graph in it")
    if len(model.graph.node) > MAX_OPERATORS:
        raise FormatError(f"it has {len(model.graph.node):,} operators, and {MAX_OPERATORS:,} can be opened")
    if len(model.training_info):
        raise FormatError("it is a training graph: export the model for inference")
    opset = _opset(model, onnx.defs.onnx_opset_version())
    model = without_functions(model, MAX_OPERATORS)
    graph = model.graph
    if len(graph.sparse_initializer):
        raise FormatError("it holds sparse weights, which cannot be read: store them in full")
    initializers: dict[str, Callable[[], npt.NDArray[np.generic]]] = {}
    for tensor in graph.initializer:
        initializers[tensor.name] = _lazily(tensors, tensor)
    inputs = tuple(_given(value, onnx) for value in graph.input if value.name not in initializers)
    outputs = tuple(dict.fromkeys(value.name for value in graph.output))
    if not outputs:
        raise FormatError("the graph has no outputs")
    operators = [read_operator(node, tensors, onnx) for node in graph.node]
    return Graph(
        name=graph.name,
        opset=opset,
        operators=_in_order(operators, {one.name for one in inputs} | initializers.keys(), outputs),
        inputs=inputs,
        outputs=outputs,
        initializers=initializers,
        metadata={entry.key: entry.value for entry in model.metadata_props},
    )


def _opset(model: Any, newest: int) -> int:
    versions: dict[str, int] = {}
    for entry in model.opset_import:
        versions[_domain(entry.domain)] = entry.version
    for domain in TRAINING_DOMAINS:
        if domain in versions and any(node.domain == domain for node in model.graph.node):
            raise FormatError("it is a training graph: export the model for inference")
    opset = versions.get("")
    if opset is None:
        if model.ir_version >= 3:
            raise FormatError("it does not say which version of the operators (opset) it is written for")
        opset = 1
    if opset < OLDEST_OPSET:
        raise FormatError(
            f"it is written for opset {opset}, and the oldest that is read is {OLDEST_OPSET}:"
            " onnx.version_converter brings it up to date"
        )
    if opset > newest:
        raise FormatError(
            f"it is written for opset {opset}, and the onnx package here knows {newest}: update onnx"
        )
    return opset


def _domain(domain: str) -> str:
    return "" if domain == "ai.onnx" else domain


def _lazily(tensors: TensorReader, tensor: Any) -> "Callable[[], npt.NDArray[Any]]":
    return lambda: tensors.read(tensor)


def _given(value: Any, onnx: Any) -> Given:
    if not value.type.HasField("tensor_type"):
        raise FormatError(f"the input {short(value.name)!r} is no tensor but a sequence, map or optional")
    tensor = value.type.tensor_type
    dims: tuple[int | str, ...] | None = None
    if tensor.HasField("shape"):
        dims = tuple(
            dim.dim_value if dim.HasField("dim_value") else dim.dim_param or "?" for dim in tensor.shape.dim
        )
    names = {number: name for name, number in onnx.TensorProto.DataType.items()}
    return Given(name=value.name, kind=names.get(tensor.elem_type, "UNDEFINED"), dims=dims)


def _branch(graph: Any, tensors: TensorReader, onnx: Any, depth: int) -> Branch:
    if depth > MAX_NESTED or len(graph.node) > MAX_OPERATORS:
        raise FormatError(f"it has conditions within conditions, more than {MAX_NESTED} deep, or too large")
    fixed = {tensor.name: _lazily(tensors, tensor) for tensor in graph.initializer}
    operators = [read_operator(node, tensors, onnx, depth) for node in graph.node]
    outputs = tuple(value.name for value in graph.output)
    inside = fixed.keys() | {name for operator in operators for name in operator.outputs}
    wanted = (*(name for operator in operators for name in operator.inputs), *outputs)
    reads = tuple(dict.fromkeys(name for name in wanted if name and name not in inside))
    return Branch(
        operators=_in_order(operators, {*fixed, *reads}, outputs),
        initializers=fixed,
        outputs=outputs,
        reads=reads,
    )


def read_operator(node: Any, tensors: TensorReader, onnx: Any, depth: int = 0) -> Operator:
    """A node of the file; `FormatError` for what no network here has."""
    domain = _domain(node.domain)
    if domain == "" and node.op_type in CONTROL_FLOW:
        raise FormatError(
            f"it has control flow ({node.op_type} {short(node.name)!r}), which a fixed drawing cannot show"
        )
    if domain in TRAINING_DOMAINS:
        raise FormatError(f"it is a training graph ({node.op_type}): export the model for inference")
    attributes: dict[str, Any] = {}
    captured: list[str] = []
    kinds = onnx.AttributeProto
    for entry in node.attribute:
        if entry.type == kinds.TENSOR:
            attributes[entry.name] = tensors.read(entry.t)
        elif entry.type == kinds.STRING:
            attributes[entry.name] = decoded(entry.s)
        elif entry.type == kinds.STRINGS:
            attributes[entry.name] = tuple(decoded(string) for string in entry.strings)
        elif entry.type == kinds.INT:
            attributes[entry.name] = int(entry.i)
        elif entry.type == kinds.INTS:
            attributes[entry.name] = tuple(entry.ints)
        elif entry.type == kinds.FLOAT:
            attributes[entry.name] = _shortest(entry.f)
        elif entry.type == kinds.FLOATS:
            attributes[entry.name] = tuple(entry.floats)
        elif entry.type == kinds.GRAPH and domain == "" and node.op_type == Op.If:
            branch = _branch(entry.g, tensors, onnx, depth + 1)
            attributes[entry.name] = branch
            captured += branch.reads
        else:
            raise FormatError(
                f"{node.op_type} {short(node.name)!r} has the attribute {short(entry.name)!r}, which is no"
                " number, text or tensor"
            )
    return Operator(
        op_type=node.op_type,
        domain=domain,
        name=node.name,
        inputs=(*node.input, *captured),
        outputs=tuple(node.output),
        attributes=attributes,
        hints={entry.key: entry.value for entry in getattr(node, "metadata_props", ())},
    )


def _shortest(value: float) -> float:
    """The number that the writer meant: 1e-05, not 9.999999747378752e-06, which is the same float32."""
    import numpy as np

    return float(str(np.float32(value)))


def _in_order(operators: list[Operator], known: "set[str]", outputs: tuple[str, ...]) -> tuple[Operator, ...]:
    """Those that the outputs depend on, sorted so that each comes after what it reads; files need not be.

    Otherwise the file's own order is kept.
    """
    maker: dict[str, int] = {}
    for number, operator in enumerate(operators):
        for name in operator.outputs:
            if not name:
                continue
            if name in maker or name in known:
                raise FormatError(f"the tensor {short(name)!r} is made twice")
            maker[name] = number
    for name in outputs:
        if name not in maker and name not in known:
            raise FormatError(f"the output {short(name)!r} is made by no operator")
    needed = _needed(operators, maker, known, outputs)
    waiting: dict[int, int] = {}
    readers: dict[int, list[int]] = {}
    for number in needed:
        sources = {maker[name] for name in operators[number].inputs if name in maker}
        waiting[number] = len(sources)
        for source in sources:
            readers.setdefault(source, []).append(number)
    return tuple(operators[number] for number in _sorted(needed, waiting, readers, operators))


def _needed(
    operators: list[Operator], maker: dict[str, int], known: "set[str]", outputs: tuple[str, ...]
) -> list[int]:
    found: set[int] = set()
    names = [name for name in outputs if name in maker]
    while names:
        number = maker[names.pop()]
        if number in found:
            continue
        found.add(number)
        for name in operators[number].inputs:
            if name in maker:
                names.append(name)
            elif name and name not in known:
                raise FormatError(f"{operators[number].title} reads {short(name)!r}, which nothing makes")
    return sorted(found)


def _sorted(
    needed: list[int],
    waiting: dict[int, int],
    readers: dict[int, list[int]],
    operators: list[Operator],
) -> list[int]:
    from heapq import heapify, heappop, heappush

    ready = [number for number in needed if not waiting[number]]
    heapify(ready)
    order: list[int] = []
    while ready:
        number = heappop(ready)
        order.append(number)
        for reader in readers.get(number, ()):
            waiting[reader] -= 1
            if not waiting[reader]:
                heappush(ready, reader)
    if len(order) < len(needed):
        stuck = next(number for number in needed if waiting[number])
        raise FormatError(f"the graph has a cycle through {operators[stuck].title}")
    return order
