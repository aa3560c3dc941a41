"""What the user prefers, kept between starts."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from engine.execution.executor import default_budget_bytes
from engine.folders import data_folder, settings_file
from gui.look.theme import PALETTES, SYSTEM

_RECENT = 8
_CONFIG = QStandardPaths.StandardLocation.GenericConfigLocation


def blocks_folder() -> Path:
    """Where blocks of one's own lie, each a project file: what is put there is offered."""
    return data_folder() / "blocks"


class Settings:
    """Typed access to the stored preferences; values that make no sense read as the default."""

    def __init__(self) -> None:
        path = settings_file()
        take_over = not path.exists()
        self._store = QSettings(str(path), QSettings.Format.IniFormat)
        if take_over:
            self._take_over(QSettings("OneByOne", "OneByOne"))

    @property
    def theme(self) -> str:
        """ "light", "dark" or "system"."""
        name = str(self._store.value("theme", "light"))
        return name if name in (*PALETTES, SYSTEM) else "light"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def budget_bytes(self) -> int:
        """Most memory for maps and weights; half of the machine's where nothing is set."""
        stored = str(self._store.value("budget_bytes", ""))
        sensible = stored.isascii() and stored.isdigit() and 0 < len(stored) < 16 and int(stored) > 0
        return int(stored) if sensible else default_budget_bytes()

    @budget_bytes.setter
    def budget_bytes(self, value: int) -> None:
        self._store.setValue("budget_bytes", str(value))

    @property
    def costs_shown(self) -> str:
        """ "macs", "flops" or "operations": how the cost of a layer is counted on screen."""
        stored = str(self._store.value("costs_shown", "macs"))
        return stored if stored in ("macs", "flops", "operations") else "macs"

    @costs_shown.setter
    def costs_shown(self, value: str) -> None:
        self._store.setValue("costs_shown", value)

    @property
    def channels_last(self) -> bool:
        """Whether shapes are shown as H×W×C instead of C×H×W."""
        return str(self._store.value("channels_last", "false")) == "true"

    @channels_last.setter
    def channels_last(self, value: bool) -> None:
        self._store.setValue("channels_last", "true" if value else "false")

    @property
    def minimap(self) -> bool:
        """Whether the whole network is shown small in a corner while not all of it is seen."""
        return str(self._store.value("minimap", "true")) == "true"

    @minimap.setter
    def minimap(self, value: bool) -> None:
        self._store.setValue("minimap", "true" if value else "false")

    @property
    def two_fingers(self) -> str:
        """What two fingers on a touchpad do to the canvas: "pan" or "zoom"."""
        return self.chosen("two fingers", ("pan", "zoom"), "pan")

    @two_fingers.setter
    def two_fingers(self, value: str) -> None:
        self.choose("two fingers", value)

    @property
    def figure_choices(self) -> str:
        """What was chosen last for a figure, as `gui.figure_dialog.choices` writes it; empty at first."""
        return str(self._store.value("figure_choices", ""))

    @figure_choices.setter
    def figure_choices(self, value: str) -> None:
        self._store.setValue("figure_choices", value)

    @property
    def lessons_done(self) -> str:
        """Which steps of which lessons were done, as `gui.lessons.progress` writes it."""
        return str(self._store.value("lessons_done", ""))

    @lessons_done.setter
    def lessons_done(self, value: str) -> None:
        self._store.setValue("lessons_done", value)

    @property
    def recent_files(self) -> list[str]:
        """Paths of the projects opened or saved last, newest first."""
        stored = self._store.value("recent_files", [])
        listed = stored if isinstance(stored, list) else [stored]
        paths = [path for path in listed if isinstance(path, str) and path and "\0" not in path]
        return list(dict.fromkeys(paths))[:_RECENT]

    def remember_file(self, path: str) -> None:
        """Put a project at the top of the recent files."""
        kept = [path, *(file for file in self.recent_files if file != path)]
        self._store.setValue("recent_files", kept[:_RECENT])

    @property
    def strip(self) -> list[str]:
        """Files of the photographs in the strip, in its order."""
        stored = self._store.value("strip", [])
        listed = stored if isinstance(stored, list) else [stored]
        return [path for path in listed if isinstance(path, str) and path and "\0" not in path]

    @strip.setter
    def strip(self, paths: Sequence[str]) -> None:
        self._store.setValue("strip", list(paths))

    def folder(self, purpose: str) -> str:
        """Where files for this purpose ("project", "photograph", "figure", …) were last; home at first."""
        stored = self._store.value(f"folders/{purpose}", "")
        known = isinstance(stored, str) and "\0" not in stored and Path(stored).is_dir()
        return str(stored) if stored and known else str(Path.home())

    def remember_folder(self, purpose: str, path: Path) -> None:
        """The next file for this purpose is looked for beside this one."""
        self._store.setValue(f"folders/{purpose}", str(path.absolute().parent))

    def is_on(self, name: str, default: bool = False) -> bool:
        """A switch that is remembered, such as "more" of the inspector."""
        stored = str(self._store.value(f"switches/{name}", "")).lower()
        return stored == "true" if stored in ("true", "false") else default

    def switch(self, name: str, on: bool) -> None:
        """Remember a switch."""
        self._store.setValue(f"switches/{name}", "true" if on else "false")

    def chosen(self, name: str, choices: Collection[str], default: str) -> str:
        """One of some choices, as the colour map of the feature maps."""
        stored = str(self._store.value(f"choices/{name}", default))
        return stored if stored in choices else default

    def choose(self, name: str, value: str) -> None:
        """Remember a choice."""
        self._store.setValue(f"choices/{name}", value)

    @property
    def unsaved_folder(self) -> Path:
        """Where work that is not saved yet is kept for after a crash."""
        return data_folder() / "unsaved"

    @property
    def trainings_folder(self) -> Path:
        """Where the newest checkpoints of trainings lie that are neither kept nor discarded."""
        return data_folder() / "trainings"

    @property
    def comparisons_folder(self) -> Path:
        """Where the runs of the newest comparison of what networks learn lie."""
        return data_folder() / "comparisons"

    @property
    def pictures_folder(self) -> Path:
        """Where pictures lie that were pasted: projects refer to them."""
        return data_folder() / "pictures"

    @property
    def lessons_folder(self) -> Path:
        """Where lessons of one's own lie, each a `….lesson.md`: what is put there is offered."""
        return data_folder() / "lessons"

    @property
    def lesson_work_folder(self) -> Path:
        """Where the program keeps the networks that were built in lessons."""
        return data_folder() / "lesson-work"

    def _take_over(self, former: QSettings) -> None:
        """What version 0.1 kept in other places: its preferences are copied, unsaved work moves here.

        Pictures that were pasted stay where they are: projects refer to them.
        """
        for name in former.allKeys():
            self._store.setValue(name, former.value(name))
        folder = Path(former.fileName()).parent
        if folder.name != "OneByOne":  # the registry, or a folder that all programs share
            folder = Path(QStandardPaths.writableLocation(_CONFIG)) / "OneByOne"
        with suppress(OSError):  # on another disk, or there already: then it stays where it is
            if (folder / "unsaved").is_dir():
                data_folder().mkdir(parents=True, exist_ok=True)
                (folder / "unsaved").rename(self.unsaved_folder)

    def window_state(self) -> tuple[QByteArray, QByteArray]:
        """(geometry, docks) of the main window as it was left; empty the first time."""
        geometry, docks = self._store.value("geometry"), self._store.value("docks")
        empty = QByteArray()
        return (
            geometry if isinstance(geometry, QByteArray) else empty,
            docks if isinstance(docks, QByteArray) else empty,
        )

    def keep_window_state(self, geometry: QByteArray, docks: QByteArray) -> None:
        """Store where the window and its docks are."""
        self._store.setValue("geometry", geometry)
        self._store.setValue("docks", docks)
