"""What is damaged, and what reads it: one function a family, which does one case and says how it ended."""

import contextlib
import io
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, features

from assets import sample_photographs
from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.formats.project_json import read, write
from engine.formats.weights.npz import open_arrays
from engine.formats.weights.weight_matching import match_weights
from engine.image.photograph import read_photograph
from engine.kernels.fast.machine import team
from engine.kernels.kernel_folder import ENDING, KERNEL_FOLDER, KernelFolder
from gui.command_line import main
from presets import load, preset_names
from tests.edges.damage import spoil_bytes, spoil_json

MOST_LETTERS: Final = 2500
"""Of a message: a list of all names that would be right is the longest there is."""

SMALL: Final = ("lenet5", "channel_scaling", "inception_3a", "squeezenet1_1", "resnet18", "unet")


class Fault(Exception):
    """A case that ended as none may."""


def told(message: str) -> str:
    """ "refused" for a message that is fit for people."""
    if not message.strip() or len(message) > MOST_LETTERS or "Traceback" in message or "Errno" in message:
        raise Fault(f"message of {len(message)} letters: {message[:200]}")
    return "refused"


def spoiled(path: Path, content: bytes, act: Callable[[], object]) -> str:
    """Do something with a file that holds this; the file stays as it is, and alone."""
    path.write_bytes(content)
    before = sorted(path.parent.iterdir())
    try:
        act()
        result = "read"
    except EngineError as error:
        result = told(str(error))
    if path.read_bytes() != content or sorted(path.parent.iterdir()) != before:
        raise Fault("a file was changed")
    path.unlink()
    return result


