"""What the user prefers, kept between starts."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from engine.executor import default_budget_bytes
from gui.theme import PALETTES

_RECENT = 8
_CONFIG = QStandardPaths.StandardLocation.GenericConfigLocation


class Settings:
    """Typed access to the stored preferences; values that make no sense read as the default."""

    def __init__(self) -> None:
        self._store = QSettings("OneByOne", "OneByOne")

    @property
    def theme(self) -> str:
        """ "light" or "dark"."""
        name = str(self._store.value("theme", "light"))
        return name if name in PALETTES else "light"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def budget_bytes(self) -> int:
        """Most memory for maps and weights; half of the machine's where nothing is set."""
        stored = str(self._store.value("budget_bytes", ""))
        return int(stored) if stored.isdigit() and int(stored) > 0 else default_budget_bytes()

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
    def recent_files(self) -> list[str]:
        """Paths of the projects opened or saved last, newest first."""
        stored = self._store.value("recent_files", [])
        return [str(path) for path in stored] if isinstance(stored, list) else [str(stored)] if stored else []

    def remember_file(self, path: str) -> None:
        """Put a project at the top of the recent files."""
        kept = [path, *(one for one in self.recent_files if one != path)]
        self._store.setValue("recent_files", kept[:_RECENT])

    @property
    def unsaved_folder(self) -> Path:
        """Where work that is not saved yet is kept for after a crash: beside the settings."""
        folder = Path(self._store.fileName()).parent
        if folder.name != "OneByOne":  # the registry, or a folder that all programs share
            folder = Path(QStandardPaths.writableLocation(_CONFIG)) / "OneByOne"
        return folder / "unsaved"

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
