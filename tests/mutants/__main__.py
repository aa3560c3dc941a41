"""Break one line at a time in a copy of the tree, and see that its tests fail: `make test-mutants`.

Numbers as arguments choose mutants. Nothing in the tree itself is touched. Exit status 1 where a mutant
survives, or a line is not found once.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.mutants.lines import MUTANTS, Mutant

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 600
_NO_TESTS: Final = (4, 5)
"""pytest's exit status for wrong arguments, and where nothing was collected."""


def copy_tree(target: Path) -> None:
    """What git knows of, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


def verdict(tree: Path, mutant: Mutant) -> str:
    """`killed`, `SURVIVED`, or what keeps one from knowing."""
    path = tree / mutant.file
    sound = path.read_text(encoding="utf-8") if path.is_file() else ""
    if sound.count(mutant.line) != 1:
        return f"STALE: {sound.count(mutant.line)} times in the file"
    path.write_text(sound.replace(mutant.line, mutant.broken), encoding="utf-8")
    try:
        status = run_tests(tree, mutant.tests)
    finally:
        path.write_text(sound, encoding="utf-8")
    if status in _NO_TESTS:
        return f"NO TESTS: {mutant.tests}"
    return "killed" if status else "SURVIVED"


def run_tests(tree: Path, tests: str) -> int:
    """pytest's exit status; tests that hang have noticed too."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "ONEBYONE_CACHE": str(tree / ".kernels"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CI": "1",  # the same examples every time
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *shlex.split(tests)]
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return 1
    return done.returncode


def main() -> int:
    """Print a line for each mutant, and how many were killed."""
    chosen = [int(text) for text in sys.argv[1:]] or range(1, len(MUTANTS) + 1)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="onebyone-mutants-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        for number in chosen:
            mutant = MUTANTS[number - 1]
            began = time.monotonic()
            found = verdict(tree, mutant)
            bad += found != "killed"
            line = " ".join(mutant.line.split())
            print(
                f"{number:3}  {found:9} {time.monotonic() - began:5.0f} s  {mutant.file}: {line[:70]}",
                flush=True,
            )
    print(f"{len(chosen) - bad} of {len(chosen)} killed")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
