"""An operator of another program that no layer here does: shown, counted and, where possible, computed."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Final

from engine.errors import ShapeError, UnsupportedLayer
from engine.layers.base.layer import Layer, OnnxNode, PaletteEntry, TorchCode, field
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array

WRONG_IN_REFERENCE: Final = ("BatchNormalization", "LRN", "ConvTranspose", "Resize", "Upsample")
"""Operators that `onnx.reference` is known to compute otherwise than the standard says."""
HELD, NUMBERS, FIXED = "held", "parameter", "fixed"
"""What an input of the operator is: a map, a parameter, whole numbers that never change."""


@layer
class Foreign(Layer):
    """An operator as a model file has it, for which there is no layer here.

    Its shape and its parameters are the file's; its multiply–adds and what it sees are not known. It is
    computed by onnxruntime, or by the reference of the package onnx, where one of them is installed.

    Shapes: those the file gives, → `shape`: the sizes of the operator's output behind the batch, those beyond
    three taken together.
    """

    title = "Foreign operator"
    source = "ONNX, Open Neural Network Exchange, operator schemas, https://onnx.ai/onnx/operators"
    rank = 90
    min_inputs = 0
    max_inputs = None
    aliases = ("onnx operator", "custom operator", "unknown")
    counted: ClassVar[bool] = False

    operator: str = field(default="Identity", help="The operator's name in the file.")
    definition: str = field(
        default='{"inputs": [{"is": "held", "shape": [1, 1]}], "made": [1, 1]}',
        advanced=True,
        help="Its inputs, attributes and version, as JSON.",
    )
    shape: Shape = field(default=(1,), minimum=1, maximum=1 << 28, help="What comes out.")

    @classmethod
    def palette(cls) -> tuple[PaletteEntry, ...]:
        """Nothing: such an operator comes with a file."""
        return ()

    @property
    def label(self) -> str:
        return self.operator

    @property
    def detail(self) -> str:
        """The attributes, shortened, and the shape in the file where it is another."""
        attributes = self._facts.get("attributes", {})
        words = [f"{name} {_short(value)}" for name, value in attributes.items()]
        made = tuple(self._facts["made"])
        if made not in ((1, *self.shape), self.shape):
            words.append(f"makes {shape_text(made)}")
        return ", ".join(words)[:80]

    @property
    def hindrance(self) -> str:
        return _runner(self)[1]

    @cached_property
    def _facts(self) -> Mapping[str, Any]:
        facts: Mapping[str, Any] = json.loads(self.definition)
        return facts

    @property
    def _domain(self) -> str:
        return str(self._facts.get("domain", ""))

    def _validate(self) -> None:
        try:
            facts = json.loads(self.definition)
            assert all(fact is None or fact["is"] in (HELD, NUMBERS, FIXED) for fact in facts["inputs"])
            assert all(isinstance(size, int) and size > 0 for size in facts["made"])
        except (ValueError, KeyError, TypeError, AssertionError):
            raise ShapeError("definition is no description of an operator", setting="definition") from None
        if elements(tuple(facts["made"])) != elements(self.shape):
            raise ShapeError("shape has not as many values as the operator makes", setting="shape")

    def output_shape(self, *inputs: Shape) -> Shape:
        wanted = [tuple(fact["shape"]) for fact in self._facts["inputs"] if fact and fact["is"] == HELD]
        if len(wanted) != len(inputs):
            raise ShapeError(f"{self.operator} reads {len(wanted)} maps, and {len(inputs)} come in.")
        for shape, coming in zip(wanted, inputs, strict=True):
            if elements(shape) != elements(coming):
                raise ShapeError(
                    f"{self.operator} reads {shape_text(shape)} in the file it comes from, and"
                    f" {shape_text(coming)} comes in. Open the file with another --input."
                )
        return self.shape

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        return {
            f"input{place}": tuple(fact["shape"])
            for place, fact in enumerate(self._facts["inputs"])
            if fact and fact["is"] == NUMBERS
        }

    def fan_in(self, *inputs: Shape) -> float:
        return 1.0

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        made = []
        for image in range(len(inputs[0]) if inputs else 1):
            left = iter(inputs)
            feeds = {}
            for place, fact in enumerate(self._facts["inputs"]):
                if fact and fact["is"] == HELD:
                    values = np.ascontiguousarray(next(left)[image]).reshape(fact["shape"])
                    feeds[f"x{place}"] = values.astype(fact.get("dtype", "float32"))
                elif fact and fact["is"] == NUMBERS:
                    feeds[f"x{place}"] = np.asarray(params[f"input{place}"], fact.get("dtype", "float32"))
            made.append(self._computed(feeds))
        return np.stack(made)

    def _computed(self, feeds: Mapping[str, Any]) -> "Array":
        import numpy as np

        run, reason = _runner(self)
        if run is None:
            raise UnsupportedLayer(reason)
        try:
            return np.asarray(run(feeds), np.float32).reshape(self.shape)
        except Exception as error:  # of whatever the runtime, or values it does not take
            text = " ".join(str(error).split())[:160]
            raise UnsupportedLayer(f"{self.operator} cannot be computed: {text}") from None

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        raise UnsupportedLayer(f"the gradient of {self.operator} is not known")

    def torch(self, *inputs: Shape) -> TorchCode:
        raise UnsupportedLayer(f"{self.operator} is an operator of ONNX that has no layer in PyTorch code")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        raise UnsupportedLayer(f"{self.operator} comes from another file: copy it from there")


def _short(value: Any) -> str:
    text = "×".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 20 else f"{text[:19]}…"


Run = Callable[[Mapping[str, Any]], Any]
"""From the operator's inputs by name to its output."""


