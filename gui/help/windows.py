"""The help that opens beside a window: made when it is first asked for."""

from PySide6.QtWidgets import QDialog, QMainWindow

from gui.appearance import Appearance
from gui.document import Document
from gui.help.layer_help import LayerHelp
from gui.help.shortcut_sheet import ShortcutSheet
from gui.help.shortcut_table import shortcuts
from gui.selection import Selection


class Help:
    """Help on the selected layer, and the sheet of keys and movements of the mouse."""

    def __init__(
        self, document: Document, selection: Selection, appearance: Appearance, window: QMainWindow
    ) -> None:
        self._parts = (document, selection, appearance, window)
        self.layer: LayerHelp | None = None
        self.sheet: ShortcutSheet | None = None

    def show_layer(self) -> None:
        """Help on the selected layer; it follows the selection while it is open."""
        if self.layer is None:
            self.layer = LayerHelp(*self._parts)
        _to_front(self.layer)
        self.layer.refresh()

    def show_shortcuts(self) -> None:
        """The sheet, made from the menus as they are."""
        if self.sheet is None:
            window = self._parts[-1]
            self.sheet = ShortcutSheet(shortcuts(window.menuBar()), window)
        _to_front(self.sheet)


def _to_front(window: QDialog) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
