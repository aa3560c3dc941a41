"""A button that copies a table, or writes it to a file: Markdown, LaTeX, CSV, HTML."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from engine.errors import EngineError
from engine.formats.files import write_bytes
from engine.formats.tables.comparison_tables import ENDINGS, WRITERS
from engine.formats.tables.typesetting import Table
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs

_FORMS: Final[Mapping[str, str]] = {"markdown": "Markdown", "latex": "LaTeX", "csv": "CSV", "html": "HTML"}
_KINDS: Final = "Markdown (*.md);;LaTeX (*.tex);;CSV (*.csv);;HTML (*.html);;Text (*.txt)"


class TableExport(QPushButton):
    """Asks for the table when it is wanted."""

    said = Signal(str)
    """What was done, or why it was not."""

    def __init__(
        self,
        table: Callable[[], Table | None],
        name: str,
        dialogs: Dialogs,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Table", parent)
        self._table, self._name, self._dialogs, self._settings = table, name, dialogs, settings
        self.setToolTip("Copy the table, or save it")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        menu = QMenu(self)
        for form, title in _FORMS.items():
            menu.addAction(f"Copy as {title}", partial(self.copy, form))
        menu.addSeparator()
        menu.addAction("Save as…", self.save)
        self.setMenu(menu)

    def copy(self, form: str) -> None:
        """Put the table on the clipboard in one of `WRITERS`."""
        table = self._table()
        if table is not None:
            QGuiApplication.clipboard().setText(WRITERS[form](table))
            self.said.emit(f"Copied as {_FORMS[form]}")

    def save(self) -> None:
        """Ask for a file; its ending chooses the form."""
        table = self._table()
        if table is None:
            return
        suggestion = str(Path(self._settings.folder("table")) / f"{self._name}.md")
        path = self._dialogs.file_to_save(self, "Save table", suggestion, _KINDS)
        if path is None:
            return
        form = ENDINGS.get(path.suffix.lower())
        if form is None:
            self.said.emit(f"{path.name} has no ending that is known: {', '.join(ENDINGS)}")
            return
        try:
            write_bytes(path, WRITERS[form](table).encode())
        except EngineError as error:
            self.said.emit(str(error))
            return
        self._settings.remember_folder("table", path)
        self.said.emit(f"{path.name} written")
