"""The settings dialog and the palette of all commands, made when they are first asked for."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gui.canvas.view import CanvasView
from gui.look.appearance import Appearance
from gui.panels.costs import CostsPanel
from gui.session.settings import Settings
from gui.window.preferences.command_palette import CommandPalette
from gui.window.preferences.preferences import preferences
from gui.window.preferences.settings_dialog import SettingsDialog

if TYPE_CHECKING:  # a start need not wait for lessons
    from presets.lesson import Lesson


class Everything:
    """What can be set, and what can be done, each in one list."""

    def __init__(
        self,
        settings: Settings,
        appearance: Appearance,
        canvas: CanvasView,
        costs: CostsPanel,
        *,
        actions: Mapping[str, QAction],
        open_preset: Callable[[str], object],
        begin_lesson: "Callable[[Lesson], object]",
        owner: QWidget,
    ) -> None:
        """`actions` are the window's, by name."""
        self._settings = settings
        self._appearance = appearance
        self._canvas = canvas
        self._actions = actions
        self._open_preset = open_preset
        self._begin_lesson = begin_lesson
        self._owner = owner
        self.preferences = preferences(settings, appearance, canvas, costs)
        self.dialog: SettingsDialog | None = None
        canvas.fingers_pan = settings.two_fingers == "pan"

    @cached_property
    def palette(self) -> CommandPalette:
        """Every command, setting, layer, preset and lesson, found by typing."""
        return CommandPalette(
            self._canvas,
            actions=self._actions,
            preferences=self.preferences,
            add_layer=self._canvas.add_layer,
            open_preset=self._open_preset,
            begin_lesson=self._begin_lesson,
        )

    def search(self) -> None:
        """Open the palette."""
        self.palette.ask()

    def show_settings(self) -> None:
        """Open the dialog, which shows what is set now."""
        budget = ("Memory for maps", "Change…", self._actions["budget"].trigger)
        self.dialog = SettingsDialog(self.preferences, [budget], self._owner)
        self.dialog.open()

    def toggle_theme(self) -> None:
        """Switch between light and dark, and remember it."""
        self._settings.theme = "light" if self._appearance.palette.name == "dark" else "dark"
        self._appearance.use(self._settings.theme)
