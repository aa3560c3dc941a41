"""Text as pdflatex sets it in its own sans serif type, which has few signs beyond ASCII."""

from engine.formats.tables.latex_signs import SIGNS, can_set
from gui.figures.drawing.drawing import Text

__all__ = ["can_set", "set_line"]


def set_line(item: Text) -> str:
    """The line's pieces in LaTeX; the size and the colour are set around it."""
    made = []
    for span in item.spans:
        weight = span.weight or item.weight
        words = "".join(SIGNS.get(letter, letter) for letter in span.text)
        if span.italic:
            words = rf"\textsl{{{words}}}"
        if weight >= 600:
            words = rf"\textbf{{{words}}}"
        if span.script:
            words = rf"\text{'super' if span.script > 0 else 'sub'}script{{{words}}}"
        made.append(words)
    return "".join(made)
