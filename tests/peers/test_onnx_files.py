"""Every preset as an ONNX file: accepted by onnx's checker, and the same maps and totals in onnxruntime."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.execution.executor import Executor
from engine.formats import read_project, write_project
from engine.formats.onnx import writer
from engine.formats.weights.npz import network_weights
from engine.image.image_source import open_image
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.weights import HE
from tests.engine.small_networks import chain, conv, make
from tests.peers.tolerance import assert_close, nudged

pytestmark = pytest.mark.peer

"""Of a map's largest value."""


def written(project: Project, path: Path) -> Any:
    """The model in the file that is written, checked."""
    import onnx

    write_project(path, project)
    onnx.checker.check_model(str(path), full_check=True)
    return onnx.load(str(path))


def every_map(model: Any, inputs: dict[str, npt.NDArray[np.float32]]) -> dict[str, npt.NDArray[np.float32]]:
    """What onnxruntime computes for every value of a model, unoptimised, so that every value is there."""
    import onnx
    import onnxruntime

    model = onnx.ModelProto.FromString(model.SerializeToString())
    outputs = {value.name for value in model.graph.output}
    model.graph.output.extend(value for value in model.graph.value_info if value.name not in outputs)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 2, 4
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    names = [value.name for value in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def total_parameters(analysis: Analysis, network: Network, model: Any) -> tuple[int, int]:
    """Trained and other values among the initialisers that are parameters of layers."""
    trained = other = 0
    for tensor in model.graph.initializer:
        node_id, _, name = tensor.name.rpartition(".")
        if node_id not in network:
            continue
        layer = network[node_id].layer
        if name in layer.param_shapes(*analysis.layers[node_id].input_shapes):
            count = int(np.prod(tensor.dims))
            trained += 0 if name in layer.non_trainable else count
            other += count if name in layer.non_trainable else 0
    return trained, other


@pytest.mark.parametrize("name", presets.preset_names())
def test_a_preset_is_the_same_network_in_onnxruntime(name: str, tmp_path: Path) -> None:
    project = presets.load(name).project
    network = project.network
    model = written(project, tmp_path / f"{name}.onnx")
    analysis = analyze(network)
    totals = analysis.totals.parameters, analysis.totals.non_trainable
    assert total_parameters(analysis, network, model) == totals
    ours = {
        result.node_id: result.map
        for result in Executor(budget_bytes=16 << 30).run(
            network, open_image(project.image), seed=project.seed
        )
    }
    inputs = {
        node_id: ours[node_id] for node_id in network.order if isinstance(network[node_id].layer, Input)
    }
    theirs = every_map(model, inputs)
    assert theirs.keys() | inputs.keys() == ours.keys() == network.nodes.keys()
    again = cache(lambda: every_map(model, {node_id: nudged(values) for node_id, values in inputs.items()}))
    worst = 0.0
    for node_id, values in theirs.items():
        assert ours[node_id].shape == values.shape, node_id
        error = assert_close(ours[node_id], values, lambda node_id=node_id: again()[node_id], node_id)
        worst = max(worst, error)
    print(f"\n{name:24}{len(theirs):5} maps {totals[0]:12,} parameters, worst error {worst:.1e}")


@pytest.mark.parametrize("name", presets.preset_names())
def test_a_preset_comes_back_as_the_very_network_it_was(name: str, tmp_path: Path) -> None:
    project = replace(presets.load(name).project, seed=4)
    write_project(tmp_path / "x.onnx", project)
    back = read_project(tmp_path / "x.onnx")
    bare = [replace(node, weights=HE) for node in project.network.nodes.values()]
    assert [replace(node, weights=HE) for node in back.network.nodes.values()] == bare
    assert dict(back.groups) == dict(project.groups)
    assert (back.title, back.class_names) == (project.title, project.class_names)
    theirs = dict(network_weights(back.network))
    for key, values in network_weights(project.network, project.seed):
        np.testing.assert_array_equal(theirs[key], values)


def small_model(path: Path) -> Any:
    import onnx

    network = chain(conv(4, 3), make("ReLU"), conv(2, 1), shape=(3, 8, 8))
    write_project(path, Project(network=network))
    return onnx.load(str(path))


def kinds(path: Path) -> list[str]:
    return [node.layer.kind for node in read_project(path).network.nodes.values()]


def test_a_file_that_says_something_else_of_itself_is_read_by_its_operators(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    model = small_model(path)
    before = kinds(path)
    (relu,) = (node for node in model.graph.node if node.op_type == "Relu")
    (hint,) = (prop for prop in relu.metadata_props if prop.key == "onebyone.layer")
    hint.value = '{"kind": "Sigmoid"}'
    path.write_bytes(model.SerializeToString())
    assert kinds(path) == before


def test_a_file_that_was_edited_is_read_as_it_is_now(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    model = small_model(path)
    (relu,) = (node for node in model.graph.node if node.op_type == "Relu")
    relu.op_type = "Sigmoid"
    path.write_bytes(model.SerializeToString())
    assert "Sigmoid" in kinds(path)
    assert "ReLU" not in kinds(path)


@pytest.mark.parametrize("record", ["", "[]", "{}", "[" * 100_000, '{"inputs": {}, "order": ["a"]}', "1"])
def test_a_damaged_record_is_no_obstacle(record: str, tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    model = small_model(path)
    before = kinds(path)
    (entry,) = (prop for prop in model.metadata_props if prop.key == "onebyone.project")
    entry.value = record
    path.write_bytes(model.SerializeToString())
    assert kinds(path) == before


def test_names_that_are_nobodys_are_written_and_kept_apart(tmp_path: Path) -> None:
    nodes = [
        Node(id="", layer=Input(shape=(3, 6, 6))),
        Node(id="a/Sigmoid", layer=make("SiLU"), inputs=("",)),
        Node(id="a", layer=make("SiLU"), inputs=("a/Sigmoid",), name="∑ of it"),
        Node(id="a.weight", layer=conv(2, 3), inputs=("a",)),
        Node(id="second", layer=Input(shape=(1, 2, 2))),
    ]
    model = written(Project(network=Network(nodes), title="ü/x"), tmp_path / "x.onnx")
    inputs = {"node": np.ones((1, 3, 6, 6), np.float32), "second": np.ones((1, 1, 2, 2), np.float32)}
    assert [value.name for value in model.graph.input] == list(inputs)
    assert [value.name for value in model.graph.output] == ["a.weight"]
    assert every_map(model, inputs).keys() == {"a/Sigmoid", "a", "a.weight"}


def test_weights_beyond_one_file_lie_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "ONE_FILE_BYTES", 1000)
    network = chain(conv(64, 3), make("ReLU"), conv(32, 3, bias=False), shape=(3, 8, 8))
    model = written(Project(network=network, seed=3), tmp_path / "net.onnx")
    assert {path.name for path in tmp_path.iterdir()} == {"net.onnx", "net.onnx.data"}
    assert (tmp_path / "net.onnx").stat().st_size < 4000
    import onnx

    values = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    for node_id, inputs in (("n1", ((3, 8, 8),)), ("n3", ((64, 8, 8),))):
        made = network[node_id].weights.parameters(node_id, network[node_id].layer, inputs, 3)
        np.testing.assert_array_equal(values[f"{node_id}.weight"], made["weight"])
