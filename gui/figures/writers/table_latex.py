"""Tables as LaTeX: a document of its own around a booktabs `tabular` that can be copied out of it."""

from collections.abc import Iterator
from typing import Final

from engine.formats.tables.typesetting import Table, latex
from gui.figures.drawing.drawing import Curve, Path, Point, Text
from gui.figures.text.type_metrics import text_width
from gui.figures.writer import Writer

_TYPE_PT: Final = 10.0
"""Of the document."""

_BEFORE: Final = r"""\documentclass{article}
\usepackage{booktabs}
\begin{document}
\setbox0=\hbox{%
% --- the table: from here ---
"""
_AFTER: Final = r"""% --- to here ---
}% a page as large as the table
\pdfpagewidth=\dimexpr\wd0+20pt \pdfpageheight=\dimexpr\ht0+\dp0+20pt
\hoffset=-1in \voffset=-1in
\shipout\vbox{\kern10pt\hbox{\kern10pt\box0}}
\end{document}
"""


def tabulate(table: Table) -> bytes:
    """The file's content; compiles with pdflatex."""
    return (_BEFORE + latex(table, outlined) + _AFTER).encode("ascii")


def outlined(letters: str) -> str:
    """Letters that LaTeX lacks as shapes, in PDF operators: nothing but pdflatex is needed."""
    from gui.figures.rendering.painter import letter_outlines

    line = Text(x=0.0, y=0.0, text=letters, size=_TYPE_PT, colour="#000000")
    operators = [word for contour in letter_outlines(line) for word in _operators(contour)]
    width = text_width(letters, _TYPE_PT)
    shapes = f"\\pdfliteral{{q {' '.join(operators)} f Q}}" if operators else ""
    return f"\\hbox to {width:.2f}bp{{{shapes}\\hss}}"


def _operators(contour: Path) -> Iterator[str]:
    """From the baseline upwards, in points."""

    def at(point: Point) -> str:
        return f"{point[0]:.2f} {-point[1]:.2f}"

    yield f"{at(contour.start)} m"
    for piece in contour.pieces:
        if isinstance(piece, Curve):
            yield f"{at(piece.control_1)} {at(piece.control_2)} {at(piece.end)} c"
        else:
            yield f"{at(piece.end)} l"
    yield "h"


WRITER: Final = Writer(name="latex", title="LaTeX table", endings=(".tex",), tabulate=tabulate)
