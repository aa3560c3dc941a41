"""The photograph panel: its boxes in pixels of the photograph, its menu, and drops."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.attribution.fields.effective_field import EffectiveField
from engine.image.cropped import part_of
from engine.layers.adaptive_pooling import GlobalAvgPool2d
from gui.look.appearance import Appearance
from gui.panels.photograph import PhotographPanel
from gui.receptive_view.measured import MeasureField
from gui.session.document import Document
from gui.session.jobs import Job, JobHandle
from gui.session.selection import InputPixel, Pixel, Selection


@pytest.fixture
def panel(
    qtbot: QtBot, document: Document, selection: Selection, compute: Any, appearance: Appearance
) -> PhotographPanel:
    made = PhotographPanel(document, selection, compute, appearance)
    qtbot.addWidget(made)
    made.resize(300, 270)
    made.show()
    compute.show_photograph(np.full((80, 120, 3), 200, np.uint8))
    return made


def test_the_input_sees_the_middle_of_a_wide_photograph(panel: PhotographPanel) -> None:
    assert panel.view.overlay is not None
    assert panel.view.overlay.crop == QRectF(20, 0, 80, 80)
    assert panel.view.overlay.field is None


def test_the_pixel_under_the_mouse_is_projected(panel: PhotographPanel, selection: Selection) -> None:
    # a sees 3×3 pixels of 8×8, and each is 10×10 of the photograph.
    selection.point_at(Pixel("a", 0, 4, 2))
    overlay = panel.view.overlay
    assert overlay is not None
    assert overlay.field == QRectF(20 + 10, 30, 30, 30)
    assert overlay.cell == QRectF(20 + 20, 40, 10, 10)
    assert panel.field_label.text() == "sees 3\u00a0px"


def test_a_field_may_reach_into_the_padding(panel: PhotographPanel, selection: Selection) -> None:
    selection.point_at(Pixel("a", 0, 0, 0))
    overlay = panel.view.overlay
    assert overlay is not None
    assert overlay.field == QRectF(20 - 10, -10, 30, 30)
    assert not panel.grab().isNull()


def test_without_a_pixel_the_selected_layers_middle_is_shown(
    panel: PhotographPanel, selection: Selection
) -> None:
    selection.select(["b"])
    overlay = panel.view.overlay
    assert overlay is not None
    # Row 2 of 4 at stride 2 begins at pixel 4; same padding puts no row before it, the layer above one.
    assert overlay.field == QRectF(20 + 30, 30, 50, 50)
    assert overlay.cell == QRectF(20 + 45, 45, 20, 20)


def test_a_layer_that_sees_everything_outlines_the_crop(
    panel: PhotographPanel, document: Document, selection: Selection
) -> None:
    document.edit("x", lambda p: p.add(GlobalAvgPool2d(), (0, 0), after="b"))
    selection.select(["globalavgpool2d_1"])
    overlay = panel.view.overlay
    assert overlay is not None
    assert overlay.field == overlay.crop
    assert overlay.cell is None
    assert panel.field_label.text() == "sees whole input"


def test_boxes_follow_an_edit(panel: PhotographPanel, document: Document, selection: Selection) -> None:
    selection.point_at(Pixel("a", 0, 4, 2))
    layer = document.project.network["a"].layer
    document.edit("x", lambda p: p.replace_layer("a", layer.replace(kernel_size=(1, 1))))
    overlay = panel.view.overlay
    assert overlay is not None
    assert overlay.field == QRectF(40, 40, 10, 10)
    assert overlay.cell is None


def test_the_menu_changes_the_photograph_of_the_project(panel: PhotographPanel, document: Document) -> None:
    actions = {action.text(): action for action in panel.button.menu().actions()}
    actions["Hubble deep field"].trigger()
    assert document.project.image == "hubble_deep_field"
    assert panel.caption.text().startswith("120×80 · ")
    document.undo_stack.undo()
    assert document.project.image == "coffee"


def test_open_image_asks_for_a_file(qtbot: QtBot, panel: PhotographPanel) -> None:
    with qtbot.waitSignal(panel.open_requested):
        panel.button.menu().actions()[-1].trigger()


def test_the_caption_says_which_sample_stands_in(panel: PhotographPanel, compute: Any) -> None:
    assert "stands in" not in panel.caption.text()
    compute.photograph_name, compute.stands_in_for = "astronaut", "/home/me/gone.jpg"
    compute.show_photograph(np.full((80, 120, 3), 100, np.uint8))
    assert "“astronaut” stands in for gone.jpg, which cannot be read" in panel.caption.text()


def test_a_dropped_file_is_tried(panel: PhotographPanel, compute: Any, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "cat.jpg"))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    copy, place = Qt.DropAction.CopyAction, QPointF(50, 50)
    entered = QDragEnterEvent(place.toPoint(), copy, data, left, none)
    QApplication.sendEvent(panel, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(panel, QDropEvent(place, copy, data, left, none))
    assert compute.opened == [str(tmp_path / "cat.jpg")]


def test_the_photograph_keeps_its_proportions_at_every_size(panel: PhotographPanel) -> None:
    for size in ((240, 200), (600, 240), (200, 500)):
        panel.resize(*size)
        panel.grab()
        rect = panel.view.photograph_rect()
        assert rect.width() / rect.height() == pytest.approx(1.5)
        assert rect.right() <= panel.view.width()
        assert rect.bottom() <= panel.view.height()


def test_a_network_without_input_has_no_boxes(panel: PhotographPanel, document: Document) -> None:
    document.edit("x", lambda p: p.remove("input", "a", "b"))
    assert panel.view.overlay is None
    assert "no input" in panel.field_label.text()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_outline_is_painted_in_both_themes(
    panel: PhotographPanel, selection: Selection, appearance: Appearance, name: str
) -> None:
    appearance.use(name)
    selection.point_at(Pixel("a", 0, 4, 2))
    overlay = panel.view.overlay
    assert overlay is not None
    assert overlay.field is not None
    picture = panel.view.grab().toImage()
    box = panel.view.on_screen(overlay.field)
    edge = picture.pixelColor(round(box.left()), round(box.center().y()))
    assert edge.red() - edge.blue() > 60


def test_boxes_of_the_layers_on_the_way_are_nested(panel: PhotographPanel, selection: Selection) -> None:
    selection.point_at(Pixel("b", 0, 2, 1))
    panel.nested.click()
    overlay = panel.view.overlay
    assert overlay is not None
    assert overlay.field is not None
    boxes = [overlay.field, *(one.box for one in overlay.nested)]
    assert [box.width() for box in boxes] == [50, 30, 10]
    for outer, inner in pairwise(boxes):
        assert outer.contains(inner)
    assert [one.role for one in overlay.nested] == ["convolution", "input"]
    assert not panel.view.grab().isNull()
    panel.nested.click()
    assert panel.view.overlay is not None
    assert not panel.view.overlay.nested


def test_padding_has_room_around_the_photograph_and_is_told(
    panel: PhotographPanel, selection: Selection
) -> None:
    selection.select(["a"])
    plain = panel.view.photograph_rect()
    selection.point_at(Pixel("a", 0, 0, 0))
    overlay = panel.view.overlay
    assert overlay is not None
    assert overlay.room == (0, 10, 0, 10)  # the crop leaves 20 pixels free at its sides
    assert panel.view.photograph_rect() == plain  # the same for all values of the layer
    assert plain.top() > 2
    assert "56\u00a0% of it padding" in panel.field_label.text()


def test_the_mouse_on_the_photograph_points_at_the_inputs_pixel(
    qtbot: QtBot, panel: PhotographPanel, selection: Selection
) -> None:
    selection.select(["a"])
    at = panel.view.on_screen(QRectF(20 + 35, 51, 1, 1)).center().toPoint()
    qtbot.mouseMove(panel.view, at)
    assert selection.input_pixel == InputPixel("input", 5, 3)
    assert panel.view.overlay is not None
    assert panel.view.overlay.pixel == QRectF(20 + 30, 50, 10, 10)
    outside = panel.view.on_screen(QRectF(5, 40, 1, 1)).center().toPoint()
    qtbot.mouseMove(panel.view, outside)
    assert selection.input_pixel is None


class FieldJobs:
    """`submit` of the compute service."""

    def __init__(self) -> None:
        self.handles: list[JobHandle] = []

    def submit(self, job: Job, parent: Any = None) -> JobHandle:
        self.handles.append(JobHandle(job, lambda: None, parent))
        return self.handles[-1]

    @property
    def job(self) -> MeasureField:
        job = self.handles[-1].job
        assert isinstance(job, MeasureField)
        return job


def test_the_effective_field_is_measured_on_demand(
    panel: PhotographPanel, selection: Selection, compute: Any
) -> None:
    jobs = FieldJobs()
    compute.submit = jobs.submit
    selection.select(["a"])
    assert not jobs.handles
    panel.effective.photograph.trigger()
    assert panel.effective.isChecked()
    assert (jobs.job.node_id, jobs.job.row, jobs.job.column, jobs.job.noise) == ("a", 4, 4, 0)
    assert jobs.job.channel is None
    assert "measuring" in panel.field_label.text()
    strength = np.zeros((8, 8), np.float32)
    strength[3:6, 3:6] = 1
    jobs.handles[-1].answer(EffectiveField(input_id="input", strength=strength))
    assert "effective 3\u00a0px" in panel.field_label.text()
    assert panel.view.overlay is not None
    assert panel.view.overlay.heat is not None
    assert panel.view.overlay.heat.strength is strength
    panel.view.grab()
    selection.point_at(Pixel("a", 0, 1, 1))  # what the mouse passes is not measured
    assert len(jobs.handles) == 1
    assert panel.view.overlay.heat is None
    selection.point_at(None)
    selection.pin(Pixel("a", 3, 1, 2))
    panel.effective.unit.trigger()
    assert (jobs.job.row, jobs.job.column, jobs.job.channel) == (1, 2, 3)
    panel.effective.random.trigger()
    assert jobs.job.noise == 16
    assert jobs.handles[-2].is_cancelled
    jobs.handles[-1].advance(5, 16)
    assert "measuring 5 of 16" in panel.field_label.text()
    jobs.handles[-1].refuse("too large")
    assert "too large" in panel.field_label.text()
    panel.effective.off.trigger()
    assert not panel.effective.isChecked()
    assert "effective" not in panel.field_label.text()


def test_a_shut_unit_is_told(panel: PhotographPanel, selection: Selection, compute: Any) -> None:
    jobs = FieldJobs()
    compute.submit = jobs.submit
    selection.select(["a"])
    panel.effective.photograph.trigger()
    jobs.handles[-1].answer(EffectiveField(input_id="input", strength=np.zeros((8, 8), np.float32)))
    assert "no pixel moves this value now" in panel.field_label.text()


def test_an_edit_measures_anew(
    panel: PhotographPanel, document: Document, selection: Selection, compute: Any
) -> None:
    jobs = FieldJobs()
    compute.submit = jobs.submit
    selection.select(["a"])
    panel.effective.photograph.trigger()
    jobs.handles[-1].answer(EffectiveField(input_id="input", strength=np.ones((8, 8), np.float32)))
    panel.refresh()
    assert len(jobs.handles) == 1
    layer = document.project.network["a"].layer
    document.edit("x", lambda p: p.replace_layer("a", layer.replace(kernel_size=(1, 1))))
    assert len(jobs.handles) == 2
    assert jobs.job.network is document.project.network


def test_a_pin_beyond_a_map_that_became_smaller_is_passed_over(
    panel: PhotographPanel, document: Document, selection: Selection
) -> None:
    selection.select(["a"])
    selection.pin(Pixel("a", 0, 7, 7))
    layer = document.project.network["a"].layer
    document.edit("x", lambda p: p.replace_layer("a", layer.replace(stride=(2, 2))))
    overlay = panel.view.overlay
    assert overlay is not None
    assert overlay.field is not None
    assert overlay.field.center().x() < 100


def test_the_mouse_chooses_what_part_is_looked_at(
    panel: PhotographPanel, document: Document, qtbot: QtBot
) -> None:
    middle = panel.view.photograph_rect().center()

    def turn(notches: int) -> None:
        turned = QPoint(0, 120 * notches)
        wheel = QWheelEvent(
            middle, QPointF(panel.view.mapToGlobal(middle)), QPoint(), turned, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(panel.view, wheel)

    turn(5)
    part, whole = part_of(document.project.image)
    assert part.width == pytest.approx(1.15**-5, abs=1e-3)
    assert part.left == pytest.approx((1 - part.width) / 2, abs=1e-2)
    start = middle.toPoint()
    qtbot.mousePress(panel.view, Qt.MouseButton.LeftButton, pos=start)
    moved = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(start + QPoint(20, 0)),
        QPointF(panel.view.mapToGlobal(start + QPoint(20, 0))), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(panel.view, moved)
    qtbot.mouseRelease(panel.view, Qt.MouseButton.LeftButton, pos=start + QPoint(20, 0))
    assert part_of(document.project.image)[0].left < part.left, "the picture follows the mouse"
    turn(-40)
    assert document.project.image == whole
    turn(3)
    qtbot.mouseDClick(panel.view, Qt.MouseButton.LeftButton, pos=start)
    assert document.project.image == whole
    document.undo_stack.undo()
    assert document.project.image != whole or not document.undo_stack.canUndo()
    document.edit("x", lambda p: replace(p, image="pattern:ramp"))
    turn(3)
    assert document.project.image == "pattern:ramp", "a pattern is made at the Input's own size"
