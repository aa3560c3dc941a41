"""Imports as Python does them, also once Qt is loaded.

PySide6 looks at each import whether its module asks for `snake_case` or `true_property`, and reads the whole
source of a module that it meets for the first time (`shibokensupport.feature`): 0.1 s of a start. Nothing
here asks for them.
"""

import builtins


def restore_imports() -> None:
    """Let an import be Python's own again, from the next one on."""
    own = getattr(builtins, "__orig_import__", None)  # where PySide6 keeps it
    if own is not None:
        builtins.__import__ = own
