"""The models that come with the package onnx: read and right, or refused with the reason; never wrong."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from tests.peers.onnx_files import Verdict, verdict

pytestmark = pytest.mark.peer

DATA = Path(onnx.__file__).parent / "backend" / "test" / "data"
LIGHT = sorted((DATA / "light").glob("*.onnx"))
CASES = sorted(
    path.parent
    for folder in ("pytorch-converted", "pytorch-operator", "simple")
    for path in (DATA / folder).glob("*/model.onnx")
)


def tensor(path: Path) -> Any:
    proto = onnx.TensorProto()
    proto.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(proto)


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_light_models_are_what_onnxruntime_says(path: Path) -> None:
    found = verdict(path.read_bytes())
    assert found.status == "same", found
    assert found.foreign == 0


def of_case(folder: Path) -> Verdict:
    model = (folder / "model.onnx").read_bytes()
    graph = onnx.load_from_string(model).graph
    fixed = {one.name for one in graph.initializer}
    inputs = [value.name for value in graph.input if value.name not in fixed]
    data = folder / "test_data_set_0"
    try:
        given = {name: tensor(data / f"input_{number}.pb") for number, name in enumerate(inputs)}
        expected = {value.name: tensor(data / f"output_{n}.pb") for n, value in enumerate(graph.output)}
    except Exception:  # inputs that are no tensors: sequences, text
        return verdict(model)
    with np.errstate(over="ignore"):
        return verdict(model, given=given, expected=expected)


def test_cases_are_run_or_refused_and_never_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = {folder: of_case(folder) for folder in CASES}
    counts = Counter((folder.parent.name, found.status) for folder, found in verdicts.items())
    with capsys.disabled():
        print()
        for (corpus, status), count in sorted(counts.items()):
            print(f"{corpus:20} {status:10} {count:4}")
        for folder, found in verdicts.items():
            if found.status == "refused":
                print(f"  {folder.name:50} {found.text[:100]}")
    wrong = {folder.name: found.text for folder, found in verdicts.items() if found.status == "wrong"}
    assert not wrong, json.dumps(wrong, indent=1)
    assert sum(found.status == "same" for found in verdicts.values()) >= 60
