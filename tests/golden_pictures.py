"""Golden pictures: what is painted today is, pixel by pixel, what was looked at and found good.

`ONEBYONE_GOLDEN=1` writes them anew; then they are to be looked at. They are painted offscreen with the
bundled fonts, so they do not depend on the machine.
"""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

FOLDER = Path(__file__).parent / "golden"


def check_golden(name: str, png: bytes) -> None:
    """The picture is the one kept under this name."""
    path = FOLDER / f"{name}.png"
    if os.environ.get("ONEBYONE_GOLDEN"):
        path.write_bytes(png)
    if not path.exists():
        pytest.fail(f"there is no {path.name}: ONEBYONE_GOLDEN=1 writes it")
    made, kept = (np.asarray(Image.open(one).convert("RGB")) for one in (BytesIO(png), path))
    if made.shape != kept.shape or not np.array_equal(made, kept):
        found = Path(os.environ.get("TMPDIR", "/tmp")) / f"{name}-found.png"
        found.write_bytes(png)
        pytest.fail(f"{path.name} is painted otherwise now: see {found}")


def png_of(image: QImage) -> bytes:
    """The picture as a file's bytes."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs ask for bytes
    return bytes(buffer.data().data())
