"""What the photograph's overlay looks like on the screen, pixel by pixel."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.analysis.analyze import analyze
from gui.look.appearance import Appearance
from gui.receptive_view.overlay import Ground, overlay_of
from gui.session.selection import InputPixel, Pixel
from gui.widgets.photograph.photograph_view import Heat, PhotographView
from tests.engine.small_networks import chain, conv, make, pool
from tests.golden_pictures import check_golden, png_of

NETWORK = chain(conv(8), make("ReLU"), pool(2), conv(8, 1), conv(8, 5), pool(2), conv(8), shape=(3, 32, 32))
GROUND = Ground("input", (3, 32, 32), QRectF(30, 0, 160, 160), (220, 160))


def photograph() -> np.ndarray:
    """Soft colours, so that every line is seen against every brightness."""
    y, x = np.mgrid[0:160, 0:220]
    rgb = np.stack([x * 255 // 219, y * 255 // 159, (x + y) * 255 // 378], axis=-1)
    return rgb.astype(np.uint8)


def glow() -> Heat:
    y, x = np.mgrid[0:32, 0:32]
    return Heat(np.exp(-((x - 8.0) ** 2 + (y - 6.0) ** 2) / 18).astype(np.float32))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["field", "nested", "effective", "pixel"])
def test_an_overlay_looks_as_it_was_found_good(
    qtbot: QtBot, qapp: QApplication, name: str, theme: str
) -> None:
    view = PhotographView(Appearance(qapp, theme))
    qtbot.addWidget(view)
    view.resize(300, 230)
    view.show_photograph(photograph())
    view.show_overlay(
        overlay_of(
            GROUND,
            NETWORK,
            analyze(NETWORK),
            None if name == "pixel" else Pixel("n7", 0, 1, 2),
            nested=name == "nested",
            heat=glow() if name == "effective" else None,
            under_mouse=InputPixel("input", 9, 20) if name == "pixel" else None,
        )
    )
    check_golden(f"overlay_{name}_{theme}", png_of(view.grab().toImage()))
