"""What can still be made out on cards seen from afar."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from engine.layers.input import Input
from gui.canvas.items.canvas_style import BLOCK_MAP, FULL_CARD, CanvasStyle
from gui.canvas.items.card import card_of_part, fitted_lines
from gui.canvas.items.node_item import NodeItem
from gui.canvas.items.painting import CardPicture, block_label
from gui.look.appearance import font
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH, PALETTES, ROLE_COLOURS

BLUE = ROLE_COLOURS["convolution"]


@pytest.mark.parametrize(
    "title", ["ReLU", "Conv 3×3 · 64", "Average pool 2×2", "Input", "A · name · of mine"]
)
@pytest.mark.parametrize("zoom", [0.2, 0.27, 0.37, 0.5])
@pytest.mark.parametrize("width", [100, 160])
def test_a_label_fits_its_block(qapp: QApplication, title: str, zoom: float, width: int) -> None:
    size, text = block_label(title, zoom, width)
    metrics = QFontMetricsF(font(size))
    lines = text.split("\n")
    assert all(metrics.horizontalAdvance(line) <= width for line in lines)
    assert len(lines) * metrics.lineSpacing() <= CARD_HEIGHT
    assert text[0] == title[0]


def test_a_label_is_broken_before_it_is_cut(qapp: QApplication) -> None:
    assert block_label("Conv 3×3 · 64", 0.5, 160)[1] == "Conv 3×3 · 64"
    assert block_label("Conv 3×3 · 64", 0.45, 110)[1] == "Conv 3×3\n64"
    assert block_label("Conv 3×3 · 64", 0.37, 100)[1] == "Conv\n3×3"
    assert block_label("Batch norm", 0.25, 160)[1] == "Batch"
    assert block_label("Inception 4a", 0.37, 100)[1] == "Inc. 4a"


def test_a_block_shows_its_map_until_it_is_too_small(bench) -> None:
    bench.compute.deliver("a", (250, 10, 10))
    for zoom, shown in ((FULL_CARD - 0.05, "#fa0a0a"), (BLOCK_MAP, "#fa0a0a"), (BLOCK_MAP - 0.02, BLUE)):
        bench.view.set_zoom(zoom)
        card = bench.view.canvas_scene.nodes["a"].card
        at = bench.view.mapFromScene(card.right() - 32, card.center().y())
        image = bench.view.viewport().grab().toImage()
        assert image.pixelColor(at * image.devicePixelRatio()) == QColor(shown), zoom


def test_the_words_of_a_stand_in_input_are_not_cut(qapp: QApplication) -> None:
    look = CanvasStyle(PALETTES["light"])
    lines = fitted_lines(card_of_part(Input(shape=(192, 28, 28))), look)
    assert " ".join(lines) == Input(shape=(192, 28, 28)).detail


@pytest.mark.parametrize("zoom", [0.04, 0.1, 0.3, 0.5])
def test_the_outline_of_a_block_stays_within_its_bounds(qapp: QApplication, zoom: float) -> None:
    look = CanvasStyle(PALETTES["light"])
    item = NodeItem("a", card_of_part(Input()), look)
    item.set_selected(True)
    picture = QImage(400, 300, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    painter.translate(100, 100)
    CardPicture(item.content, look).paint_block(painter, zoom, None, stale=False, selected=True)
    painter.end()
    pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(300, 400)
    rows, columns = np.nonzero(pixels)
    painted = QRectF(columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
    assert item.boundingRect().contains(painted.translated(-100, -100))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", ["depthwise", "convolution", "pointwise"])
@pytest.mark.parametrize("zoom", [0.1, 0.2, 0.3, 0.5])
def test_a_gap_sets_a_selected_block_off_from_its_outline(
    qapp: QApplication, theme: str, role: str, zoom: float
) -> None:
    look = CanvasStyle(PALETTES[theme])
    content = replace(card_of_part(Input()), role=role)
    picture = QImage(120, 80, QImage.Format.Format_RGB32)
    picture.fill(look.canvas)
    painter = QPainter(picture)
    painter.translate(20, 20)
    painter.scale(zoom, zoom)
    CardPicture(content, look).paint_block(painter, zoom, None, stale=False, selected=True)
    painter.end()
    # From above the block through it, right of its label.
    beside = 20 + round(CARD_WIDTH * zoom * 0.8)
    colours = [picture.pixelColor(beside, y) for y in range(10, 20 + round(CARD_HEIGHT * zoom))]
    runs = [colour for colour, before in pairwise([*colours, QColor()]) if colour != before]
    assert runs[:4] == [look.canvas, look.accent, look.canvas, look.roles[role]]
