"""A graph becomes layers: operators are gone through in order, each by the rule for its kind.

A tensor is fixed (an array), or held: it lies in the map of a layer that was made already, as a `View` says.
A rule adds the layers an operator amounts to and says what its output is. What a rule cannot say exactly it
refuses with `NoLayer`; nothing is left out and nothing approximated.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Final

import numpy as np

from engine.errors import FormatError, ShapeError
from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.arguments import shape_part
from engine.formats.onnx.reader.file.graph import Branch, Graph, Operator
from engine.formats.onnx.reader.folding import Folder
from engine.formats.onnx.reader.held import Held, Known, NoLayer, Value, float32
from engine.formats.onnx.reader.moving import moved_elsewhere, moves
from engine.formats.onnx.reader.views import BATCH, Axis, View
from engine.layers import Layer
from engine.layers.dropout import Identity
from engine.layers.parameter import Parameter
from engine.shapes import Shape, shape_text

MAX_LAYERS: Final = 8_000
"""Cards that a canvas is asked to hold."""
UNEXPECTED: Final = (ArithmeticError, LookupError, TypeError, ValueError, AssertionError)
"""What a rule raises that meets an operator it did not reckon with."""
MAX_MAP: Final = 1 << 28
"""Values of one map: 1 GB."""


@dataclass(kw_only=True)
class Draft:
    """A layer of the network that is being made."""

    layer: Layer
    inputs: tuple[int, ...]
    shape: Shape
    weights: dict[str, Known] = field(default_factory=dict)
    tied: str = ""
    """What its weights are called in the file, as far as it has some."""
    tensor: str
    """The tensor of the file that it is, or that it is made for."""
    final: bool = False
    """Whether it is that tensor."""
    operator: Operator | None = None


class Translation:
    """The layers made so far, and what every tensor is."""

    def __init__(self, graph: Graph, rules: "Mapping[str, Rule]") -> None:
        self.graph = graph
        self.opset = graph.opset
        self.drafts: list[Draft] = []
        self.batch = 1
        self.values: dict[str, Value] = {}
        self._rules = rules
        self._folder = Folder(graph.opset)
        self._moved: dict[tuple[int, View, Shape], int] = {}
        self._operator: Operator | None = None
        self.hinted: Callable[[Translation, Operator], bool] = lambda _translation, _operator: False
        self.foreign: Callable[[Translation, Operator, str], None] | None = None
        self._makers = {name: operator for operator in graph.operators for name in operator.outputs}
        self._found: set[str] = set()
        self._read = {name for operator in graph.operators for name in operator.inputs} | set(graph.outputs)

    # the walk --------------------------------------------------------------------------------------------
    def run(self) -> None:
        """Translate all operators; `FormatError` for one that cannot be."""
        self._walk(self.graph.operators)
        self._operator = None

    def _walk(self, operators: Sequence[Operator]) -> None:
        for operator in operators:
            self._operator = operator
            if operator.op_type == Op.If and not operator.domain:
                self._choose(operator)
                continue
            values = [self.find(name) for name in operator.inputs]
            if self._folds(operator, values):
                known = [None if value is None else np.asarray(value) for value in values]
                made = self._folder.fold(operator, known)
                for name, array in zip(operator.outputs, made, strict=False):
                    self.values[name] = array
                continue
            self._translate(operator)
            if len(self.drafts) > MAX_LAYERS:
                raise FormatError(f"it has more than {MAX_LAYERS:,} layers, which no canvas shows")

    def _choose(self, operator: Operator) -> None:
        """The side of an If whose condition is fixed, in its place."""
        condition = self.find(operator.inputs[0]) if operator.inputs else None
        if condition is None or isinstance(condition, Held) or condition.size != 1:
            raise FormatError(
                f"it has control flow ({operator.title}) that depends on the input, which a fixed drawing"
                " cannot show"
            )
        side = "then_branch" if bool(condition.ravel()[0]) else "else_branch"
        branch = operator.attributes.get(side)
        if not isinstance(branch, Branch) or len(branch.outputs) < len(operator.outputs):
            raise FormatError(f"{operator.title} has no {side} that gives what it promises")
        for name, read in branch.initializers.items():
            self.values[name] = read()
        self._makers |= {name: operator for operator in branch.operators for name in operator.outputs}
        self._read |= {name for operator in branch.operators for name in operator.inputs} | set(
            branch.outputs
        )
        self._walk(branch.operators)
        for name, inner in zip(operator.outputs, branch.outputs, strict=False):
            value = self.find(inner)
            assert value is not None
            self.values[name] = dataclasses.replace(value, tensor=name) if isinstance(value, Held) else value

    def _folds(self, operator: Operator, values: Sequence[Value | None]) -> bool:
        if operator.op_type in (Op.Shape, Op.Size) and not operator.domain and isinstance(values[0], Held):
            shape = values[0].shape
            made = shape_part(operator, shape) if operator.op_type == Op.Shape else np.array(prod(shape))
            self.values[operator.outputs[0]] = made
            return False
        return not any(isinstance(value, Held) for value in values)

    def _translate(self, operator: Operator) -> None:
        if operator.outputs and operator.outputs[0] in self.values:
            return
        rule = None if operator.domain else self._rules.get(operator.op_type)
        before = len(self.drafts)
        try:
            if self.hinted(self, operator):
                return
            if rule is None:
                raise NoLayer("there is no such layer here")
            rule(self, operator)
        except (NoLayer, ShapeError) as reason:
            del self.drafts[before:]
            self._moved = {key: node for key, node in self._moved.items() if node < before}
            text = " ".join(str(reason).split())
            if self.foreign is None:
                raise FormatError(f"{operator.title} cannot be drawn exactly: {text}") from None
            self.foreign(self, operator, text)
        except UNEXPECTED as error:
            text = " ".join(str(error).split())[:120] or type(error).__name__
            raise FormatError(f"{operator.title} is not as the standard has it: {text}") from error

    # what rules ask --------------------------------------------------------------------------------------
    def find(self, name: str) -> Value | None:
        """What a tensor is; None for an input that is left out."""
        if not name:
            return None
        if name not in self.values:
            self.values[name] = self.graph.initializers[name]()
        return self.values[name]

    def value(self, operator: Operator, index: int) -> Value | None:
        """What an input is; None where it is left out."""
        return self.find(operator.inputs[index]) if index < len(operator.inputs) else None

    def held(self, operator: Operator, index: int = 0) -> Held:
        """An input that lies in a map of numbers; a fixed tensor is put into one."""
        value = self.value(operator, index)
        if value is None:
            raise NoLayer(f"its input {index} is left out")
        if isinstance(value, Held):
            if value.kind != "float":
                raise NoLayer("it computes with whole numbers")
            if value.around is not None:
                raise NoLayer("it works on a map with −∞ around it")
            return value
        return self.constant_map(value, operator.inputs[index])

    def constant(self, operator: Operator, index: int, what: str) -> Known | None:
        """An input that is fixed; None where it is left out."""
        value = self.value(operator, index)
        if isinstance(value, Held):
            raise NoLayer(f"its {what} is computed")
        return value

    def weight(self, operator: Operator, index: int, what: str) -> Known:
        """An input that is fixed and there, in float32."""
        value = self.constant(operator, index, what)
        if value is None:
            raise NoLayer(f"its {what} is left out")
        return float32(value)

    # layers ----------------------------------------------------------------------------------------------
    def add(
        self,
        layer: Layer,
        *sources: int,
        weights: Mapping[str, Known] | None = None,
        tensor: str = "",
        tied: str = "",
    ) -> int:
        """A new layer that reads these; its number. `ShapeError` where it does not fit them."""
        inputs: list[int] = []
        for source in sources:
            # Two wires between the same two layers are one: the second one goes by way of an Identity.
            inputs.append(self.add(Identity(), source) if source in inputs else source)
        shapes = [self.drafts[source].shape for source in inputs]
        shape = layer.output_shape(*shapes)
        if any(size < 1 for size in shape) or prod(shape) > MAX_MAP:
            raise FormatError(f"a map of {shape_text(shape)} is too large to be computed")
        given = {name: float32(values) for name, values in (weights or {}).items()}
        for name, wanted in layer.param_shapes(*shapes).items():
            if name not in given or given[name].shape != wanted:
                found = shape_text(given[name].shape) if name in given else "nothing"
                raise NoLayer(f"its {name} is {found}, and the layer takes {shape_text(wanted)}")
        operator = self._operator
        name = tensor or (operator.outputs[0] if operator is not None else layer.kind.lower())
        self.drafts.append(
            Draft(
                layer=layer, inputs=tuple(inputs), shape=shape, weights=given, tensor=name,
                operator=operator, tied=tied,
            )
        )  # fmt: skip
        return len(self.drafts) - 1

    def result(self, operator: Operator, held: Held, index: int = 0) -> None:
        """Says what an output of the operator is."""
        if index >= len(operator.outputs) or not operator.outputs[index]:
            return
        name = operator.outputs[index]
        self.values[name] = dataclasses.replace(held, tensor=name)
        draft = self.drafts[held.node]
        if draft.operator is operator and not draft.final and held.view == self.own(held.node):
            draft.tensor, draft.final = name, True
        elif draft.operator is operator and not draft.final and draft.tensor != name:
            draft.tensor = name

    def done(self, operator: Operator, node: int) -> None:
        """The operator's output is the node's own array, (N, C, H, W) or (N, F)."""
        self.result(operator, Held(node, self.own(node), operator.outputs[0]))

    def own(self, node: int) -> View:
        """The view of a node's own array."""
        return View.of(self.drafts[node].shape, self.batch)

    def own_held(self, node: int, tensor: str = "") -> Held:
        """A node's own array as a tensor."""
        return Held(node, self.own(node), tensor or self.drafts[node].tensor)

    def maker(self, tensor: str) -> Operator | None:
        """The operator that makes a tensor."""
        return self._makers.get(tensor)

    def is_read(self, name: str) -> bool:
        """Whether any operator reads the tensor, or the graph gives it out."""
        return name in self._read

    def only_output(self, operator: Operator) -> None:
        """`NoLayer` where more outputs than the first are used."""
        if any(name and name in self._read for name in operator.outputs[1:]):
            raise NoLayer("its further outputs are used")

    def constant_map(self, values: Known, name: str) -> Held:
        """A fixed tensor as a map that depends on nothing."""
        array = float32(values)
        if array.ndim > 4 or array.size == 0 or (array.ndim == 4 and array.shape[0] != 1):
            raise NoLayer(f"a constant of {shape_text(array.shape)} is no map")
        if not np.isfinite(array).all():
            raise NoLayer("a constant holds a number that is not finite")
        inner = array.shape[1:] if array.ndim == 4 else (1,) * (3 - array.ndim) + array.shape
        layer = Parameter(shape=inner)
        node = self.add(layer, weights={"weight": array.reshape(inner)}, tensor=name)
        view = View.of(inner, 1).reshape(array.shape)
        assert view is not None
        return Held(node, view, name)

    @property
    def is_one_dimensional(self) -> bool:
        """Whether what comes in are signals, not maps."""
        return any(given.dims is not None and len(given.dims) == 3 for given in self.graph.inputs)

    # maps in the order that is wanted --------------------------------------------------------------------
    def map(self, held: Held) -> int:
        """The node whose array (N, C, H, W) is this tensor of four axes."""
        if len(held.shape) != 4:
            if len(held.shape) == 3 and self.is_one_dimensional:
                raise FormatError(
                    f"{self._operator.title if self._operator else 'it'} works on 1-D data, and only networks"
                    " on 2-D maps can be drawn"
                )
            raise NoLayer(f"it works on {len(held.shape)} axes")
        self._first_is_batch(held)
        return self.node_of(held, held.shape[1:])

    def _first_is_batch(self, held: Held) -> None:
        if held.shape[0] > 1 and not self.is_batch(held, 0):
            raise NoLayer(f"its first axis, of {held.shape[0]}, is no batch")

    def vector(self, held: Held) -> int:
        """The node whose array (N, F) is this tensor of two axes."""
        if len(held.shape) != 2:
            raise NoLayer(f"it works on {len(held.shape)} axes")
        self._first_is_batch(held)
        return self.node_of(held, held.shape[1:])

    def node_of(self, held: Held, target: Shape) -> int:
        """The node whose own array, of this shape, holds the tensor's elements in their order."""
        draft = self.drafts[held.node]
        parts = self._of_one_image(held.view.parts)
        if parts == View.of(draft.shape, 1).parts and draft.shape == target:
            return held.node
        key = (held.node, View((parts,)), target)
        if key not in self._moved:
            layers = moves(draft.shape, parts, target) or moved_elsewhere(draft.shape, parts, target)
            if layers is None:
                raise NoLayer(
                    f"it moves the values of {shape_text(draft.shape)} into {shape_text(target)} in an order"
                    " that no layer here has"
                )
            node = held.node
            for layer in layers:
                node = self.add(layer, node, tensor=held.tensor)
            draft = self.drafts[node]
            draft.operator = self._maker(held.tensor)
            tensor = self.values.get(held.tensor)
            # Whoever looks for the tensor by its name finds it here, if this is all of it and in its order.
            draft.final = (
                isinstance(tensor, Held) and tensor.view == held.view and target == tensor.shape[1:]
            ) and not self._is_final(held.tensor)
            self._moved[key] = node
        return self._moved[key]

    def _is_final(self, tensor: str) -> bool:
        """Whether a layer is this tensor, in its own order."""
        value = self.values.get(tensor)
        draft = self.drafts[value.node] if isinstance(value, Held) else None
        if tensor in self._found or (draft is not None and draft.final and draft.tensor == tensor):
            return True
        self._found.add(tensor)
        return False

    def _maker(self, tensor: str) -> Operator | None:
        return self._makers.get(tensor, self._operator)

    def _of_one_image(self, parts: Axis) -> Axis:
        """Without the batch, which must come first."""
        if self.batch == 1:
            return parts
        if not parts or parts[0] != (self.batch, BATCH) or any(s == BATCH for _, s in parts[1:]):
            raise NoLayer("it mixes the images of a batch")
        return parts[1:]

    def arranged(self, held: Held, order: Sequence[int], target: Shape) -> Held:
        """The same tensor, over a node that holds its axes in this order (the batch apart) as one array."""
        inner = [axis for axis in order if not self.is_batch(held, axis)]
        outer = [axis for axis in range(len(held.shape)) if axis not in inner]
        if any(held.shape[axis] != 1 and not self.is_batch(held, axis) for axis in outer):
            raise NoLayer("it mixes the images of a batch")
        turned = held.view.transpose([*outer, *inner])
        node = self.node_of(dataclasses.replace(held, view=turned), target)
        view = self.own(node).reshape(turned.shape)
        if view is None:
            raise NoLayer("it mixes the images of a batch")
        back = [0] * len(held.shape)
        for place, axis in enumerate([*outer, *inner]):
            back[axis] = place
        return dataclasses.replace(held, node=node, view=view.transpose(back))

    def is_batch(self, held: Held, axis: int) -> bool:
        """Whether an axis counts images."""
        parts = held.view.axes[axis]
        if self.batch > 1 and any(stride == BATCH for _, stride in parts) and len(parts) > 1:
            raise NoLayer("it mixes the images of a batch")
        return bool(parts) and parts[0][1] == BATCH

    def batch_axis(self, held: Held) -> int | None:
        """The axis that counts images, where there is more than one."""
        return next((axis for axis in range(len(held.shape)) if self.is_batch(held, axis)), None)

    def plain(self, held: Held) -> Held:
        """The same tensor over a node that holds its elements in their own order."""
        axes = [axis for axis in range(len(held.shape)) if not self.is_batch(held, axis)]
        sizes = [held.shape[axis] for axis in axes]
        if self.batch == 1 and len(sizes) > 1 and sizes[0] == 1:
            sizes = sizes[1:]
        if len(sizes) <= 1:
            target: Shape = (prod(sizes),)
        elif len(sizes) == 2:
            target = (1, *sizes)
        else:
            target = (sizes[0], sizes[1], prod(sizes[2:]))
        return self.arranged(held, axes, target)

    def whole(self, held: Held) -> Held:
        """The same tensor without repetitions: what computes value by value would do it over and over."""
        return self.plain(held) if held.view.repeats else held


Rule = Callable[[Translation, Operator], None]
