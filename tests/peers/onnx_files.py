"""A model file read, run layer by layer, and compared with what onnxruntime (or the file's author) says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper

from engine.errors import EngineError, UnsupportedLayer
from engine.formats.onnx.reader.file.opening import read_model
from engine.model.project import Project
from engine.shapes import Shape

Array = npt.NDArray[Any]

TOLERANCE = 1e-4
"""Of an output's largest value."""


@dataclass(frozen=True)
class Verdict:
    """What became of a file."""

    status: str
    """"same", "wrong", "refused" or "no oracle"."""
    text: str
    layers: int = 0
    foreign: int = 0


def verdict(
    model: bytes,
    *,
    shape: Shape | None = None,
    folder: Path | None = None,
    given: Mapping[str, Array] | None = None,
    expected: Mapping[str, Array] | None = None,
) -> Verdict:
    """Reads the model, computes all its maps and compares the outputs, each found by its name."""
    try:
        project = read_model(model, folder, shape)
    except EngineError as error:
        return Verdict("refused" if "\n" not in str(error) else "wrong", str(error))
    parsed = onnx.load_from_string(model)
    ours, theirs = _inputs(project, parsed, given)
    outputs = [value.name for value in parsed.graph.output]
    if expected is None:
        try:
            expected = onnxruntime_outputs(model, theirs, outputs)
        except Exception as error:  # the runtime's own refusals
            return Verdict("no oracle", str(error)[:200])
    try:
        maps = computed(project, ours)
    except UnsupportedLayer as error:  # a foreign operator that no runtime here computes
        return Verdict("refused", str(error))
    worst = 0.0
    for name in outputs:
        if name not in maps:
            return Verdict("wrong", f"there is no node {name!r}")
        wanted = np.asarray(expected[name], np.float32).astype(np.float64)
        if maps[name].size != wanted.size:
            return Verdict("wrong", f"{name} is {maps[name].shape} and should be {wanted.shape}")
        made = maps[name].reshape(wanted.shape)
        if not np.array_equal(np.isfinite(made), np.isfinite(wanted)):
            return Verdict("wrong", f"{name} is not finite where it should be, or the other way round")
        finite = np.isfinite(wanted)
        scale = max(float(np.abs(wanted[finite]).max(initial=0.0)), 1e-6)
        worst = max(worst, float(np.abs(made[finite] - wanted[finite]).max(initial=0.0)) / scale)
    kinds = [node.layer.kind for node in project.network.nodes.values()]
    status = "same" if worst <= TOLERANCE else "wrong"
    return Verdict(status, f"{worst:.1e}", len(kinds), kinds.count("Foreign"))


def onnxruntime_outputs(model: bytes, feeds: Mapping[str, Array], outputs: list[str]) -> dict[str, Array]:
    """What onnxruntime computes, in one thread."""
    import onnxruntime  # there with the peers alone

    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return dict(zip(outputs, session.run(outputs, dict(feeds)), strict=True))


def computed(project: Project, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """All maps, each by its layer's own `forward`."""
    maps: dict[str, Array] = dict(inputs)
    for node_id in project.network.order:
        node = project.network.nodes[node_id]
        if node_id in maps:
            continue
        sources = [maps[source] for source in node.inputs]
        shapes = tuple(x.shape[1:] for x in sources)
        params = (
            node.weights.parameters(node_id, node.layer, shapes, 0)
            if node.layer.param_shapes(*shapes)
            else {}
        )
        maps[node_id] = node.layer.forward(sources, params)
    return maps


def _inputs(
    project: Project, model: Any, given: Mapping[str, Array] | None
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Numbers for our Inputs, and the same in the order of the file's."""
    random = np.random.default_rng(0)
    fixed = {tensor.name for tensor in model.graph.initializer}
    ours: dict[str, Array] = {}
    theirs: dict[str, Array] = {}
    for value in model.graph.input:
        if value.name in fixed:
            continue
        tensor = value.type.tensor_type
        dims = [dim.dim_value for dim in tensor.shape.dim]
        kind = helper.tensor_dtype_to_np_dtype(tensor.elem_type)
        node = project.network.nodes.get(value.name)
        if node is None:
            theirs[value.name] = random.standard_normal([dim or 1 for dim in dims]).astype(kind)
            continue
        shape: Shape = node.layer.shape  # type: ignore[attr-defined]  # it is an Input
        batch = (dims[0] or 1) if len(dims) in (0, 2, 4) and dims else 1
        x = random.standard_normal((batch, *shape)).astype(np.float32)
        if given is not None:
            x = np.asarray(given[value.name], np.float32).reshape(x.shape)
        last = len(dims) == 4 and tuple(dims[1:]) != shape and dims[3] in (0, shape[0])
        x = x.astype(kind).astype(np.float32)
        ours[value.name] = x
        if len(dims) == 4:
            theirs[value.name] = (x.transpose(0, 2, 3, 1) if last else x).astype(kind)
        else:
            theirs[value.name] = x.reshape([dim or 1 for dim in dims] if dims else x.shape).astype(kind)
    return ours, theirs
