"""The comparing windows of one main window: made when they are first asked for."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gui.look.appearance import Appearance
from gui.session.baseline import Baseline
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.words.convention import Convention

if TYPE_CHECKING:  # a start need not wait for them
    from gui.comparing.shares_window import SharesWindow
    from gui.comparing.window import CompareWindow


class Comparing(QObject):
    """Opens them, and tells them how costs are counted."""

    preset_chosen = Signal(str)
    """A preset is to be opened: its name."""

    def __init__(
        self,
        document: Document,
        compute: ComputeService,
        baseline: Baseline,
        appearance: Appearance,
        settings: Settings,
        dialogs: Dialogs,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._parts = (document, compute, baseline, appearance, settings, dialogs, parent)
        self._convention = Convention()
        self.side_by_side: CompareWindow | None = None
        self.shares: SharesWindow | None = None

    def show_side_by_side(self) -> None:
        """The open network beside the baseline."""
        if self.side_by_side is not None and self.side_by_side.isVisible():
            _to_front(self.side_by_side)
            return
        window = self._window()
        window.show_baseline()
        _to_front(window)

    def show_pair(self) -> None:
        """The naive Inception module 3a beside the one with 1×1 reductions."""
        window = self._window()
        window.show_pair()
        _to_front(window)

    def show_shares(self) -> None:
        """Where the 1×1s are."""
        from gui.comparing.shares_window import SharesWindow

        if self.shares is None:
            document, compute, _, appearance, settings, dialogs, parent = self._parts
            self.shares = SharesWindow(document, compute, appearance, settings, dialogs, parent)
            self.shares.preset_chosen.connect(self.preset_chosen)
        _to_front(self.shares)

    def set_convention(self, convention: Convention) -> None:
        """Count costs as the costs panel does."""
        self._convention = convention
        if self.side_by_side is not None:
            self.side_by_side.show_convention(convention)

    def close(self) -> None:
        """The main window goes."""
        for window in (self.side_by_side, self.shares):
            if window is not None:
                window.close()

    def _window(self) -> "CompareWindow":
        from gui.comparing.window import CompareWindow

        if self.side_by_side is None:
            self.side_by_side = CompareWindow(*self._parts)
            self.side_by_side.show_convention(self._convention)
        return self.side_by_side


def _to_front(window: QDialog) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
