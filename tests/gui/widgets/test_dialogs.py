"""A file's ending follows the kind chosen in the dialog, before anything could be replaced unasked."""

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.dialogs import Dialogs, first_ending


@pytest.mark.parametrize(
    ("kinds", "ending"),
    [
        ("PDF (*.pdf);;SVG (*.svg)", "pdf"),
        ("Projects (*.onebyone)", "onebyone"),
        ("Photographs (*.png *.jpg)", "png"),
    ],
)
def test_the_first_ending_of_a_filter(kinds: str, ending: str) -> None:
    assert first_ending(kinds) == ending


@pytest.mark.parametrize(("kind", "ending"), [("PDF (*.pdf)", ".pdf"), ("SVG (*.svg)", ".svg")])
def test_a_name_without_an_ending_takes_that_of_the_kind(
    qtbot: QtBot, tmp_path: Path, kind: str, ending: str
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        dialog.selectNameFilter(kind)
        dialog.filterSelected.emit(kind)
        dialog.selectFile(str(tmp_path / "figure"))
        dialog.accept()

    QTimer.singleShot(0, choose)
    path = Dialogs().file_to_save(parent, "Export", str(tmp_path / "other"), "PDF (*.pdf);;SVG (*.svg)")
    assert path == tmp_path / f"figure{ending}"


@pytest.mark.parametrize(
    ("pressed", "answer"),
    [("Replace", "replace"), ("Save as…", "save_as"), ("Cancel", "cancel"), ("", "cancel")],
)
def test_a_file_that_others_changed_is_replaced_only_when_told_to(
    qtbot: QtBot, pressed: str, answer: str
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    def choose() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert "net.onebyone" in box.text()
        named = {button.text().replace("&", ""): button for button in box.buttons()}
        if pressed:
            named[pressed].click()
        else:
            box.reject()

    QTimer.singleShot(0, choose)
    assert Dialogs().replace_changed(parent, "net.onebyone") == answer
