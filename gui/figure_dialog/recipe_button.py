"""The button that tells how the figure is made elsewhere: the command line to copy, the recipe to keep."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

import presets
from engine.errors import FormatError
from engine.formats import write_bytes
from gui.figure_dialog.choices import CUSTOM, FORMATS, NATURAL, Choices
from gui.figures.recipe import ENDING, NO_NOTES, Recipe, Value, note_text
from gui.figures.style import LABELS, Options
from gui.figures.styles import STYLES
from gui.figures.writer import DPI_PER_SCALE, Finish
from gui.session.document import Document
from gui.widgets.dialogs import Dialogs

KINDS: Final = f"Figure recipe (*{ENDING})"


class RecipeButton(QToolButton):
    """Works on what `chosen` gives when it is pressed: the choices, the baseline, the photograph."""

    said = Signal(str)
    """What was done, or why not, in one line."""

    def __init__(
        self,
        document: Document,
        dialogs: Dialogs,
        chosen: Callable[[], tuple[Choices, str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._dialogs = document, dialogs
        self._chosen = chosen
        self.setText("Recipe")
        self.setToolTip("How this figure is made on the command line")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addAction("Copy the command line", self.copy)
        menu.addAction("Save the recipe…", self.save)
        self.setMenu(menu)

    @property
    def recipe(self) -> Recipe:
        """What is chosen now."""
        choices, baseline, photograph = self._chosen()
        notes = [note_text(note) for note in self._document.project.figure_notes]
        if not notes and self._document.path is not None and not self._document.is_clean:
            notes = [NO_NOTES]  # the file may have some that are taken away since
        return recipe_of(choices, net_name(self._document), baseline, photograph, notes)

    def copy(self) -> None:
        """The equivalent command line into the clipboard."""
        choices, _, _ = self._chosen()
        output = FORMATS[choices.format].file_name(self._document.title)
        command = self.recipe.command(output)
        QGuiApplication.clipboard().setText(command)
        self.said.emit(f"Copied: {command}")

    def save(self) -> None:
        """Ask for a file and keep the recipe there."""
        suggestion = f"{self._document.title}{ENDING}"
        path = self._dialogs.file_to_save(self, "Save recipe", suggestion, KINDS)
        if path is None:
            return
        try:
            write_bytes(path, self.recipe.to_json().encode())
        except FormatError as error:
            self.said.emit(str(error))
        else:
            self.said.emit(f"{path.name} is written: onebyone export --recipe {path.name} -o FILE")


def net_name(document: Document) -> str:
    """How the command line finds the network: its file, its preset, or the file it would be saved as."""
    if document.path is not None:
        return str(document.path)
    for about in presets.presets():
        if about.title == document.project.title:
            loaded = presets.load(about.name).project
            return about.name if loaded.network == document.project.network else f"{document.title}.onebyone"
    return f"{document.title}.onebyone"


def recipe_of(
    choices: Choices, net: str, baseline: str, photograph: str, notes: Sequence[str] = ()
) -> Recipe:
    """The arguments of `onebyone export` that stand for these choices and `notes` as they are typed; what is
    usual is left out."""
    style, options, usual = STYLES[choices.style], choices.full_options, Options()
    made: dict[str, Value] = {"style": choices.style}
    if choices.theme != "light":
        made["theme"] = choices.theme
    if choices.wants_maps and photograph and Path(photograph).suffix in ("", *_FILES):
        made["image"] = photograph
    for name in sorted(style.uses - {"baseline", "layer", "at"}):
        value = getattr(options, name)
        if value != getattr(usual, name):
            made[name.replace("_", "-")] = _written(name, value)
    if "layer" in style.uses and options.layer:
        made["layer"] = options.layer
        if options.at is not None:
            made["at"] = ",".join(map(str, options.at))
    if "baseline" in style.uses and baseline:
        made["baseline"] = baseline
    if options.only:
        made["only"] = _ids(options.only)
    if options.opened:
        made["open"] = options.opened
    if notes:
        made["note"] = [*notes]
    for name in ("caption", "greys", "font", "ends"):
        if getattr(options, name) != getattr(usual, name):
            made[name] = getattr(options, name)
    if choices.target == CUSTOM:
        made["width"], made["min-type"] = f"{choices.width_mm:g}", f"{choices.min_type_pt:g}"
        if choices.height_mm:
            made["height"] = f"{choices.height_mm:g}"
    elif choices.target != NATURAL:
        made["width"] = choices.target
    chosen = FORMATS[choices.format]
    if "scale" in chosen.writer.uses and choices.finish.scale != Finish().scale:
        made["dpi"] = f"{choices.finish.scale * DPI_PER_SCALE:g}"
    if "outlines" in chosen.writer.uses and choices.finish.outlines:
        made["outlines"] = True
    if chosen.moves and (choices.motion or chosen.bound):
        made["animate"] = choices.motion or "build-up"
    if chosen.moves and choices.finish.duration_ms is not None:
        made["duration"] = str(choices.finish.duration_ms)
    if chosen.writer.endings[0] == ".tex":
        made["format"] = chosen.writer.name
    return Recipe(net=net, arguments=made)


_FILES: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")


def _ids(nodes: Sequence[str]) -> list[str]:
    """Ids in one argument, and those with a comma in one each."""
    odd = [one for one in nodes if "," in one]
    plain = ",".join(one for one in nodes if "," not in one)
    return [*([plain] if plain else []), *odd]


def _written(name: str, value: Any) -> Value:
    if name == "labels":
        return ",".join(label for label in LABELS if label in value) or "none"
    if name == "colour":
        return [f"{kind}={colour}" for kind, colour in value]
    return value if isinstance(value, bool) else str(value)
