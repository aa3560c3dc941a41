"""Blocks of one's own: a selection saved for the palette, and the folder in which all of them lie."""

import re
from itertools import chain, count
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from engine.edits.own_block import as_block
from engine.errors import EngineError
from engine.formats import write_project
from gui.panels.palette import PalettePanel
from gui.session.session import Session
from gui.session.settings import blocks_folder
from gui.window.conversation import Conversation


class OwnBlocks:
    """Each is a project file: sent to others and put into their folder, it is in their palette."""

    def __init__(self, session: Session, conversation: Conversation, palette: PalettePanel) -> None:
        self._session = session
        self._conversation = conversation
        self._palette = palette
        self._folder = blocks_folder()
        self.refresh()

    def refresh(self) -> None:
        """Offer what lies in the folder now."""
        self._palette.show_own_blocks(self._folder)

    def save(self) -> None:
        """Ask for a name, and keep the selected layers under it."""
        document, ids = self._session.document, self._session.selection.ids
        title = self._title() if ids else ""
        if title is None:
            return
        try:
            block = as_block(document.project, document.analysis, ids, title)
            self._folder.mkdir(parents=True, exist_ok=True)
            write_project(self._free_path(title), block)
        except (EngineError, OSError) as error:
            self._conversation.notice.say(str(error))
            return
        self.refresh()
        self._conversation.status.showMessage(f"“{title.strip()}” is in the palette, under Your blocks", 6000)

    def show_folder(self) -> None:
        """Open the folder, from which blocks can be sent and into which they can be put."""
        self._folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _free_path(self, title: str) -> Path:
        """A file that is not there yet: what was saved under the same name stays."""
        stem = re.sub(r"[^\w\- ]+", "", title).strip()[:60] or "block"
        names = chain([stem], (f"{stem} {number}" for number in count(2)))
        return next(path for name in names if not (path := self._folder / f"{name}.onebyone").exists())

    def _title(self) -> str | None:
        project, ids = self._session.document.project, self._session.selection.ids
        groups = [group for group in project.groups if set(project.groups.nodes(group)) == ids]
        suggestion = project.groups[groups[-1]].label if groups else "My block"
        return self._conversation.dialogs.text(
            self._conversation.owner, "Save as a block", "Name in the palette:", suggestion
        )
