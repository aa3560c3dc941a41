"""The sheet that is looked at before a release; it lies in pytest's folder for temporary files."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import presets
from engine.analysis.analyze import analyze
from gui.figures.style import Options
from gui.figures.styles import STYLES
from tests.gui.figures.contact_sheet import CELL, GAP, NETWORKS, main


@pytest.mark.figures
def test_every_slide_of_the_contact_sheet_shows_something(tmp_path: Path, qapp: object) -> None:
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
                project = presets.load(network).project
                options = Options(baseline=(project, analyze(project.network)))
                refused = bool(STYLES[style].problem(project, analyze(project.network), options))
                assert (cell.std() < 1) == refused, (style, network)
