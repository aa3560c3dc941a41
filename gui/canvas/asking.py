"""What the canvas asks before it does something: which wire is meant, how wide, how often."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from engine.edits.reduction import reduction_before
from engine.errors import NetworkError
from gui.canvas.commands import Options
from gui.canvas.editors.reduction_box import ReductionBox
from gui.canvas.editors.repeat_box import RepeatBox
from gui.look.appearance import Appearance

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Asking:
    """Each question is asked at the canvas, and its answer is one edit, which is shown."""

    def __init__(self, view: "CanvasView", appearance: Appearance) -> None:
        self._view = view
        self.reduction_box = ReductionBox(appearance, view)
        self.repeat_box = RepeatBox(view)
        self.menu: QMenu | None = None
        """The question that was asked last, while it is open."""

    def which(self, options: Options) -> None:
        """Ask at the mouse which of several things is meant."""
        menu = self.menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(self._forget)
        for words, make in options.items():
            menu.addAction(words.replace("&", "&&"), partial(self._make, make))
        menu.popup(self._view.viewport().mapToGlobal(self._view.mouse.told_at))

    def reduce(self, node_id: str | None = None) -> None:
        """Ask how wide a 1×1 before this convolution (the selected one if None) is to be, and insert it."""
        view = self._view
        wanted = node_id or view.selection.current
        if wanted is None:
            view.say("Select a K×K convolution: a 1×1 can reduce the channels before it.")
            return
        shapes = view.document.analysis.layers[wanted].input_shapes
        try:
            reduction = reduction_before(view.document.project.network, wanted, shapes)
        except NetworkError as error:
            view.say(str(error))
            return

        def insert(width: int, activation: bool) -> None:
            self._make(lambda: view.commands.reduce(wanted, width, activation=activation))

        self.reduction_box.ask(reduction, insert)

    def repeat(self) -> None:
        """Ask how many times the selected layers are to stand in a row."""
        if not self._view.selection.ids:
            self._view.say("Select the layers or the group that are to be repeated.")
            return
        self.repeat_box.ask(lambda times: self._make(lambda: self._view.commands.repeat(times)))

    def _make(self, make: Callable[[], bool]) -> None:
        if make():
            self._view.show_made()

    def _forget(self) -> None:
        self.menu = None
