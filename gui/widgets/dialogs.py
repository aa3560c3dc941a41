"""Every question the program asks in a dialog of its own, behind one replaceable object.

Tests hand in an object with the same methods that answers without a screen.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from engine.folders import log_file
from gui.look.screen import give_size

if TYPE_CHECKING:
    from engine.formats.weights.weight_matching import WeightsMatch

Answer = Literal["save", "discard", "cancel"]

PROJECT_KINDS: Final = "OneByOne projects (*.onebyone)"
"""Files that are asked for, as `QFileDialog` takes them."""


class Dialogs:
    """Native dialogs, modal to `parent`."""

    def file_to_open(self, parent: QWidget, title: str, folder: str, kinds: str) -> Path | None:
        """A file to read, or None; `kinds` is Qt's filter text."""
        path, _ = QFileDialog.getOpenFileName(parent, title, folder, kinds)
        return Path(path) if path else None

    def folder_to_open(self, parent: QWidget, title: str, folder: str) -> Path | None:
        """Which folder to look into, or None."""
        name = QFileDialog.getExistingDirectory(parent, title, folder)
        return Path(name) if name else None

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        """Where to write, or None; an existing file has been agreed to be replaced.

        A name without an ending takes that of the chosen kind, before anybody is asked about replacing.
        """
        dialog = QFileDialog(parent, title, suggestion, kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.selectFile(suggestion)
        dialog.setDefaultSuffix(first_ending(kinds))
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(first_ending(kind)))
        accepted = dialog.exec()
        chosen = dialog.selectedFiles()
        dialog.deleteLater()
        return Path(chosen[0]) if accepted and chosen else None

    def save_changes(self, parent: QWidget, name: str) -> Answer:
        """What to do with unsaved changes."""
        box = QMessageBox(parent)
        box.setWindowTitle("OneByOne")
        box.setText(f"Save the changes to “{name}”?")
        box.setInformativeText("They are lost otherwise.")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answers: dict[int, Answer] = {buttons.Save.value: "save", buttons.Discard.value: "discard"}
        return answers.get(box.exec(), "cancel")

    def replace_changed(self, parent: QWidget, name: str) -> Literal["replace", "save_as", "cancel"]:
        """What to do when the file to save to was changed by somebody else since it was read."""
        box = QMessageBox(parent)
        box.setWindowTitle("OneByOne")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(f"“{name}” was changed by another window or program.")
        box.setInformativeText("Replacing it loses what was changed there.")
        replace = box.addButton("&Replace", QMessageBox.ButtonRole.DestructiveRole)
        save_as = box.addButton("Save &as…", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save_as)
        box.exec()
        clicked = box.clickedButton()
        return "replace" if clicked is replace else "save_as" if clicked is save_as else "cancel"

    def number(
        self, parent: QWidget, title: str, label: str, value: int, least: int, most: int
    ) -> int | None:
        """A whole number in a range, or None."""
        number, accepted = QInputDialog.getInt(parent, title, label, value, least, most, 256)
        return number if accepted else None

    def text(self, parent: QWidget, title: str, label: str, value: str) -> str | None:
        """A line of text, or None."""
        text, accepted = QInputDialog.getText(parent, title, label, text=value)
        return text if accepted else None

    def choice(self, parent: QWidget, title: str, label: str, choices: Sequence[str]) -> int | None:
        """Which of the choices, or None."""
        chosen, accepted = QInputDialog.getItem(parent, title, label, list(choices), editable=False)
        return list(choices).index(chosen) if accepted else None

    def take_weights(self, parent: QWidget, match: "WeightsMatch") -> bool:
        """Show what a file's weights would change; whether they are to be taken."""
        from gui.widgets.weights_preview import WeightsPreview

        dialog = WeightsPreview(match, parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return accepted

    def details(self, parent: QWidget, text: str) -> None:
        """Show a traceback, to be read and copied, and offer the log where there is one."""
        dialog = QDialog(parent)
        dialog.setWindowTitle("Details")
        shown = QPlainTextEdit(text)
        shown.setReadOnly(True)
        shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("&Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        if log_file().exists():
            log = buttons.addButton("Open &log", QDialogButtonBox.ButtonRole.ActionRole)
            log.setToolTip(str(log_file()))
            log.clicked.connect(open_log)
        buttons.rejected.connect(dialog.reject)
        column = QVBoxLayout(dialog)
        column.addWidget(shown)
        column.addWidget(buttons)
        give_size(dialog, 720, 420)
        dialog.exec()
        dialog.deleteLater()


def open_log() -> bool:
    """Show the log in whatever the desktop reads texts with; whether it was told to."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file())))


def first_ending(kinds: str) -> str:
    """`pdf` of Qt's filter text `PDF (*.pdf);;SVG (*.svg)`."""
    return kinds.partition("*.")[2].partition(")")[0].partition(" ")[0]
