"""`make bundle`: the program as a folder and as one file, both of which start without Python, in `dist/`.

The one file is a shell script with the packed folder behind it. It unpacks itself once into the user's cache,
and from then on starts as fast as the folder does. On Windows and macOS the folder becomes a zip instead.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
FOLDER = DIST / "onebyone"
MOST_BYTES = 350_000_000
"""Of the one file, which is what gets sent around."""
MOST_UNPACKED_BYTES = 400_000_000
"""LLVM alone is 160 MB, without any symbols; Qt's ICU is 39 and numpy's BLAS 25."""
STRIPPED = (
    "libllvmlite",
    "libpython",
    "lib-dynload",
    "fontTools",
    "lxml",
    "onnx",
    "PIL",
    "numba",
    "ml_dtypes",
)
"""Built with symbols that nobody reads; what auditwheel has worked on may not be touched."""

SCRIPT = """#!/bin/sh
# OneByOne {version}. Unpacks itself once, below the user's cache; --appimage-extract unpacks it here.
set -e
lines={lines}
if [ "$1" = --appimage-extract ]; then
    tail -n "+$lines" "$0" | tar -xz
    exit
fi
cache="${{ONEBYONE_BUNDLES:-${{XDG_CACHE_HOME:-$HOME/.cache}}/onebyone}}"
place="$cache/program-{version}-{digest}"
if [ ! -x "$place/onebyone" ]; then
    mkdir -p "$cache"
    fresh="$(mktemp -d "$cache/unpacking-XXXXXX")"
    trap 'rm -rf "$fresh"' EXIT
    [ ! -t 2 ] || echo "onebyone: unpacking, once, into $place" >&2
    tail -n "+$lines" "$0" | tar -xz -C "$fresh"
    mv "$fresh/onebyone" "$place" 2>/dev/null || [ -x "$place/onebyone" ]
    rm -rf "$fresh"
    trap - EXIT
fi
exec "$place/onebyone" "$@"
"""


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    words = [
        "--noconfirm",
        "--log-level",
        "ERROR",
        "--distpath",
        str(DIST),
        "--workpath",
        str(ROOT / "build"),
    ]
    command = [sys.executable, "-m", "PyInstaller", *words, str(ROOT / ".ci" / "onebyone.spec")]
    subprocess.run(command, check=True, cwd=ROOT)
    sys.path.insert(0, str(ROOT))
    from engine.version import VERSION
    from gui.system.components import components

    if sys.platform.startswith("linux"):
        strip(FOLDER)
    add_licences(FOLDER, [component.name for component in components()])
    unpacked = sum(
        path.stat().st_size for path in FOLDER.rglob("*") if path.is_file() and not path.is_symlink()
    )
    print(f"{FOLDER.relative_to(ROOT)}: {unpacked / 1e6:.0f} MB")
    if sys.platform.startswith("linux"):
        single = single_file(FOLDER, VERSION)
    else:
        single = Path(shutil.make_archive(str(DIST / f"OneByOne-{VERSION}"), "zip", DIST, FOLDER.name))
    packed = single.stat().st_size
    print(f"{single.relative_to(ROOT)}: {packed / 1e6:.0f} MB")
    for size, most, what in (
        (unpacked, MOST_UNPACKED_BYTES, "the folder"),
        (packed, MOST_BYTES, "what is sent around"),
    ):
        if size > most:
            sys.exit(f"{what} may have at most {most / 1e6:.0f} MB")


def strip(folder: Path) -> None:
    """Take the symbols out of the libraries in `STRIPPED`."""
    if shutil.which("strip") is None:
        return
    for path in folder.rglob("*.so*"):
        if any(name in path.as_posix() for name in STRIPPED) and path.is_file() and not path.is_symlink():
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=False)


def add_licences(folder: Path, names: list[str]) -> None:
    """The notice on Qt and every licence text that the distributions bring, a folder each."""
    place = folder / "licences"
    shutil.copytree(ROOT / "assets" / "licences", place)
    shutil.copy(ROOT / "LICENSE", place / "OneByOne-LICENSE.txt")
    for name in names:
        try:
            files = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            continue
        for file in files:
            words = file.name.lower()
            if "licen" in words or words.startswith(("copying", "notice", "copyright")):
                source = Path(str(file.locate()))
                if source.is_file() and source.suffix not in (".py", ".pyc"):
                    target = place / name / file.as_posix().replace("../", "").replace("/", "_")
                    target.parent.mkdir(exist_ok=True)
                    shutil.copy(source, target)


def single_file(folder: Path, version: str) -> Path:
    """The folder behind a script that unpacks it; the same folder gives the same bytes."""
    packed = DIST / "onebyone.tar.gz"
    with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
        for path in sorted(folder.rglob("*")):
            archive.add(path, Path(folder.name) / path.relative_to(folder), recursive=False, filter=_plain)
    data = packed.read_bytes()
    packed.unlink()
    digest = hashlib.sha256(data).hexdigest()[:12]
    script = SCRIPT.format(version=version, digest=digest, lines=SCRIPT.count("\n") + 1)
    single = DIST / f"OneByOne-{version}-{platform.machine()}.run"
    single.write_bytes(script.encode() + data)
    os.chmod(single, 0o755)
    return single


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    main()
