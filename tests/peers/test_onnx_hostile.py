"""Files from an enemy: one line each, within five seconds and one gigabyte."""

import gzip
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

pytestmark = pytest.mark.peer

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS, BYTES = 5.0, 1_000_000_000


def model(
    nodes: list[Any], fixed: list[Any] | None = None, shape: list[Any] | None = None, **more: Any
) -> bytes:
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape or [1, 3, 8, 8])
    made = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "bad", [given], [made], fixed or [])
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, **more)
    return bytes(built.SerializeToString())


def conv(weight: Any, **how: Any) -> bytes:
    return model([helper.make_node("Conv", ["x", "w"], ["y"], **how)], [weight])


def good() -> bytes:
    return conv(numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "w"))


def claimed(dims: list[int], kind: int = TensorProto.FLOAT, raw: bytes = b"1234") -> Any:
    tensor = TensorProto()
    tensor.name, tensor.data_type, tensor.raw_data = "w", kind, raw
    tensor.dims.extend(dims)
    return tensor


def beside(location: str, **facts: str) -> bytes:
    tensor = claimed([4, 3, 3, 3], raw=b"")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **facts}.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return conv(tensor)


def chain(count: int, op_type: str = "Relu") -> bytes:
    names = ["x", *(f"t{number}" for number in range(count - 1)), "y"]
    return model([helper.make_node(op_type, [a], [b]) for a, b in pairwise(names)])


def of_shape(values: list[int], then: str = "Expand") -> bytes:
    shape = numpy_helper.from_array(np.array(values, np.int64), "s")
    if then == "ConstantOfShape":
        nodes = [helper.make_node(then, ["s"], ["c"]), helper.make_node("Add", ["x", "c"], ["y"])]
    else:
        nodes = [helper.make_node(then, ["x", "s"], ["y"])]
    return model(nodes, [shape])


def nested(depth: int) -> bytes:
    body = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["z"])], "in", [], [helper.make_tensor_value_info("z", 1, None)]
    )
    for _ in range(depth):
        branch = helper.make_node("If", ["c"], ["z"], then_branch=body, else_branch=body)
        body = helper.make_graph([branch], "in", [], [helper.make_tensor_value_info("z", 1, None)])
        if body.ByteSize() > 3_000_000:
            break
    return model([helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=body)],
                 [numpy_helper.from_array(np.array(True), "c")])  # fmt: skip


def functions(count: int, *, circle: bool = False) -> bytes:
    """Each calls the one before it twice: 2^count operators."""
    made = []
    for number in range(count):
        inner = "Relu" if number == 0 and not circle else f"f{(number - 1) % count}"
        domain = "" if inner == "Relu" else "mine"
        nodes = [
            helper.make_node(inner, ["a"], ["b"], domain=domain),
            helper.make_node(inner, ["b"], ["c"], domain=domain),
        ]
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
        made.append(helper.make_function("mine", f"f{number}", ["a"], ["c"], nodes, opsets))
    call = helper.make_node(f"f{count - 1}", ["x"], ["y"], domain="mine")
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])
    graph = helper.make_graph([call], "g", [given], [helper.make_tensor_value_info("y", 1, None)])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    return bytes(helper.make_model(graph, opset_imports=opsets, functions=made).SerializeToString())


def zipped() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.onnx", bytes(200_000_000))
    return data.getvalue()


def node(op_type: str, inputs: str, **how: Any) -> bytes:
    return model([helper.make_node(op_type, inputs.split(","), ["y"], **how)])


