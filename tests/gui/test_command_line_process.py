"""`onebyone` as a process of its own: signals, pipes, locales, and what it loads."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.kernels.fast.machine import team

ROOT = Path(__file__).resolve().parents[2]


def onebyone(*argv: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM", "DISPLAY")}
    command = [sys.executable, "-m", "gui", *argv]
    return subprocess.run(command, cwd=ROOT, env=kept | environment, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("argv", "absent"),
    [
        (["presets"], ("PySide6", "numba")),
        (["summary", "lenet5"], ("PySide6", "numba")),
        (["run", "inception_3a_naive", "--threads", "1"], ("PySide6", "numba")),
        (["export", "lenet5", "-o", os.devnull + ".svg"], ("PySide6", "numba")),
    ],
)
def test_a_command_loads_only_what_it_needs(argv: list[str], absent: tuple[str, ...], tmp_path: Path) -> None:
    team()  # kernels that are compiled already
    argv = [str(tmp_path / "a.svg") if one.endswith(".svg") else one for one in argv]
    script = (
        "import sys\nfrom gui.command_line import main\n"
        f"status = main({argv!r})\n"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)\n"
        "sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not set(absent) & set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("argv", [[], ["lenet5"], ["--new"], ["lenet5", "--image", "coffee"]], ids=" ".join)
def test_a_window_waits_for_no_command(argv: list[str]) -> None:
    script = (
        "import sys\nfrom gui import app\nfrom gui.command_line import main\n"
        "app.run = lambda *_, **__: 0\n"
        f"status = main({argv!r})\n"
        "loaded = [name for name in sys.modules if name.startswith('gui.commands.')]\n"
        "print(*(name for name in loaded if hasattr(sys.modules[name], 'COMMAND')))\n"
        "sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not done.stdout.split()


def test_figures_are_written_without_a_display_and_always_the_same(tmp_path: Path) -> None:
    made = {}
    for name in ("a.pdf", "b.pdf", "a.png", "b.png"):
        done = onebyone("export", "lenet5", "-o", str(tmp_path / name))
        assert (done.returncode, done.stderr) == (0, b"")
        made[name] = (tmp_path / name).read_bytes()
    assert made["a.pdf"] == made["b.pdf"]
    assert made["a.png"] == made["b.png"]


def test_output_is_the_same_in_every_locale() -> None:
    plain = onebyone("summary", "lenet5", LC_ALL="C.UTF-8")
    other = onebyone("summary", "lenet5", LC_ALL="de_DE.ISO-8859-1", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert plain.returncode == 0
    assert plain.stdout == other.stdout
    assert "×" in plain.stdout.decode("utf-8")


def test_a_closed_pipe_ends_it_silently() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "gui", "summary", "vgg16", "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 141


def test_a_full_disk_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "gui", "summary", "vgg16"]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.decode() == "onebyone: the output: No space left on device\n"


def test_ctrl_c_ends_it_with_status_130() -> None:
    script = (
        # Who runs the tests in the background of a shell has Ctrl+C ignored, and hands that down.
        "import os, signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from gui import commands\nfrom gui.command_line import main\n"
        "def interrupt(_): os.kill(os.getpid(), signal.SIGINT); signal.pause()\n"
        "command = commands.COMMANDS['presets']\n"
        "object.__setattr__(command, 'run', interrupt)\n"
        "sys.exit(main(['presets']))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, b"", b"")


def test_without_a_display_the_window_says_so() -> None:
    done = onebyone("lenet5")
    assert done.returncode == 2
    assert done.stderr.startswith(b"onebyone: there is no display")


def test_json_goes_through_a_pipe_to_another_program() -> None:
    done = onebyone("summary", "inception_3a", "--json")
    assert json.loads(done.stdout)["totals"]["parameters"] == 163_696


@pytest.mark.skipif(os.name != "posix", reason="a shell that closes streams")
@pytest.mark.parametrize(
    ("command", "status", "words"),
    [
        ("summary lenet5 >&-", 2, "onebyone: the output is closed"),
        ("presets >&-", 2, "onebyone: the output is closed"),
        ("summary nothing 2>&-", 2, ""),
        ("summary lenet5 >/dev/full", 2, "onebyone: the output: No space left on device"),
    ],
)
def test_streams_that_are_closed_or_full_are_one_line(command: str, status: int, words: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m gui {command}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert done.stderr.startswith(words)
    assert done.stderr.count("\n") == bool(words)
    assert not done.stdout or "2>&-" in command


def test_a_window_waits_for_neither_figures_nor_lessons_nor_kernels() -> None:
    script = (
        "import sys\nimport gui.window.main_window\n"
        "late = ('numba', 'llvmlite', 'gui.figures', 'presets.lesson', 'presets.written.lesson_file')\n"
        "print(*(name for name in late if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
