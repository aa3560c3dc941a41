"""Tables as LaTeX: a document of its own around a booktabs `tabular` that can be copied out of it."""

from typing import Final

from engine.formats.typesetting import Table, latex
from gui.figures.writer import Writer

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
    return (_BEFORE + latex(table) + _AFTER).encode()


WRITER: Final = Writer(name="latex", title="LaTeX table", endings=(".tex",), tabulate=tabulate)
