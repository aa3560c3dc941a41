"""PyTorch code as NET: what a reference is, and every way in which it can be refused."""

import os
import sys
from pathlib import Path

import pytest

from engine.analysis.analyze import analyze
from engine.errors import FormatError
from engine.formats.pytorch.reading import PATIENCE, PYTHON, is_reference, read_module
from gui.command_line import main

CODE = """
import torch
from torch import nn

print("what the module prints is nobody's business")

class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.smaller = nn.Conv2d(8, 8, 3, stride=2, padding=1)
        self.fc = nn.Linear(8, classes)

    def forward(self, x):
        x = self.stem(x)
        x = torch.relu(self.smaller(x)) + nn.functional.max_pool2d(x, 2)
        return self.fc(x.mean((2, 3)))

class Needs(nn.Module):
    def __init__(self, width):
        super().__init__()

class Fails(nn.Module):
    def __init__(self):
        raise ValueError("no\\nway")

def build():
    return Net(7)

def crash():
    import os
    os._exit(3)

def slow():
    import time
    time.sleep(60)

number = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "my_module.py").write_text(CODE)
    (tmp_path / "broken.py").write_text("import there_is_none\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ["my_module:Net", "a.b.c:Net.inner", "some/folder/net.py:Net", "net.py:f"])
def test_references_are_told_by_their_form(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize("text", ["vgg16", "net.onnx", "C:\\nets\\a.onnx", "a:", ":Net", "3:x", "a b:Net"])
def test_other_names_are_no_references(text: str) -> None:
    assert not is_reference(text)


def test_the_size_of_the_input_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "my_module:Net"]) == 2
    assert "'my_module:Net' needs the size of its input, as in --input 3x224x224" in capsys.readouterr().err


def test_a_python_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PYTHON, "/no/python")
    with pytest.raises(FormatError, match=r"the Python '/no/python' cannot be started: .* names another"):
        read_module("my_module:Net", (3, 8, 8))


@pytest.mark.skipif(os.name != "posix", reason="a script stands in for a Python")
def test_a_python_without_pytorch_is_told_in_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = folder / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setenv(PYTHON, str(bare))
    with pytest.raises(FormatError, match=r"my_module:Net: PyTorch is not installed for .* ONEBYONE_PYTHON"):
        read_module("my_module:Net", (3, 8, 8))


@pytest.mark.skipif(os.name != "posix", reason="a script stands in for a Python")
def test_a_python_that_ends_without_an_answer_is_quoted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = folder / "python"
    odd.write_text("#!/bin/sh\necho something broke >&2\nexit 7\n")
    odd.chmod(0o755)
    monkeypatch.setenv(PYTHON, str(odd))
    with pytest.raises(FormatError, match="ended with status 7: something broke"):
        read_module("my_module:Net", (3, 8, 8))


@pytest.mark.peer
@pytest.mark.parametrize(("reference", "classes"), [("my_module:Net", 10), ("my_module.py:build", 7)])
def test_a_module_is_read_with_all_its_parameters(reference: str, classes: int, folder: Path) -> None:
    network = read_module(reference, (3, 16, 16)).network
    analysis = analyze(network)
    assert not analysis.problems
    assert analysis.totals.parameters == 3 * 8 * 9 + 16 + 8 * 8 * 9 + 8 + 8 * classes + classes
    assert analysis.totals.non_trainable == 16
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    assert [analysis.layers[end].output_shape for end in ends] == [(classes,)]


@pytest.mark.peer
@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("my_module:Needs", "Needs needs arguments: width. Name a function"),
        ("my_module:Fails", r"Fails\(\) fails: ValueError: no way"),
        ("my_module:Nix", "my_module has no 'Nix'; there are Fails, Needs, Net"),
        ("my_module:number", "is a int, and no torch.nn.Module"),
        ("no_module:Net", "there is no module 'no_module' for .* in "),
        ("broken:Net", "broken cannot be imported: ModuleNotFoundError: .*there_is_none"),
        ("none.py:Net", "there is no file 'none.py'"),
        ("my_module:crash", "ended with status 3: "),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(reference: str, reason: str, folder: Path) -> None:
    with pytest.raises(FormatError, match=reason) as refused:
        read_module(reference, (3, 16, 16))
    assert "\n" not in str(refused.value)


@pytest.mark.peer
def test_an_input_that_does_not_fit_is_told(folder: Path) -> None:
    with pytest.raises(FormatError, match="Net does not take an input of 4×16×16: RuntimeError: "):
        read_module("my_module:Net", (4, 16, 16))


@pytest.mark.peer
def test_patience_has_an_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PATIENCE, "6")
    with pytest.raises(FormatError, match=r"my_module:slow: not exported within 6 s\. ONEBYONE_PATIENCE"):
        read_module("my_module:slow", (3, 16, 16))
