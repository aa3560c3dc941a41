"""`-` is standard input and output, of every command that reads or writes a file."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.formats import write_project
from gui.command_line import main
from presets import load

pytestmark = pytest.mark.usefixtures("qapp")


class Pipe:
    """What comes in from and goes out to other programs, as bytes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        self._monkeypatch, self._captured = monkeypatch, capfdbinary

    def __call__(self, *argv: str, given: bytes = b"", status: int = 0) -> bytes:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        out = io.TextIOWrapper(io.BytesIO(), write_through=True)
        self._monkeypatch.setattr(sys, "stdout", out)
        code = main(argv)
        self.said = self._captured.readouterr().err.decode()
        assert code == status, self.said
        return out.buffer.getvalue()  # type: ignore[attr-defined]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Pipe:
    return Pipe(monkeypatch, capfdbinary)


def test_a_project_goes_from_one_command_to_the_next(pipe: Pipe) -> None:
    data = pipe("export", "inception_3a", "-o", "-", "--format", "onebyone")
    record = json.loads(pipe("summary", "-", "--json", given=data))
    assert record["totals"]["parameters"] == 163_696
    assert (
        json.loads(pipe("check", "-", "--max-macs", "1M", "--json", given=data, status=1))["holds"] is False
    )
    assert (
        json.loads(pipe("compare", "inception_3a", "-", "--json", given=data))["totals"]["macs"]["ratio"] == 1
    )


def test_a_project_in_an_archive_comes_in_too(pipe: Pipe, tmp_path: Path) -> None:
    path = tmp_path / "held.onebyone"
    write_project(path, load("lenet5").project)
    assert b"c5" in pipe("summary", "-", given=path.read_bytes())


def test_pictures_arrays_and_weights_go_through_pipes(pipe: Pipe) -> None:
    picture = pipe("export", "lenet5", "-o", "-", "--format", "png")
    assert picture.startswith(b"\x89PNG")
    maps = pipe("run", "lenet5", "--image", "-", "--save", "-", given=picture)
    with np.load(io.BytesIO(maps)) as arrays:
        image = arrays[load("lenet5").project.network.order[0]]
    out = io.BytesIO()
    np.save(out, image)
    assert json.loads(pipe("run", "lenet5", "--input-array", "-", "--json", given=out.getvalue()))["layers"]
    weights = pipe("run", "lenet5", "--save-weights", "-")
    assert b"lenet5 on" in pipe("run", "lenet5", "--weights", "-", given=weights)
    assert "5 of 5" in pipe.said
    names = "\n".join(f"digit {i}" for i in range(10)).encode()
    assert b"digit 3" in pipe("run", "lenet5", "--top", "1", "--labels", "-", given=names)


def test_what_is_computed_is_written_alone(pipe: Pipe) -> None:
    fitted = json.loads(pipe("fit", "lenet5", "--image", "chelsea", "-o", "-"))
    assert fitted["format"] == "onebyone"
    assert "fitted in" in pipe.said
    assert pipe("explain", "lenet5", "--method", "gradcam", "-o", "-", "--format", "svg").startswith(b"<?xml")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["compare", "-", "-"], "twice"),
        (["export", "resnet18", "-o", "-", "--format", "py"], "beside it"),
        (["export", "lenet5", "-o", "-"], "--format"),
        (["export", "lenet5", "-o", "-", "--format", "exe"], "exe"),
        (["export", "lenet5", "-o", "-", "--all-styles"], "folder"),
        (["run", "lenet5", "--save", "-", "--save-weights", "-"], "both"),
        (["fit", "lenet5", "--image", "-", "-o", "-"], "takes a file"),
    ],
)
def test_what_a_stream_cannot_be_is_refused(pipe: Pipe, argv: list[str], said: str) -> None:
    project = b'{"format": "onebyone", "version": 1, "nodes": []}'
    assert pipe(*argv, given=project, status=2) == b""
    assert said in pipe.said
    assert pipe.said.count("\n") == 1


@pytest.mark.parametrize("given", [b"", b"{", b"PK\3\4", b"\0\1\2", b"\xef\xbb\xbf{}"])
def test_what_is_no_network_is_refused_in_a_line(pipe: Pipe, given: bytes) -> None:
    assert pipe("summary", "-", given=given, status=2) == b""
    assert pipe.said.count("\n") == 1


def test_a_file_can_be_called_by_a_dash(pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert pipe("export", "lenet5", "-o", "./-", "--format", "svg") == b""
    assert (tmp_path / "-").read_bytes().startswith(b"<?xml")
