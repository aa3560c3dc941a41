"""Whether a window can be opened here, found out before Qt aborts the process trying."""

import ctypes
import os
import sys
from collections.abc import Mapping
from typing import Final

XCB_LIBRARIES: Final[Mapping[str, str]] = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's xcb plugin loads, and the Debian package of each. Qt's own message names libxcb-cursor0
whichever of them is missing, and then aborts."""


def obstacle(environment: Mapping[str, str] = os.environ) -> str | None:
    """Why no window can be opened, with the way out, in one line; None where nothing stands in the way."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or chosen not in ("", "xcb"):
        return None
    if environment.get("WAYLAND_DISPLAY") and not chosen:
        return None
    display = environment.get("DISPLAY", "")
    if not display:
        return (
            "there is no display (DISPLAY is not set), so no window can be opened."
            " `onebyone summary`, `run` and `export` work without one."
        )
    missing = [package for library, package in XCB_LIBRARIES.items() if not _loads(library)]
    if missing:
        return f"Qt needs system libraries that are missing: apt-get install {' '.join(missing)}"
    if not _connects(display):
        return f"the display {display!r} does not answer, so no window can be opened."
    return None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _connects(display: str) -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    # The connection is left open: an X server without a window manager starts over when its last client
    # goes, and would turn Qt away while it does.
    return bool(xcb.xcb_connection_has_error(connection) == 0)
