"""About OneByOne: version, where things lie, what it is made of and under which licences."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from assets import credit, notice, sample_photographs
from engine.folders import log_file
from engine.version import VERSION
from gui.look.appearance import Appearance
from gui.look.screen import give_size
from gui.system.components import components
from gui.system.installation import details, places, versions
from gui.widgets.dialogs import open_log

_SIDE: Final = 56


class AboutWindow(QDialog):
    """Read, copy, and open the log."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About OneByOne")
        icon = QLabel(self)
        icon.setPixmap(appearance.icon("onebyone", size=_SIDE).pixmap(_SIDE, _SIDE))
        title = QLabel(
            f"<b>OneByOne {VERSION}</b><br>A sandbox for convolutional networks. MIT licence.", self
        )
        head = QHBoxLayout()
        head.addWidget(icon)
        head.addWidget(title, 1)
        self.text = QTextBrowser(self)
        self.text.setAccessibleName("About this installation")
        self.text.setOpenExternalLinks(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy_button = buttons.addButton("&Copy details", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.setToolTip("Versions and folders, for whoever helps")
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(details()))
        self.log_button = buttons.addButton("Open &log", QDialogButtonBox.ButtonRole.ActionRole)
        self.log_button.clicked.connect(open_log)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        give_size(self, 720, 560)
        self.refresh()

    def refresh(self) -> None:
        """Tell what is true now."""
        self.text.setHtml(about_html())
        self.log_button.setEnabled(log_file().exists())


def about_html() -> str:
    """Everything, as the window shows it."""
    rows = [(one.name, one.version, one.licence) for one in components()]
    photographs = "".join(f"<li>{escape(credit(name))}</li>" for name in sample_photographs())
    paragraphs = notice().split("\n\n")[1:]
    return "".join(
        (
            "<h3>This installation</h3>",
            _table(list(versions().items())),
            "<h3>Where things lie</h3>",
            _table([(name, _shown(path)) for name, path in places().items()]),
            "<h3>Made of</h3>",
            _table(rows),
            "<h3>Notice</h3>",
            *(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
            f"<h3>Sample photographs</h3><ul>{photographs}</ul>",
        )
    )


def _shown(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    lines = ("".join(f"<td>{escape(cell)}&nbsp;&nbsp;</td>" for cell in row) for row in rows)
    return f"<table cellspacing=2>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
