"""The program started once more: another window, a second compiler. It finds itself, whatever lies around.

Python looks for modules in the folder it is started in, first of all: with a `gui/`, an `engine/` or a
`numbers.py` in it another program would run. `-P` keeps it from that.
"""

import os
import site
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""The folder in which the packages of the program lie."""


def own_command(*arguments: str) -> list[str]:
    """The interpreter with arguments of its own, such as `-m gui`."""
    return [sys.executable, "-P", *arguments]


def own_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """With a PYTHONPATH on which the packages come first, without what would mean the current folder."""
    known = [part for part in environment.get("PYTHONPATH", "").split(os.pathsep) if part]
    # Where the interpreter looks anyhow they are not named: before its own library others' modules would be.
    installed = {Path(folder).resolve() for folder in [*site.getsitepackages(), site.getusersitepackages()]}
    parts = known if ROOT in installed else [str(ROOT), *known]
    return {**environment, "PYTHONPATH": os.pathsep.join(parts)}
