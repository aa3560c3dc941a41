"""The network as a PyTorch module."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.errors import FormatError
from engine.formats import write_project
from engine.formats.pytorch import identifiers, pytorch_code, write
from engine.layers.add import Add
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project

NETWORK = Network(
    [
        Node(id="x", layer=Input(shape=(3, 8, 8))),
        Node(id="3x3", layer=Conv2d(out_channels=4, kernel_size=(3, 3)), inputs=("x",)),
        Node(id="1x1", layer=Conv2d(out_channels=4, kernel_size=(1, 1), stride=(2, 2)), inputs=("x",)),
        Node(id="half", layer=Conv2d(out_channels=4, stride=(2, 2)), inputs=("3x3",)),
        Node(id="sum", layer=Add(), inputs=("half", "1x1")),
    ]
)


def test_each_layer_is_one_line_with_its_shape() -> None:
    lines = [line.strip() for line in pytorch_code(NETWORK, 'My "net"').splitlines()]
    assert lines[0] == '"""My \'net\': 276 parameters. Written by OneByOne."""'
    assert "class MyNet(nn.Module):" in lines
    assert "self.n3x3 = nn.Conv2d(3, 4, 3, stride=1, padding=1)" in lines
    assert "def forward(self, x: torch.Tensor) -> torch.Tensor:" in lines
    assert "sum = half_ + n1x1  # 4×4×4" in lines
    assert "return sum" in lines
    assert "assert count == 276" in lines
    assert "outputs = network(torch.rand(1, 3, 8, 8))" in lines
    assert "expected = [(1, 4, 4, 4)]" in lines


def test_padding_that_pytorch_does_not_know_is_written_out() -> None:
    code = pytorch_code(NETWORK)
    assert "import torch.nn.functional as F\n" in code
    assert "half_ = self.half_(F.pad(n3x3, (0, 1, 0, 1)" in code


def test_names_are_python_and_differ() -> None:
    ids = ["a/b", "a b", "a_b", "1x1", "class", "forward", "∑", "", "_x", "x"]
    made = " ".join(identifiers(ids).values())
    assert made == "a_b a_b_2 a_b_3 n1x1 class_ forward_ n n_2 x x_2"


def test_all_ends_are_returned() -> None:
    code = pytorch_code(NETWORK.remove("sum"))
    assert "-> tuple[torch.Tensor, torch.Tensor]:" in code
    assert "return n1x1, half_\n" in code


@pytest.mark.parametrize("name", presets.preset_names())
@pytest.mark.parametrize("is_flat", [True, False])
def test_every_preset_is_python_that_defines_before_it_uses(name: str, is_flat: bool) -> None:
    project = presets.load(name).project
    source = pytorch_code(project.network, name) if is_flat else write(project).decode()
    tree = ast.parse(source)
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == "forward"]
    assert functions
    for forward in functions:
        known = {"torch", "nn", "F", "float"} | {argument.arg for argument in forward.args.args}
        for statement in forward.body:
            names = [one for one in ast.walk(statement) if isinstance(one, ast.Name)]
            assert {name.id for name in names if isinstance(name.ctx, ast.Load)} <= known
            known |= {name.id for name in names}
    classes = [one.name for one in tree.body if isinstance(one, ast.ClassDef)]
    assert len(classes) == len(set(classes))
    assert set(classes[:-1]) <= {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}


def test_a_network_with_problems_is_refused(tmp_path: Path) -> None:
    broken = Project(network=NETWORK.add(Node(id="alone", layer=Conv2d())))
    with pytest.raises(FormatError, match=r"net\.py is not written: the network has problems: alone:"):
        write_project(tmp_path / "net.py", broken)
    with pytest.raises(FormatError, match="no layer"):
        pytorch_code(Network())
    assert not list(tmp_path.iterdir())


@pytest.mark.peer
@pytest.mark.parametrize("name", ["small", "lenet5", "inception_3a", "resnet18"])
def test_the_file_runs_with_its_weights_and_has_the_same_parameters_and_shapes(
    name: str, tmp_path: Path
) -> None:
    project = Project(network=NETWORK) if name == "small" else presets.load(name).project
    network = project.network
    analysis = analyze(network)
    path = tmp_path / "net.py"
    write_project(path, project)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    shapes = [str((1, *analysis.layers[end].output_shape)) for end in ends]
    parameters = f"{analysis.totals.parameters} parameters"
    assert done.stdout.splitlines() == ["weights from net.safetensors", parameters, *shapes]
    (tmp_path / "net.safetensors").unlink()
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [parameters, *shapes]
