"""How much memory maps and weights may take."""

from gui.session.session import Session
from gui.window.conversation import Conversation


def choose_budget(session: Session, conversation: Conversation) -> None:
    """Ask, remember it, and compute with it."""
    settings = session.settings
    megabytes = conversation.dialogs.number(
        conversation.owner,
        "Memory budget",
        "Most memory for maps and weights, in MB:",
        settings.budget_bytes // 1_000_000,
        64,
        1_000_000,
    )
    if megabytes is not None:
        settings.budget_bytes = megabytes * 1_000_000
        conversation.notice.clear()
        session.compute.set_budget(settings.budget_bytes)
