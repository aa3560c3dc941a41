"""10,000 damaged inputs: `make test-edges` prints how each family ended. A number as argument is the seed.

Each family runs in a process of its own, which is started again where a case ends or hangs it. Exit status 1
for a traceback, a case of more than `SECONDS`, or a file that was changed.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 20.0
START_SECONDS: Final = 300.0
"""Until the first case: kernels may have to be compiled."""


def work(family: str, seed: int, first: int) -> None:
    """The cases of a family from this one on, a line for each."""
    from tests.edges.families import FAMILIES

    case, count = FAMILIES[family]
    with tempfile.TemporaryDirectory(prefix="onebyone-edges-") as folder:
        for number in range(first, count):
            rng = random.Random(f"{family} {seed} {number}")
            place = Path(folder, str(number))
            place.mkdir()
            try:
                result = case(rng, place)
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                result = f"FAULT {type(error).__name__}: {error} ({where.filename}:{where.lineno})"
            print(number, " ".join(result.split())[:300], flush=True)


def started(family: str, seed: int, first: int) -> subprocess.Popen[str]:
    """Without a screen: a command line that opens the window is refused, or it would stay open."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in screens}
    environment |= {"PYTHONWARNINGS": "ignore", "PYTHONIOENCODING": "utf-8:backslashreplace"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.edges", "--work", family, str(seed), str(first)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
        start_new_session=True,
    )  # fmt: skip


def lines_of(process: subprocess.Popen[str]) -> "Queue[str]":
    """Its lines as they come, "" at the end (`select` does not see a line that was read with another)."""
    lines: Queue[str] = Queue()
    stream: Any = process.stdout

    def read() -> None:
        for line in stream:
            lines.put(line)
        lines.put("")

    Thread(target=read, daemon=True).start()
    return lines


def line_within(lines: "Queue[str]", seconds: float) -> str | None:
    """The next line; None after so many seconds, "" at the end."""
    try:
        return lines.get(timeout=seconds)
    except Empty:
        return None


def try_family(family: str, seed: int, count: int) -> tuple[Counter[str], list[str], float]:
    """How often each outcome came, the faults, and the longest case in seconds."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    longest, number = 0.0, 0
    while number < count:
        process = started(family, seed, number)
        lines = lines_of(process)
        limit = START_SECONDS
        while number < count:
            began = time.monotonic()
            line = line_within(lines, limit)
            if not line:
                outcomes["hang" if line is None else "crash"] += 1
                faults.append(f"{family} {number}: {'hung' if line is None else 'ended the process'}")
                number += 1
                break
            if limit == SECONDS:
                longest = max(longest, time.monotonic() - began)
            limit = SECONDS
            _, _, result = line.strip().partition(" ")
            outcomes["fault" if result.startswith("FAULT") else result] += 1
            if result.startswith("FAULT"):
                faults.append(f"{family} {number}: {result}")
            number += 1
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return outcomes, faults, longest


def main() -> int:
    from tests.edges.families import FAMILIES

    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    faults: list[str] = []
    heads = ("tried", "read", "done", "refused", "faults", "hangs", "longest")
    print(f"{'':14}" + "".join(f"{head:>9}" for head in heads))
    for family, (_, count) in FAMILIES.items():
        outcomes, found, longest = try_family(family, seed, count)
        faults += found
        bad = outcomes["fault"] + outcomes["crash"]
        ends = (outcomes["read"], outcomes["done"], outcomes["refused"], bad, outcomes["hang"])
        numbers = "".join(f"{number:9}" for number in (outcomes.total(), *ends))
        print(f"{family:14}{numbers}{longest:7.1f} s", flush=True)
    print("\n".join(faults[:50]))
    print(f"{len(faults)} faults, seed {seed}")
    return bool(faults)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        sys.exit(main())