@lru_cache(maxsize=1024)
def _runner(foreign: Foreign) -> tuple[Run | None, str]:
    """What computes the operator on this machine; or None, and why nothing does, for people."""
    if find_spec("onnx") is None:
        return None, (
            f"{foreign.operator} is computed by onnxruntime, which is not installed:"
            " pip install onnx onnxruntime. Its map, and those below it, are not computed."
        )
    model = _model(foreign)
    reason = ""
    if find_spec("onnxruntime") is not None:
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = 1, 1, 4
        try:
            session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            return (lambda feeds: session.run(None, dict(feeds))[0]), ""
        except Exception:  # the runtime's own errors, of many types: it has no such operator
            reason = "onnxruntime and "
    if foreign.operator not in WRONG_IN_REFERENCE and not json.loads(foreign.definition).get("domain"):
        try:
            evaluator = import_module("onnx.reference").ReferenceEvaluator(model)
            return (lambda feeds: evaluator.run(None, dict(feeds))[0]), ""
        except Exception:  # as above
            reason += "the package onnx"
    return None, (
        f"{foreign.operator} cannot be computed by {reason or 'the package onnx'} here:"
        " its map, and those below it, are not computed."
        + ("" if find_spec("onnxruntime") else " pip install onnxruntime may do it.")
    )


@lru_cache(maxsize=256)
def _model(foreign: Foreign) -> bytes:
    """A model file of this one operator."""
    import numpy as np

    facts: Mapping[str, Any] = json.loads(foreign.definition)
    onnx = import_module("onnx")
    helper = onnx.helper
    given, fixed, names = [], [], []
    for place, fact in enumerate(facts["inputs"]):
        names.append(f"x{place}" if fact else "")
        if fact is None:
            continue
        dtype = np.dtype(fact.get("dtype", "float32"))
        if fact["is"] == FIXED:
            values = np.array(fact["values"], dtype).reshape(fact["shape"])
            fixed.append(onnx.numpy_helper.from_array(values, f"x{place}"))
        else:
            kind = helper.np_dtype_to_tensor_dtype(dtype)
            given.append(helper.make_tensor_value_info(f"x{place}", kind, fact["shape"]))
    attributes = {}
    for name, value in facts.get("attributes", {}).items():
        if isinstance(value, dict):
            tensor = np.array(value["values"], value["dtype"]).reshape(value["shape"])
            value = onnx.numpy_helper.from_array(tensor)
        attributes[name] = value
    count, index = facts.get("outputs", 1), facts.get("output", 0)
    outputs = [f"y{number}" for number in range(count)]
    node = helper.make_node(foreign.operator, names, outputs, domain=facts.get("domain", ""), **attributes)
    made = helper.make_value_info(f"y{index}", onnx.TypeProto())
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(facts.get("dtype", "float32")))
    made = helper.make_tensor_value_info(f"y{index}", kind, facts["made"])
    graph = helper.make_graph([node], "operator", given, [made], fixed)
    opsets = [helper.make_opsetid("", facts.get("opset", 21))]
    if facts.get("domain"):
        opsets.append(helper.make_opsetid(facts["domain"], facts.get("domain_version", 1)))
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString())
