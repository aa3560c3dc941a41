"""Desktop entry, file type and icons: written where desktops look, valid, and gone when they are to go."""

import configparser
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from assets import desktop_file
from engine.version import VERSION
from gui.command_line import main
from gui.commands.install_desktop import ENTRY, MIME_TYPE, command_words, desktop_files


def entry(words: list[str]) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(desktop_files(words)[f"applications/{ENTRY}"].decode())
    return parser["Desktop Entry"]


@pytest.mark.skipif(os.name != "posix", reason="desktops of Linux")
def test_everything_is_installed_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data home"))
    monkeypatch.setenv("PATH", str(tmp_path))  # no tools that would touch a real desktop
    assert main(["install-desktop"]) == 0
    assert main(["install-desktop"]) == 0
    files = {
        path.relative_to(tmp_path / "data home").as_posix() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert files == set(desktop_files(["onebyone"]))
    assert main(["install-desktop", "--remove"]) == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert main(["install-desktop", "--remove"]) == 0


def test_the_entry_starts_this_very_program() -> None:
    done = subprocess.run([*command_words(), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"onebyone {VERSION}\n"


@pytest.mark.parametrize("word", ["/a b/one", "/50% off/one", 'a"b', "/$HOME/`x`", "a\\b", "/plain/one"])
def test_any_path_can_stand_in_the_entry(word: str) -> None:
    """Read as the specification has it: a value's own escapes, then quotes, then fields such as %f."""
    command = entry([word, "-m"])["Exec"].replace("\\\\", "\\")
    assert command.endswith(" -m %f")
    quoted = re.match(r'"((?:\\.|[^"\\])*)"', command)
    first = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else command.split()[0]
    assert first.replace("%%", "%") == word


def test_a_place_that_cannot_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    assert main(["install-desktop"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_entry_type_and_description_agree() -> None:
    mime = ET.parse(desktop_file("onebyone.xml")).getroot()
    (kind,) = mime
    assert kind.get("type") == MIME_TYPE
    assert entry(["onebyone"])["MimeType"] == f"{MIME_TYPE};"
    about = ET.parse(desktop_file("onebyone.metainfo.xml")).getroot()
    assert about.findtext("provides/mediatype") == MIME_TYPE
    assert about.findtext("launchable") == ENTRY
    newest = about.find("releases/release")
    assert newest is not None
    assert newest.get("version") == VERSION


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="not installed")
def test_the_entry_is_valid(tmp_path: Path) -> None:
    path = tmp_path / ENTRY
    path.write_bytes(desktop_files(["/a b/50%/onebyone"])[f"applications/{ENTRY}"])
    done = subprocess.run(["desktop-file-validate", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(shutil.which("appstreamcli") is None, reason="not installed")
def test_the_description_is_valid() -> None:
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", desktop_file("onebyone.metainfo.xml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
