"""The sheet that is looked at before a release; it lies in pytest's folder for temporary files."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gui.figures.styles import STYLES
from tests.gui.figures.contact_sheet import CELL, GAP, NETWORKS, main


@pytest.mark.figures
def test_every_slide_of_the_contact_sheet_shows_something(tmp_path: Path) -> None:
    main(tmp_path)
    for name in ("light", "dark"):
        sheet = np.asarray(Image.open(tmp_path / f"contact-sheet-{name}.png"))
        height, width = CELL[1] + GAP, CELL[0] + GAP
        assert sheet.shape == (height * len(STYLES), width * len(NETWORKS), 3)
        for row, style in enumerate(STYLES):
            for column, network in enumerate(NETWORKS):
                cell = sheet[
                    row * height + GAP : (row + 1) * height, column * width + GAP : (column + 1) * width
                ]
                refused = style in ("lenet", "blocks") and network in ("inception_3a", "resnet18", "unet")
                assert (cell.std() < 1) == refused, (style, network)
