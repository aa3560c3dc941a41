"""PyTorch code in: a module is exported by the user's own Python, and read as the ONNX file that comes out.

The code runs in a process of its own, in the folder in which the user is, and in the Python that has the
user's packages; nothing of it is imported here.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from engine.analysis.analyze import analyze
from engine.errors import FormatError, quoted
from engine.formats.pytorch.export_script import WAYS
from engine.model.project import Project
from engine.shapes import Shape, shape_text

PYTHON: Final = "ONEBYONE_PYTHON"
"""Environment variable that names the Python to export with; that of this program without it."""
PATIENCE: Final = "ONEBYONE_PATIENCE"
"""Environment variable with the most seconds that an export may take."""
PATIENCE_S: Final = 300.0

_REFERENCE: Final = re.compile(r"(?P<module>[A-Za-z_][\w.]*|.+\.py):(?P<name>[A-Za-z_][\w.]*)")
_SCRIPT: Final = Path(__file__).with_name("export_script.py")


def is_reference(text: str) -> bool:
    """Whether it has the form `module:Name` or `file.py:Name`."""
    return _REFERENCE.fullmatch(text) is not None


def reference_name(text: str) -> str:
    """The Name of `module:Name`."""
    return text.rpartition(":")[2]


def read_module(reference: str, shape: Shape) -> Project:
    """The network of a PyTorch module, class or function without arguments; `FormatError` says why not.

    Where torch.export gives nothing that can be read with as many parameters as the module has, TorchScript
    is asked.
    """
    from engine.formats import read_project

    project, refusal = None, None
    with tempfile.TemporaryDirectory(prefix="onebyone-") as folder:
        target = Path(folder) / f"{reference_name(reference)}.onnx"
        for way in WAYS:
            reply = _exported(reference, shape, way, target)
            if "error" in reply:
                refusal = refusal or FormatError(f"{reference}: {reply['error']}")
                if reply.get("again"):
                    continue
                break
            try:
                found = read_project(target, shape)
            except FormatError as error:
                refusal = refusal or FormatError(f"{reference}, exported by {way}: {error}")
                continue
            project = project or found
            if analyze(found.network).totals.parameters == reply["parameters"]:
                return found
    if project is None:
        raise refusal or FormatError(f"{reference} cannot be exported")
    return project


def _exported(reference: str, shape: Shape, way: str, target: Path) -> Mapping[str, Any]:
    """What the script answers."""
    python = os.environ.get(PYTHON) or sys.executable
    answer = target.with_suffix(".json")
    sizes = "x".join(map(str, shape))
    command = [python, str(_SCRIPT), reference, sizes, way, str(target), str(answer)]
    answer.unlink(missing_ok=True)
    seconds = _patience()
    errors = target.with_suffix(".log")
    try:
        with errors.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
            process.wait(seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        raise FormatError(
            f"{reference}: not exported within {seconds:g} s. {PATIENCE} gives it more seconds"
        ) from None
    except OSError as error:
        raise FormatError(
            f"the Python {quoted(python)} cannot be started: {error.strerror or error}."
            f" --python, or {PYTHON}, names another"
        ) from None
    except BaseException:
        _end(process)
        raise
    try:
        made = json.loads(answer.read_text("utf-8"))
        assert isinstance(made, dict)
        return made
    except (OSError, ValueError):
        last = errors.read_text("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        raise FormatError(
            f"{reference} with an input of {shape_text(shape)}: {python} ended with status"
            f" {process.returncode}: {last[0][:200]}"
        ) from None


def _patience() -> float:
    try:
        return max(1.0, float(os.environ.get(PATIENCE, PATIENCE_S)))
    except ValueError:
        return PATIENCE_S


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the export and what it started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
