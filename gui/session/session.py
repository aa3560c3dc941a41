"""What is open in one window, as one value: the parts that nearly everything reads."""

from dataclasses import dataclass

from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.session.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Session:
    """The document, what is selected in it, what is computed of it, and what the user prefers."""

    document: Document
    selection: Selection
    compute: ComputeService
    settings: Settings
