"""Files as they are meant to be. After a change on purpose `ONEBYONE_GOLDEN=1` writes them anew."""

import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "golden"


def check_golden(name: str, data: bytes) -> None:
    """Compare with the file kept, or keep the bytes where that is asked for."""
    path = FOLDER / name
    if os.environ.get("ONEBYONE_GOLDEN"):
        path.write_bytes(data)
    assert path.read_bytes() == data, f"{name} is not what it was; see tests/gui/figures/golden.py"
