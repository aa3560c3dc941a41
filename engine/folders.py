"""Where the program keeps what it keeps, as each system has it: settings, data, caches, the log.

The environment decides first (`ONEBYONE_CACHE`, and on Linux the variables of the XDG specification). Nothing
is created here.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

_NAME: Final = "onebyone"


def cache_folder() -> Path:
    """What can be made again: `ONEBYONE_CACHE`, or the user's cache folder; never the install.

    `RuntimeError` where there is no home.
    """
    root = os.environ.get("ONEBYONE_CACHE")
    if root:
        return Path(root)
    import platformdirs

    folder = platformdirs.user_cache_path(_NAME, appauthor=False)
    if not folder.is_absolute():
        raise RuntimeError("no home folder")  # an empty HOME would put it into the current folder
    return folder


def settings_file() -> Path:
    """What the user prefers."""
    import platformdirs

    return _somewhere(platformdirs.user_config_path, "settings") / "settings.ini"


def data_folder() -> Path:
    """What the user made and has not put anywhere: unsaved work, pictures that were pasted."""
    import platformdirs

    return _somewhere(platformdirs.user_data_path, "data")


def log_file() -> Path:
    """What went wrong, for whoever is asked about it."""
    import platformdirs

    return _somewhere(platformdirs.user_log_path, "log") / "onebyone.log"


def _somewhere(find: Callable[..., Path], name: str) -> Path:
    """The folder that `find` gives; among the temporary ones where there is no home."""
    try:
        folder = find(_NAME, appauthor=False)
    except RuntimeError:
        folder = Path("~")
    if folder.is_absolute():
        return folder
    import tempfile

    return Path(tempfile.gettempdir()) / _NAME / name
