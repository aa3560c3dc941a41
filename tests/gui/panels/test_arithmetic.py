"""The arithmetic lens in its panel: what it follows, what the mouse and the player do."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.layers.parameter import Parameter
from gui.figures.drawing.drawing import Text
from gui.look.appearance import Appearance
from gui.panels.arithmetic import ArithmeticPanel
from gui.session.document import Document
from gui.session.jobs import Desk, Job, JobHandle
from gui.session.selection import Pixel, Selection


class Jobs:
    """`submit` of the compute service; the test says when a job is done."""

    def __init__(self) -> None:
        self.handles: list[JobHandle] = []

    def submit(self, job: Job, parent: Any = None) -> JobHandle:
        self.handles.append(JobHandle(job, lambda: None, parent))
        return self.handles[-1]

    def do(self) -> None:
        desk = Desk(None, None, lambda done, total: None, lambda: False)  # type: ignore[arg-type]
        for handle in self.handles:
            if not handle.is_over:
                handle.answer(handle.job.work(desk))
        self.handles.clear()


@pytest.fixture
def jobs(compute: Any) -> Jobs:
    made = Jobs()
    compute.submit = made.submit
    return made


@pytest.fixture
def panel(
    qtbot: QtBot, document: Document, selection: Selection, compute: Any, jobs: Jobs, appearance: Appearance
) -> ArithmeticPanel:
    made = ArithmeticPanel(document, selection, compute, appearance)
    qtbot.addWidget(made)
    made.resize(960, 280)
    made.show()
    return made


def arrive_all(document: Document, compute: Any) -> None:
    """The maps as the layers compute them."""
    network = document.project.network
    maps: dict[str, Any] = {}
    for node_id in network.order:
        node = network[node_id]
        if not node.inputs:
            maps[node_id] = np.random.default_rng(0).random((1, 3, 8, 8), dtype=np.float32)
        elif node.layer.kind != "Softmax":
            inputs = [maps[source] for source in node.inputs]
            shapes = tuple(one.shape[1:] for one in inputs)
            parameters = node.weights.parameters(node_id, node.layer, shapes, document.project.seed)
            maps[node_id] = node.layer.forward(inputs, parameters)
        if node_id in maps:
            compute.arrive(node_id, maps[node_id][0])


def spot_point(panel: ArithmeticPanel, kind: str, a: int, b: int) -> QPoint:
    assert panel.view.picture is not None
    for area in panel.view.picture.areas:
        row, column = a - area.first_a, b - area.first_b
        if area.kind == kind and 0 <= row < area.rows and 0 <= column < area.columns:
            x = area.x + (column + 0.5) * area.width / area.columns
            return QPoint(round(x), round(area.y + (row + 0.5) * area.height / area.rows))
    raise AssertionError(f"no {kind} ({a}, {b})")


def show(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs, node: str
) -> None:
    selection.select([node])
    arrive_all(document, compute)
    jobs.do()
    assert panel.lens is not None


def test_without_a_layer_it_says_what_to_do(panel: ArithmeticPanel) -> None:
    assert "Select a layer" in panel.waiting.text
    assert not panel.player.isEnabled()


def test_the_value_taken_apart_is_that_of_the_map(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    show(panel, document, selection, compute, jobs, "a")
    lens = panel.lens
    assert lens is not None
    assert lens.arithmetic is not None
    assert lens.arithmetic.value == pytest.approx(lens.value, rel=1e-5)
    assert lens.at[1:] == (4, 4)
    assert panel.title.text.startswith("Conv 3×3 · 16 map ")
    assert "products + bias = " in panel.foot.text()


def test_it_follows_the_pinned_pixel(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    show(panel, document, selection, compute, jobs, "a")
    selection.pin(Pixel("a", 5, 0, 7))
    assert panel.lens is not None
    assert panel.lens.at == (5, 0, 7)
    assert panel.player.step == 7
    selection.select(["b"])
    jobs.do()
    assert panel.lens.node_id == "b"
    assert panel.lens.at[1:] == (0, 3)  # the same place of a map of half the size


def test_a_click_on_the_output_pins_and_arrows_walk(
    qtbot: QtBot, panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    show(panel, document, selection, compute, jobs, "a")
    qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=spot_point(panel, "output", 2, 6))
    assert selection.pinned is not None
    assert (selection.pinned.y, selection.pinned.x) == (2, 6)
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert (selection.pinned.y, selection.pinned.x) == (3, 6)
    channel = selection.pinned.channel
    qtbot.keyClick(panel.view, Qt.Key.Key_PageDown)
    assert selection.pinned.channel == (channel + 1) % 16


def test_pointing_reads_out_and_points_at_the_photograph(
    qtbot: QtBot, panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    show(panel, document, selection, compute, jobs, "a")
    assert panel.lens is not None
    qtbot.mouseMove(panel.view, spot_point(panel, "output", 1, 2))
    assert selection.pixel == Pixel("a", panel.lens.at[0], 1, 2)
    assert "reads rows 0–2, columns 1–3" in panel.foot.text()
    qtbot.mouseMove(panel.view, spot_point(panel, "input", 0, 0))
    assert "used by 4 outputs" in panel.foot.text()
    assert selection.hovered is None
    qtbot.mouseMove(panel.view, spot_point(panel, "weight", 0, 0))
    assert "this weight meets 49 inputs" in panel.foot.text()
    qtbot.mouseMove(panel.view, QPoint(1, panel.view.height() - 1))
    assert "products + bias" in panel.foot.text()


def test_play_slides_the_window_in_order(
    qtbot: QtBot, panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    show(panel, document, selection, compute, jobs, "b")
    panel.player.show_step(0, 16, 4)
    panel.player.slider.setValue(3)
    assert selection.pinned is not None
    assert (selection.pinned.y, selection.pinned.x) == (0, 3)
    panel.player.speed.show_choice("60")
    panel.player._on_speed_chosen("60")
    seen: list[tuple[int, int]] = []
    selection.pinned_changed.connect(lambda pixel: seen.append((pixel.y, pixel.x)))
    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    assert panel.player.is_playing
    qtbot.waitUntil(lambda: not panel.player.is_playing)
    assert seen == [divmod(step, 4) for step in range(4, 16)]
    panel.player.back.click()
    assert seen[-1] == (3, 2)
    panel.player.start()
    panel.hide()
    assert not panel.player.is_playing


def test_the_wheel_brings_weaker_channels(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    show(panel, document, selection, compute, jobs, "b")
    assert panel.view.picture is not None

    def names() -> list[str]:
        assert panel.view.picture is not None
        items = panel.view.picture.drawing.items
        return [item.plain for item in items if isinstance(item, Text) and item.plain.startswith("map ")]

    before = names()
    panel.view.scrolled.emit(2)
    assert names() != before
    panel.view.scrolled.emit(-9)
    assert names() == before


def test_weights_are_drawn_once_for_all_places_of_a_layer(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    show(panel, document, selection, compute, jobs, "a")
    selection.pin(Pixel("a", 1, 1, 1))
    selection.pin(Pixel("a", 2, 1, 1))
    assert not jobs.handles


def test_while_maps_are_stale_the_last_lens_stays(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    show(panel, document, selection, compute, jobs, "a")
    kept = panel.lens
    compute.stale.add("input")
    selection.pin(Pixel("a", 1, 1, 1))
    assert panel.lens is kept
    compute.stale.clear()
    compute.run_finished.emit(None)
    assert panel.lens is not None
    assert panel.lens.at == (1, 1, 1)


def test_what_cannot_be_taken_apart_says_so(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    selection.select(["input"])
    assert "where the numbers come from" in panel.waiting.text
    document.edit("x", lambda p: p.add(Parameter(shape=(2, 1, 1)), (0, 0)))
    selection.select(["parameter_1"])
    assert "holds learned numbers" in panel.waiting.text
    document.edit("x", lambda p: p.remove("parameter_1"))
    assert "Select a layer" in panel.waiting.text


def test_a_failed_job_says_why(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    selection.select(["a"])
    arrive_all(document, compute)
    jobs.handles[-1].refuse("the weights cannot be read")
    assert panel.waiting.text == "the weights cannot be read"


def test_hidden_it_draws_no_weights(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    panel.hide()
    selection.select(["a"])
    arrive_all(document, compute)
    assert not jobs.handles
    panel.show()
    assert jobs.handles


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(960, 280), (420, 220), (1600, 500)])
def test_it_is_painted_at_every_size(
    panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs,
    appearance: Appearance, theme: str, size: tuple[int, int],
) -> None:  # fmt: skip
    show(panel, document, selection, compute, jobs, "a")
    appearance.use(theme)
    panel.resize(*size)
    ground = panel.grab().toImage().pixelColor(panel.width() - 2, panel.height() // 2)
    assert ground.name().upper() == appearance.palette.surface
    made = panel.picture(700, 200)
    assert made is not None
    assert (made.drawing.width, made.drawing.height) == (700, 200)


def test_weights_that_take_long_are_told(
    qtbot: QtBot, panel: ArithmeticPanel, document: Document, selection: Selection, compute: Any, jobs: Jobs
) -> None:
    selection.select(["a"])
    arrive_all(document, compute)
    assert panel.lens is None
    qtbot.waitUntil(lambda: panel.waiting.is_busy, timeout=3000)
    assert panel.waiting.text == "Drawing the weights…"
    jobs.do()
    assert panel.lens is not None
    assert not panel.patience.isActive()