BAD: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "random": lambda: Random(0).randbytes(100_000),
    "zeros": lambda: bytes(1_000_000),
    "text": lambda: b"<html>no model</html>",
    "zip bomb": zipped,
    "gzip bomb": lambda: gzip.compress(bytes(200_000_000)),
    **{
        f"cut at {part} %": lambda part=part: good()[: len(good()) * part // 100] for part in (10, 50, 90, 99)
    },
    "cycle": lambda: model(
        [helper.make_node("Relu", ["y"], ["z"]), helper.make_node("Add", ["x", "z"], ["y"])]
    ),
    "own input": lambda: node("Relu", "y"),
    "undefined input": lambda: node("Add", "x,nothing"),
    "undefined output": lambda: model([helper.make_node("Relu", ["x"], ["z"])]),
    "made twice": lambda: model([helper.make_node("Relu", ["x"], ["y"])] * 2),
    "no opset": lambda: model([helper.make_node("Relu", ["x"], ["y"])]).replace(
        b"\x42\x04\x0a\x00\x10\x11", b""
    ),
    "huge dims": lambda: conv(claimed([2**31, 2**31, 3, 3])),
    "2 GB dims": lambda: conv(claimed([2**15, 2**14, 1, 1])),
    "negative dims": lambda: conv(claimed([-1, 3, 3, 3])),
    "overflow": lambda: conv(claimed([2**40, 2**40, 2**40])),
    "unknown type": lambda: conv(claimed([4, 3, 3, 3], 99)),
    "strings": lambda: conv(claimed([4, 3, 3, 3], TensorProto.STRING)),
    "too few bytes": lambda: conv(claimed([4, 3, 3, 3])),
    "huge input": lambda: model([helper.make_node("Relu", ["x"], ["y"])], shape=[1, 60000, 60000, 60000]),
    "2 GB input": lambda: model([helper.make_node("Relu", ["x"], ["y"])], shape=[1, 512, 1024, 1024]),
    "no such axis": lambda: node("Softmax", "x", axis=17),
    "huge pads": lambda: conv(
        numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "w"), pads=[2**40] * 4
    ),
    "zero stride": lambda: conv(
        numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "w"), strides=[0, 0]
    ),
    "no kernel shape": lambda: node("MaxPool", "x"),
    "pads of three": lambda: node("MaxPool", "x", kernel_shape=[2, 2], pads=[1, 1, 1]),
    "expand bomb": lambda: of_shape([1, 3, 2**20, 2**20]),
    "constant bomb": lambda: of_shape([2**14, 2**14, 8], "ConstantOfShape"),
    "tile bomb": lambda: of_shape([1, 1, 2**14, 2**14], "Tile"),
    "reshape to nothing": lambda: of_shape([0, 0, 0, 0, 0, 0], "Reshape"),
    "two unknown sizes": lambda: of_shape([-1, -1], "Reshape"),
    "outside by dots": lambda: beside("../secret.bin"),
    "outside by root": lambda: beside("/etc/passwd"),
    "outside by link": lambda: beside("link.bin"),
    "a folder": lambda: beside("."),
    "a device": lambda: beside("/dev/zero"),
    "not there": lambda: beside("weights.bin"),
    "too short": lambda: beside("short.bin"),
    "wild offset": lambda: beside("short.bin", offset="99999999999999999999"),
    "no offset": lambda: beside("short.bin", offset="x"),
    "wild length": lambda: beside("short.bin", length="9999999999999"),
    "100,000 nodes": lambda: chain(100_000),
    "20,000 nodes": lambda: chain(20_000),
    "deep nesting": lambda: nested(60),
    "functions that unfold": lambda: functions(40),
    "functions in a circle": lambda: functions(3, circle=True),
    "many functions": lambda: functions(2000),
    "1-D": lambda: model(
        [helper.make_node("Conv", ["x", "w"], ["y"])],
        [numpy_helper.from_array(np.ones((4, 3, 3), np.float32), "w")],
        [1, 3, 8],
    ),
    "3-D": lambda: model([helper.make_node("Relu", ["x"], ["y"])], shape=[1, 3, 8, 8, 8]),
    "random values": lambda: node("RandomNormalLike", "x"),
    "unknown operator": lambda: node("Nonsense", "x"),
    "foreign domain": lambda: model([helper.make_node("Gadget", ["x"], ["y"], domain="com.acme")]),
    "sizes by values": lambda: node("NonZero", "x"),
    "infinite weights": lambda: conv(numpy_helper.from_array(np.full((4, 3, 3, 3), np.inf, np.float32), "w")),
}


def run(path: Path) -> tuple[int, str, float, int]:
    """Exit status, standard error, seconds of computing and peak bytes of a summary."""
    script = (
        "import resource, sys\n"
        "from gui.command_line import main\n"
        "status = main(['summary', sys.argv[1]])\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024\n"
        "spent = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(f'PEAK {peak} {spent.ru_utime + spent.ru_stime}')\n"
        "sys.exit(status)"
    )
    limit = 4 * BYTES
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, cwd=ROOT, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    peaks = [line for line in done.stdout.splitlines() if line.startswith("PEAK")]
    _, peak, seconds = peaks[-1].split()
    return done.returncode, done.stderr, float(seconds), int(peak)


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_in_one_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(1000))
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    (folder / "short.bin").write_bytes(bytes(10))
    path = folder / "bad.onnx"
    path.write_bytes(BAD[name]())
    status, said, seconds, peak = run(path)
    with capsys.disabled():
        print(f"\n{name:22} {seconds:4.1f} s {peak / 1e6:5.0f} MB  {said.strip()[:140]}", end="")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert status == 2
    assert peak < BYTES
    assert seconds < SECONDS
