"""Choices that stay as they were left, also at the next start."""

from functools import partial

from gui.session.settings import Settings
from gui.widgets.controls.choice_button import ChoiceButton


def remember(button: ChoiceButton, settings: Settings, name: str) -> None:
    """Show what was chosen last under this name, and keep what will be chosen."""
    button.show_choice(settings.chosen(name, button.keys, button.current))
    button.chosen.connect(partial(settings.choose, name))
