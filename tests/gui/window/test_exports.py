"""Exports of what is seen, from the window's own actions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import presets
from gui.look.appearance import Appearance
from gui.session.selection import Pixel
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.window.main_window import MainWindow


class Answers(Dialogs):
    path: Path | None = None

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        return self.path


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    made = MainWindow(presets.load("lenet5").project, Appearance(qapp), Settings(), Answers())
    with qtbot.waitSignal(made.compute.run_finished, timeout=60_000):
        made.show()
    yield made
    made.document.undo_stack.setClean()
    made.close()
    made.deleteLater()


def export(qtbot: QtBot, window: MainWindow, action: str, path: Path) -> None:
    window.dialogs.path = path  # type: ignore[attr-defined]
    window.actions_by_name[action].trigger()
    qtbot.waitUntil(lambda: all(handle.is_over for handle in window.seen.handles), timeout=120_000)


def test_all_that_is_seen_is_written(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.receptive_view.writing.MOST_FRAMES", 60)  # 196 take four times as long
    export(qtbot, window, "seen_maps", tmp_path / "maps.png")
    window.feature_maps.views.enlarge(2)
    export(qtbot, window, "seen_maps", tmp_path / "map.svg")
    export(qtbot, window, "seen_field", tmp_path / "field.pdf")
    window.docks["Arithmetic"].raise_()
    qtbot.waitUntil(lambda: window.late.arithmetic.lens is not None)
    export(qtbot, window, "seen_lens", tmp_path / "lens.png")
    export(qtbot, window, "seen_sliding", tmp_path / "slide.gif")
    for name in ("maps.png", "map.svg", "field.pdf", "lens.png", "slide.gif"):
        assert (tmp_path / name).stat().st_size > 1000, name
    assert "map 2 of" in (tmp_path / "map.svg").read_text(encoding="utf-8")
    with Image.open(tmp_path / "slide.gif") as image:
        assert image.n_frames > 50  # type: ignore[attr-defined]
    assert "slide.gif written" in window.status.currentMessage()


def test_a_place_that_cannot_be_written_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    export(qtbot, window, "seen_maps", tmp_path / "none" / "maps.png")
    assert "maps.png" in window.notice.text


def test_without_a_layer_nothing_is_asked(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.document.edit("x", lambda p: p.remove(*p.network.nodes))
    export(qtbot, window, "seen_maps", tmp_path / "maps.png")
    assert "Select a layer" in window.notice.text
    export(qtbot, window, "seen_sliding", tmp_path / "maps.gif")
    assert not list(tmp_path.iterdir())


def test_the_lens_is_opened_where_nothing_is_taken_apart_yet(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.docks["Arithmetic"].close()
    window.late.arithmetic.source.lens = None
    export(qtbot, window, "seen_lens", tmp_path / "lens.png")
    assert "“Arithmetic” has been opened" in window.notice.text
    qtbot.waitUntil(lambda: window.late.arithmetic.lens is not None)
    export(qtbot, window, "seen_lens", tmp_path / "lens.png")
    assert (tmp_path / "lens.png").exists()


def test_the_dialog_of_figures_opens_at_the_value_that_is_looked_at(qtbot: QtBot, window: MainWindow) -> None:
    window.selection.pin(Pixel("c1", 2, 3, 4))
    window.late.arithmetic.figure_requested.emit()
    dialog = window.files._figure_dialog
    assert dialog is not None
    assert dialog.choices.style == "arithmetic"
    assert dialog.choices.options.layer == "c1"
    assert dialog.choices.options.at == (2, 3, 4)
    window.feature_maps.switches.figure_clicked.emit()
    assert dialog.choices.style == "feature-maps"
    window.photograph.figure_requested.emit()
    assert dialog.choices.style == "receptive-field"
    dialog.close()


def test_behind_another_tab_the_lens_takes_nothing_apart(qtbot: QtBot, window: MainWindow) -> None:
    assert window.late.arithmetic.lens is None
    window.docks["Arithmetic"].raise_()
    qtbot.waitUntil(lambda: window.late.arithmetic.lens is not None)
    window.late.arithmetic.player.start()
    window.docks["Feature maps"].raise_()
    qtbot.waitUntil(lambda: not window.late.arithmetic.source.wanted)
    assert not window.late.arithmetic.player.is_playing
