"""`onebyone install-desktop`: the program among the applications, and projects opened by a double-click."""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from assets import desktop_file, icon_path
from engine.errors import FormatError
from engine.formats.files import write_bytes
from engine.own_process import own_command
from gui.commands.command import DONE, Command, Parser, UsageError

ENTRY: Final = "onebyone.desktop"
MIME_TYPE: Final = "application/x-onebyone"
_PATIENCE_S: Final = 30.0


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("--remove", action="store_true", help="take it away again")


def _run(arguments: argparse.Namespace) -> int:
    if sys.platform in ("win32", "darwin"):
        raise UsageError("install-desktop is for Linux desktops; here the bundle brings its own entry")
    folder = _data_home()
    files = desktop_files(command_words())
    for name, content in files.items():
        path = folder / name
        if arguments.remove:
            path.unlink(missing_ok=True)
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FormatError(f"cannot make the folder {str(path.parent)!r}: {error.strerror}") from None
        write_bytes(path, content)
    _tell_desktops(folder, register=not arguments.remove)
    if arguments.remove:
        print(f"OneByOne is no longer among the applications of {folder}")
    else:
        print("OneByOne is among the applications now, and opens .onebyone files.")
        print("`onebyone install-desktop --remove` takes it away again.")
    return DONE


def desktop_files(words: list[str]) -> Mapping[str, bytes]:
    """What is installed, by its path below the user's data; `words` start the program."""
    entry = desktop_file(ENTRY).read_text(encoding="utf-8")
    command = " ".join(map(_quoted, words)).replace("\\", "\\\\")
    entry = re.sub("(?m)^Exec=onebyone", lambda found: f"Exec={command}", entry)
    entry = re.sub("(?m)^TryExec=.*\n", "", entry)
    return {
        f"applications/{ENTRY}": entry.encode("utf-8", "surrogateescape"),
        "mime/packages/onebyone.xml": desktop_file("onebyone.xml").read_bytes(),
        "icons/hicolor/scalable/apps/onebyone.svg": icon_path("onebyone").read_bytes(),
        "icons/hicolor/scalable/mimetypes/application-x-onebyone.svg": desktop_file(
            "application-x-onebyone.svg"
        ).read_bytes(),
        "metainfo/onebyone.metainfo.xml": desktop_file("onebyone.metainfo.xml").read_bytes(),
    }


def command_words() -> list[str]:
    """What starts this very program, from any folder."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    script = Path(sys.executable).with_name("onebyone")
    return [str(script)] if script.is_file() else own_command("-m", "gui")


def _quoted(word: str) -> str:
    """As the Desktop Entry Specification has it, "The Exec key"; % begins a field there."""
    escaped = re.sub(r'(["`$\\])', r"\\\1", word.replace("%", "%%"))
    return escaped if re.fullmatch(r"[\w/.,:@+=%-]+", word) else f'"{escaped}"'


def _data_home() -> Path:
    import platformdirs

    return platformdirs.user_data_path()


def _tell_desktops(folder: Path, *, register: bool) -> None:
    """Let the desktop's tools take notice, as far as they are there; menus find the files without them."""
    commands = [
        ["update-mime-database", str(folder / "mime")],
        ["update-desktop-database", str(folder / "applications")],
        ["gtk-update-icon-cache", "--quiet", "--ignore-theme-index", str(folder / "icons" / "hicolor")],
    ]
    if register:
        commands.append(["xdg-mime", "default", ENTRY, MIME_TYPE])
    for command in commands:
        if shutil.which(command[0]) is not None:
            subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_S)


COMMAND: Final = Command(
    name="install-desktop",
    help="Put the program among your applications, and open .onebyone files with it",
    add_arguments=_add_arguments,
    run=_run,
)