def run_command(*argv: str) -> str:
    """A command line in this process, its output thrown away."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            status = main(argv)
        except SystemExit as end:  # of --help and --version
            status = int(end.code or 0)
    if status not in (0, 1, 2):
        raise Fault(f"exit status {status}")
    if status == 0:
        return "done"
    return told(errors.getvalue())


def project(rng: random.Random, folder: Path) -> str:
    content = write(load(rng.choice(SMALL)).project)
    content = spoil_json(content, rng) if rng.random() < 0.6 else spoil_bytes(content, rng)
    path = folder / "net.onebyone"
    words = rng.choice((["summary"], ["summary", "--json"], ["run", "--threads", "1"]))
    if words[0] == "run" and not 0 < macs_of(content) < 10**9:
        words = ["summary", "--plan"]  # what would take minutes is planned, and no more
    found = ""

    def act() -> None:
        nonlocal found
        found = run_command(words[0], str(path), *words[1:])

    spoiled(path, content, act)
    return found


def macs_of(content: bytes) -> int:
    """How much work a network is; 0 for one that cannot be read."""
    with contextlib.suppress(EngineError):
        return analyze(read(content).network).totals.macs
    return 0


def picture(rng: random.Random, folder: Path) -> str:
    buffer = io.BytesIO()
    size = rng.choice(((8, 6), (64, 48), (300, 200)))
    mode = rng.choice(("RGB", "RGBA", "L", "P", "1", "CMYK"))
    names = [
        "PNG",
        "JPEG",
        "WEBP",
        "BMP",
        "GIF",
        "TIFF",
        "PPM",
        *(["AVIF"] if features.check("avif") else []),
    ]
    name = rng.choice(names)
    image = Image.frombytes("RGB", size, rng.randbytes(3 * size[0] * size[1])).convert(mode)
    try:
        image.save(buffer, name)
    except (OSError, ValueError):
        image.convert("RGB").save(buffer, name)
    path = folder / f"x.{rng.choice(('png', 'jpg', name.lower()))}"
    return spoiled(path, spoil_bytes(buffer.getvalue(), rng), lambda: read_photograph(path))


def arrays(rng: random.Random, folder: Path) -> str:
    network = load("lenet5").project.network
    buffer = io.BytesIO()
    values: dict[str, Any] = {"c1.weight": np.ones((6, 1, 5, 5), np.float32), "c1.bias": np.zeros(6)}
    values["other"] = np.arange(3)
    (np.savez_compressed if rng.random() < 0.5 else np.savez)(buffer, **values)
    path = folder / "w.npz"
    content = spoil_bytes(buffer.getvalue(), rng)
    return spoiled(path, content, lambda: match_weights(network, open_arrays(path)).applied())


def fragment(rng: random.Random, folder: Path) -> str:
    """What another program may put on the clipboard or into a drag: read as `canvas.commands.paste` does."""
    whole = load(rng.choice(SMALL)).project
    names = list(whole.network.nodes)
    part = whole.part(rng.sample(names, min(len(names), rng.randint(1, 6))))
    content = write(part)
    content = spoil_json(content, rng) if rng.random() < 0.5 else spoil_bytes(content, rng)
    try:
        part = read(content)
        whole.paste(part.network.nodes.values(), part.positions, part.groups.values())
    except EngineError as error:
        return told(str(error))
    return "read"


def kernel(rng: random.Random, folder: Path) -> str:
    """A damaged kernel is never given to LLVM: it is dropped, or it is whole."""
    team()
    assert KERNEL_FOLDER.path is not None
    sound = rng.choice(sorted(KERNEL_FOLDER.path.glob(f"*{ENDING}")))
    content = sound.read_bytes()
    damaged = spoil_bytes(content, rng)
    (folder / sound.name).write_bytes(damaged)
    found = KernelFolder(folder).read(sound.stem)
    if found is not None and damaged != content:
        raise Fault(f"{sound.name} was taken for whole")
    (folder / sound.name).unlink(missing_ok=True)
    return "refused" if found is None else "read"


WORDS: Final = [
    "summary",
    "run",
    "export",
    "presets",
    "compare",
    "explain",
    "lessons",
    "nothing",
    "--json",
    "--markdown",
    "--csv",
    "--plan",
    "--input",
    "--image",
    "--seed",
    "--threads",
    "--save",
    "--weights",
    "--save-weights",
    "--style",
    "--theme",
    "--layer",
    "--list",
    "--help",
    "--version",
    "--top",
    "-o",
    "--scale",
    "--",
    "lenet5",
    "channel_scaling",
    "inception_3a",
    "astronaut",
    "chelsea",
    "pattern:ramp",
    "pattern:nothing",
    "1x28x28",
    "3x224x224",
    "0x0x0",
    "65536x65536x65536",
    "3×32×32",
    "-1",
    "0",
    "1",
    "99999999999999999999",
    "nan",
    "1e9",
    "a.svg",
    "a.py",
    "a.npz",
    "a.onnx",
    "a.json",
    "/nowhere/a.svg",
    ".",
    "..",
    "/dev/null",
    "c1",
    "flow",
    "light",
    "dark",
    "",
    "é\udcff",
    "a" * 400,
]


def command_line(rng: random.Random, folder: Path) -> str:
    command = rng.choice(("summary", "run", "export", "presets", "compare", "explain", "lessons", ""))
    net = rng.choice(("lenet5", "lenet5", "channel_scaling", "inception_3a"))
    argv = [*([command] if command else []), *([net] if rng.random() < 0.7 else [])]
    argv += rng.choices(WORDS, k=rng.randrange(6))
    if not any(word in argv for word in ("--threads",)) and command == "run":
        argv += ["--threads", "1"]
    with contextlib.chdir(folder):
        result = run_command(*argv)
    for left in folder.iterdir():  # what was asked to be written
        if left.name.startswith("."):
            raise Fault(f"{left.name} was left over")
        left.unlink()
    return result


FAMILIES: Final[Mapping[str, tuple[Callable[[random.Random, Path], str], int]]] = {
    "projects": (project, 3500),
    "pictures": (picture, 2000),
    "arrays": (arrays, 1500),
    "fragments": (fragment, 2000),
    "kernel files": (kernel, 500),
    "command lines": (command_line, 500),
}
"""How often each is tried."""

assert set(SMALL) <= set(preset_names())
assert sample_photographs()
