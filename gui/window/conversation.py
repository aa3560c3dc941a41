"""How a window speaks with its user: it asks, it says, and it shows what is going on."""

from dataclasses import dataclass

from PySide6.QtWidgets import QMainWindow

from gui.widgets.controls.typed import finish_typing
from gui.widgets.dialogs import Dialogs
from gui.widgets.notice import NoticeBar
from gui.window.status import StatusLine


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """Dialogs belong to `owner`; a notice stays until the next edit; the status line is for what passes."""

    dialogs: Dialogs
    notice: NoticeBar
    status: StatusLine
    owner: QMainWindow

    def typing_is_finished(self) -> bool:
        """Take over what is typed in a field; where it cannot be, say why."""
        refusal = finish_typing()
        if refusal:
            self.notice.say(f"{refusal}.")
        return refusal is None
