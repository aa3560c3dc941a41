"""The one contract of all layer kinds."""

import ast
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.layers import GROUPS, ROLES, Layer, OnnxNode, layer_from_json
from engine.shapes import Shape, elements, is_map
from tests import reference

Array = npt.NDArray[np.float32]

BATCH = 2
TOLERANCE = 2e-5
"""Of the largest value: float32 sums of some hundred terms."""
STEP = 1e-6
"""Of the finite differences, which are taken in doubles."""


def check_layer(layer: Layer, *input_shapes: Shape, seed: int = 0) -> None:
    """Everything that any layer has to keep, on images drawn at random."""
    random = np.random.default_rng(seed)
    check_words(layer)
    assert layer_from_json(json.loads(json.dumps(layer.to_json()))) == layer
    check_export(layer, input_shapes)
    params = random_params(layer, input_shapes, random)
    inputs = [random.standard_normal((BATCH, *shape)).astype(np.float32) for shape in input_shapes]
    kept = [x.copy() for x in inputs]

    output = layer.forward(inputs, params)
    assert output.shape == (BATCH, *layer.output_shape(*input_shapes))
    assert output.dtype == np.float32
    for n in range(BATCH):
        expected, macs = reference.forward(layer, [x[n] for x in inputs], params)
        assert expected.shape == output.shape[1:]
        near(output[n], expected)
        assert layer.macs(*input_shapes) == macs
    assert layer.operations(*input_shapes).multiply_add == layer.macs(*input_shapes)

    dy = random.standard_normal(output.shape).astype(np.float32)
    gradients = layer.backward(inputs, params, output, dy)
    assert [(dx.shape, dx.dtype) for dx in gradients] == [(x.shape, np.dtype(np.float32)) for x in inputs]
    check_gradient(layer, inputs, params, dy, gradients, random)
    check_reach(layer, inputs, params, output)
    assert all((x == before).all() for x, before in zip(inputs, kept, strict=True)), "inputs were changed"


def near(made: Any, expected: Any, tolerance: float = TOLERANCE) -> None:
    """Within float32 accuracy of the largest value."""
    scale = max(float(np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))), 1.0)
    np.testing.assert_allclose(made, expected, rtol=0, atol=tolerance * scale)


def random_params(
    layer: Layer, input_shapes: Sequence[Shape], random: np.random.Generator
) -> dict[str, Array]:
    """Parameters of the layer, none of them neutral; variances are positive."""
    made = {}
    for name, shape in layer.param_shapes(*input_shapes).items():
        values = random.standard_normal(shape).astype(np.float32)
        made[name] = np.abs(values) + np.float32(0.5) if name == "running_var" else values
    return made


def check_words(layer: Layer) -> None:
    """What people read of a kind is there."""
    kind = type(layer)
    assert "hapes: " in (kind.__doc__ or ""), "the docstring is the help text, and names the shapes"
    assert len(layer.source) > 10, "where the layer comes from"
    assert layer.group in GROUPS
    assert layer.role in ROLES
    assert layer.label
    assert all(setting.help.endswith((".", ")")) for setting in layer.settings()), "a setting without help"
    assert all(entry.label and isinstance(entry.layer, kind) for entry in layer.palette())


def check_export(layer: Layer, input_shapes: Sequence[Shape]) -> None:
    """PyTorch code that parses, and an ONNX chain whose parameters are the layer's own."""
    code = layer.torch(*input_shapes)
    ast.parse(code.call.format(*(f"x{n}" for n in range(len(input_shapes))), self="self.layer"), mode="eval")
    assert ("{self}" in code.call) == (code.module is not None)
    if code.module is not None:
        ast.parse(code.module, mode="eval")
    shapes = layer.param_shapes(*input_shapes)
    used: list[str] = []
    node: OnnxNode | None = layer.onnx(*input_shapes)
    while node is not None:
        assert node.op_type[0].isupper()
        used += node.parameters
        assert all(elements(shape) == elements(shapes[name]) for name, shape in node.reshaped.items())
        assert all(number < len(input_shapes) for number in node.again)
        for constant in node.constants:
            if constant is not None and constant.shape is not None:
                assert elements(constant.shape) == len(constant.values)
        node = node.then
    assert sorted(used) == sorted(shapes)


def check_gradient(
    layer: Layer,
    inputs: Sequence[Array],
    params: Mapping[str, Array],
    dy: Array,
    gradients: Sequence[Array],
    random: np.random.Generator,
) -> None:
    """⟨dx, v⟩ against the central difference of ⟨dy, y⟩ along v, for some directions of every input."""

    def loss(moved: Sequence[Any], n: int) -> float:
        return float((reference.forward(layer, moved, params)[0] * dy[n]).sum())

    for number, x in enumerate(inputs):
        for n in range(BATCH):
            one = [other[n].astype(np.float64) for other in inputs]
            single = np.zeros(x[n].shape)
            single.flat[random.integers(single.size)] = 1.0
            for direction in (random.standard_normal(x[n].shape), single):
                sides = []
                for sign in (1, -1):
                    moved = list(one)
                    moved[number] = one[number] + sign * STEP * direction
                    sides.append(loss(moved, n))
                slope = (sides[0] - sides[1]) / (2 * STEP)
                scale = float(np.abs(gradients[number][n] * direction).sum())
                made = float((gradients[number][n] * direction).sum())
                assert abs(made - slope) <= 1e-4 * max(scale, 1.0), (made, slope)


def check_reach(layer: Layer, inputs: Sequence[Array], params: Mapping[str, Array], output: Array) -> None:
    """An output's gradient stands exactly where the layer says that the output reads."""
    shapes = [x.shape[1:] for x in inputs]
    if layer.whole_input or not all(map(is_map, shapes)) or not is_map(output.shape[1:]):
        return
    height, width = output.shape[2:]
    reach = layer.reach(*shapes)
    for row, col in {(0, 0), (height // 2, width // 2), (height - 1, width - 1)}:
        dy = np.zeros_like(output)
        dy[:, :, row, col] = 1.0
        for dx in layer.backward(inputs, params, output, dy):
            if any(size == 1 != made for size, made in zip(dx.shape[2:], (height, width), strict=True)):
                continue  # a gate is repeated over the map
            rows = set(np.flatnonzero(dx.any(axis=(0, 1, 3))).tolist())
            cols = set(np.flatnonzero(dx.any(axis=(0, 1, 2))).tolist())
            said = (range(row, row + 1), range(col, col + 1))
            if reach is not None:
                said = (reach[0].indices(row, dx.shape[2]), reach[1].indices(col, dx.shape[3]))
            if reads_all(layer):
                assert (rows, cols) == (
                    (set(said[0]), set(said[1])) if all(map(len, said)) else (set(), set())
                )
            elif getattr(layer, "mode", "") not in ("reflect", "replicate"):
                assert rows <= set(said[0])
                assert cols <= set(said[1])


def reads_all(layer: Layer) -> bool:
    """Whether every value within reach counts: no gaps, no choice of one value."""
    return layer.kind in (
        "Conv2d", "DepthwiseConv2d", "ConvTranspose2d", "AvgPool2d", "AdaptiveAvgPool2d", "Upsample",
        "PixelShuffle", "Slice", "Add", "Concat", "ChannelShuffle",
    ) and getattr(layer, "dilation", (1, 1)) == (1, 1)  # fmt: skip
