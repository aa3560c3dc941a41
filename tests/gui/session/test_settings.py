"""Preferences are kept between starts, and nonsense in their file reads as the default."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QApplication

from engine.execution.executor import default_budget_bytes
from engine.folders import data_folder, settings_file
from gui.session.settings import Settings


def stored() -> QSettings:
    """The file of preferences."""
    return QSettings(str(settings_file()), QSettings.Format.IniFormat)


NONSENSE = [
    "",
    "²",
    "-1",
    "0",
    "1e9",
    "9" * 40,
    "@Invalid()",
    "nonsense",
    "\x00\x01",
    ["a", "b"],
    {"a": 1},
    b"\xff",
]


@pytest.mark.parametrize("value", NONSENSE, ids=repr)
def test_nonsense_reads_as_the_default(qapp: QApplication, value: object) -> None:
    store = stored()
    for name in (
        "theme",
        "budget_bytes",
        "costs_shown",
        "channels_last",
        "geometry",
        "docks",
        "folders/project",
        "switches/more",
        "choices/colours",
        "strip",
    ):
        store.setValue(name, value)
    settings = Settings()
    assert settings.theme == "light"
    assert settings.budget_bytes == default_budget_bytes()
    assert settings.costs_shown == "macs"
    assert all(isinstance(path, str) and path for path in settings.strip)
    assert not settings.channels_last
    assert settings.folder("project") == str(Path.home())
    assert settings.is_on("more", default=True)
    assert settings.chosen("colours", ("cividis", "viridis"), "viridis") == "viridis"
    assert all(isinstance(one, QByteArray) for one in settings.window_state())


@pytest.mark.parametrize("value", [*NONSENSE, [1, None, ["x"]], 7], ids=repr)
def test_recent_files_are_always_a_list_of_paths(qapp: QApplication, value: object) -> None:
    stored().setValue("recent_files", value)
    found = Settings().recent_files
    assert all(isinstance(one, str) and one and "\0" not in one for one in found)
    Settings().remember_file("/home/net.onebyone")
    assert Settings().recent_files[0] == "/home/net.onebyone"


def test_a_file_that_is_no_settings_file_is_as_good_as_none(qapp: QApplication) -> None:
    path = Path(stored().fileName())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x00\xff[[[=\n%%%\\x")
    assert Settings().theme == "light"
    Settings().theme = "dark"
    assert Settings().theme == "dark"


def test_recent_files_are_few_and_the_newest_comes_first(qapp: QApplication) -> None:
    settings = Settings()
    for number in range(12):
        settings.remember_file(f"/{number}")
    settings.remember_file("/9")
    assert settings.recent_files == ["/9", "/11", "/10", "/8", "/7", "/6", "/5", "/4"]


def test_folders_switches_and_choices_are_remembered(qapp: QApplication, tmp_path: Path) -> None:
    settings = Settings()
    settings.remember_folder("figure", tmp_path / "figure.pdf")
    settings.switch("more", True)
    settings.choose("colours", "viridis")
    again = Settings()
    assert again.folder("figure") == str(tmp_path)
    assert again.folder("project") == str(Path.home())
    assert again.is_on("more")
    assert again.chosen("colours", ("cividis", "viridis"), "cividis") == "viridis"
    (tmp_path / "gone").mkdir()
    settings.remember_folder("figure", tmp_path / "gone" / "figure.pdf")
    (tmp_path / "gone").rmdir()
    assert again.folder("figure") == str(Path.home())


def test_unsaved_work_and_pictures_lie_among_the_data(qapp: QApplication) -> None:
    assert Settings().unsaved_folder == data_folder() / "unsaved"
    assert Settings().pictures_folder == data_folder() / "pictures"
    assert not data_folder().exists()  # until there is something to keep


def test_what_an_older_version_kept_is_taken_over_once(qapp: QApplication) -> None:
    former = QSettings("OneByOne", "OneByOne")
    former.setValue("theme", "dark")
    former.setValue("folders/project", str(Path.home()))
    former.sync()
    folder = Path(former.fileName()).parent
    (folder / "unsaved").mkdir()
    (folder / "unsaved" / "work.json").write_text("{}")
    (folder / "pictures").mkdir()
    settings = Settings()
    assert settings.theme == "dark"
    assert (settings.unsaved_folder / "work.json").read_text() == "{}"
    assert (folder / "pictures").is_dir()  # projects name it
    settings.theme = "light"
    assert former.value("theme") == "dark"
    del settings
    assert Settings().theme == "light"


def test_unsaved_work_of_both_versions_is_kept(qapp: QApplication) -> None:
    former = QSettings("OneByOne", "OneByOne")
    former.setValue("theme", "dark")
    former.sync()
    old = Path(former.fileName()).parent / "unsaved"
    for folder in (old, data_folder() / "unsaved"):
        folder.mkdir(parents=True)
        (folder / "work.json").write_text(str(folder))
    Settings()
    for folder in (old, data_folder() / "unsaved"):
        assert (folder / "work.json").read_text() == str(folder)
