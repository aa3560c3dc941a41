"""The network as a Keras file: what stands in it, and that every network makes one that is Python."""

import ast
from pathlib import Path

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.errors import FormatError
from engine.formats import format_of, write_project
from engine.formats.keras import FORMAT, state
from engine.formats.keras.source import HELPERS, helper_lines, keras_code
from engine.formats.pytorch import pytorch_code
from engine.layers.convolution import Conv2d
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.shapes import Padding
from tests.engine.small_networks import chain, conv, make
from tests.gui.figures.golden import check_golden


def test_padding_that_keras_knows_is_same_and_all_other_goes_before_the_layer() -> None:
    network = chain(
        conv(4, 3),
        conv(4, 3, stride=(2, 2), padding=Padding.of("same")),
        conv(4, 3, stride=(2, 2), padding=Padding.of(1)),
        conv(4, 3, padding=Padding.of([0, 2, 1, 0])),
        shape=(3, 12, 12),
    )
    lines = [line.strip() for line in keras_code(network).splitlines()]
    assert 'n1 = layers.Conv2D(4, 3, padding="same", name="n1")(input)  # 12×12×4' in lines
    assert 'n2 = layers.Conv2D(4, 3, strides=2, padding="same", name="n2")(n1)  # 6×6×4' in lines
    third = 'n3 = layers.Conv2D(4, 3, strides=2, name="n3")(layers.ZeroPadding2D(((1, 1), (1, 1)))(n2))'
    assert f"{third}  # 3×3×4" in lines
    assert any("layers.ZeroPadding2D(((0, 2), (1, 0)))(n3)" in line for line in lines)


def test_a_map_is_flattened_channel_by_channel() -> None:
    network = chain(make("Flatten"), make("Linear"), shape=(3, 4, 4))
    assert 'layers.Flatten(name="n1")(layers.Permute((3, 1, 2))(input))' in keras_code(network)
    pooled = chain(make("GlobalAvgPool2d"), make("Flatten"), shape=(3, 4, 4))
    assert "Permute" not in keras_code(pooled)


@pytest.mark.parametrize("name", presets.preset_names())
def test_every_preset_is_python_that_defines_before_it_uses(name: str) -> None:
    tree = ast.parse(keras_code(presets.load(name).project.network, name))
    known = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    for imported in (one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)):
        known |= {alias.asname or alias.name for alias in imported.names}
    (build,) = (one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "build")
    for statement in build.body:
        names = [one for one in ast.walk(statement) if isinstance(one, ast.Name)]
        assert {name.id for name in names if isinstance(name.ctx, ast.Load)} <= known
        known |= {name.id for name in names}


def test_learned_maps_and_inputs_are_told_apart_in_every_language() -> None:
    nodes = [
        Node(id="learned", layer=make("Parameter", shape=(3, 1, 1))),
        Node(id="x", layer=make("Input", shape=(3, 4, 4))),
        Node(id="sum", layer=make("Add"), inputs=("x", "learned")),
    ]
    network = Network(nodes)
    assert 'learned = Learned((1, 1, 3), name="learned")(x)' in keras_code(network)
    assert "return keras.Model(x, sum)" in keras_code(network)
    assert "def forward(self, x: torch.Tensor) -> torch.Tensor:" in pytorch_code(network)


def test_helpers_bring_along_what_they_use() -> None:
    for name in HELPERS:
        tree = ast.parse("\n".join(helper_lines([name])))
        defined = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
        used = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)} & HELPERS.keys()
        assert used <= defined


def test_weights_lie_beside_the_file_under_the_names_of_layers_and_variables(tmp_path: Path) -> None:
    network = chain(conv(4, 3), make("BatchNorm2d"), shape=(3, 8, 8))
    write_project(tmp_path / "net_keras.py", Project(network=network, seed=3))
    assert {path.name for path in tmp_path.iterdir()} == {"net_keras.py", "net_keras.npz"}
    with np.load(tmp_path / "net_keras.npz") as arrays:
        assert set(arrays) == {
            "n1.kernel", "n1.bias", "n2.gamma", "n2.beta", "n2.moving_mean", "n2.moving_variance"
        }  # fmt: skip
        ours = network["n1"].weights.parameters("n1", network["n1"].layer, ((3, 8, 8),), 3)["weight"]
        np.testing.assert_array_equal(arrays["n1.kernel"], ours.transpose(2, 3, 1, 0))


@pytest.mark.parametrize("name", ["lenet5", "squeezenet1_1", "up_and_down"])
def test_every_parameter_is_among_the_variables(name: str) -> None:
    project = presets.load(name).project
    totals = analyze(project.network).totals
    values = dict(state(project)).values()
    assert sum(value.size for value in values) == totals.parameters + totals.non_trainable


def test_the_ending_tells_keras_from_pytorch() -> None:
    assert format_of("a/net_keras.py") is FORMAT
    assert format_of("NET.KERAS.PY") is FORMAT
    assert format_of("net.py") is not FORMAT


def test_a_network_with_problems_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    broken = chain(conv(4, 3), shape=(3, 8, 8)).add(Node(id="alone", layer=Conv2d()))
    with pytest.raises(FormatError, match=r"net_keras\.py is not written: the network has problems: alone:"):
        write_project(tmp_path / "net_keras.py", Project(network=broken))
    assert not list(tmp_path.iterdir())


def test_the_written_file_is_the_golden_one() -> None:
    check_golden("keras_inception_3a.txt", keras_code(presets.load("inception_3a").project.network).encode())
