"""Every key of the presenter with what it does: the list that is shown is the one that is obeyed."""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Qt

K = Qt.Key

Command = Literal[
    "forward", "back", "hide", "poll", "panel", "panel_before", "closer", "further", "whole", "pen", "colour",
    "undo", "clear", "keep", "blank", "theme", "notes", "timer", "keys", "leave",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Binding:
    """Keys without Ctrl or Alt, how they are called, and what they do."""

    command: Command
    keys: tuple[Qt.Key, ...]
    shown: str
    words: str


BINDINGS: Final = (
    Binding(
        command="forward",
        keys=(K.Key_PageDown, K.Key_Right, K.Key_Down, K.Key_Space, K.Key_Return, K.Key_Enter),
        shown="Page Down  →  ↓  Space  Enter",
        words="The next thing: answer, solution, next step",
    ),
    Binding(
        command="back",
        keys=(K.Key_PageUp, K.Key_Left, K.Key_Up, K.Key_Backspace),
        shown="Page Up  ←  ↑  Backspace",
        words="The step before",
    ),
    Binding(command="hide", keys=(K.Key_H,), shown="H", words="Hide the solution, or tell it"),
    Binding(command="poll", keys=(K.Key_V,), shown="V", words="Vote: count hands for each choice"),
    Binding(command="panel", keys=(K.Key_Tab,), shown="Tab", words="The next panel on the stage"),
    Binding(command="panel_before", keys=(K.Key_Backtab,), shown="Shift+Tab", words="The panel before it"),
    Binding(
        command="closer",
        keys=(K.Key_Plus, K.Key_Equal),
        shown="+  Ctrl+wheel",
        words="Magnify what the mouse points at; drag to look around",
    ),
    Binding(command="further", keys=(K.Key_Minus,), shown="−", words="Magnify less"),
    Binding(command="whole", keys=(K.Key_Z,), shown="Z", words="Twice as large, or the whole again"),
    Binding(command="pen", keys=(K.Key_P,), shown="P", words="Take the pen, or put it away"),
    Binding(command="colour", keys=(K.Key_C,), shown="C", words="Another colour of ink"),
    Binding(command="undo", keys=(K.Key_U,), shown="U", words="Take the last stroke back"),
    Binding(command="clear", keys=(K.Key_X,), shown="X", words="Wipe all ink of this step"),
    Binding(
        command="keep", keys=(K.Key_K,), shown="K", words="Keep this step's ink when another is shown, or not"
    ),
    Binding(command="blank", keys=(K.Key_B, K.Key_Period), shown="B  .", words="A black screen, or back"),
    Binding(command="theme", keys=(K.Key_D,), shown="D", words="Dark or light"),
    Binding(command="notes", keys=(K.Key_N,), shown="N", words="The window of notes, or none"),
    Binding(command="timer", keys=(K.Key_T,), shown="T", words="Set the notes' timer to zero"),
    Binding(command="keys", keys=(K.Key_Question, K.Key_F1), shown="?", words="This list"),
    Binding(command="leave", keys=(K.Key_Escape, K.Key_F5), shown="Esc", words="Back, and out of the lesson"),
)
JUMP: Final = ("1 … 9,  G", "Go to a step by its number")
"""What `Jump` takes."""
POLL: Final = (("A  B  C …", "One hand more; with Shift one fewer"), ("Backspace", "Take the last hand back"))
"""What counts while a poll is seen."""

_BY_KEY: Final = {key: binding.command for binding in BINDINGS for key in binding.keys}


def command_of(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Command | None:
    """What is asked for; Shift alone is no other key, as signs need it on some keyboards."""
    plain = modifiers & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return _BY_KEY.get(key) if plain == Qt.KeyboardModifier.NoModifier else None
