"""The help that opens beside a window: made when it is first asked for."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QMainWindow

from gui.look.appearance import Appearance
from gui.session.document import Document
from gui.session.selection import Selection

if TYPE_CHECKING:  # a start need not wait for them
    from gui.help.about_window import AboutWindow
    from gui.help.layer_help import LayerHelp
    from gui.help.shortcut_sheet import ShortcutSheet


class Help:
    """Help on the selected layer, the sheet of keys and movements of the mouse, and About."""

    def __init__(
        self, document: Document, selection: Selection, appearance: Appearance, window: QMainWindow
    ) -> None:
        self._parts = (document, selection, appearance, window)
        self.layer: LayerHelp | None = None
        self.sheet: ShortcutSheet | None = None
        self.about: AboutWindow | None = None

    def show_layer(self) -> None:
        """Help on the selected layer; it follows the selection while it is open."""
        from gui.help.layer_help import LayerHelp

        if self.layer is None:
            self.layer = LayerHelp(*self._parts)
        _to_front(self.layer)
        self.layer.refresh()

    def show_shortcuts(self) -> None:
        """The sheet, made from the menus as they are."""
        from gui.help.shortcut_sheet import ShortcutSheet
        from gui.help.shortcut_table import shortcuts

        if self.sheet is None:
            window = self._parts[-1]
            self.sheet = ShortcutSheet(shortcuts(window.menuBar()), window)
        _to_front(self.sheet)

    def show_about(self) -> None:
        """Versions, folders and licences as they are now."""
        from gui.help.about_window import AboutWindow

        if self.about is None:
            self.about = AboutWindow(self._parts[2], self._parts[-1])
        self.about.refresh()
        _to_front(self.about)


def _to_front(window: QDialog) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
