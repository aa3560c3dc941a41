"""Tables as LaTeX: a document of its own around a booktabs `tabular` that can be copied out of it."""

from typing import Final

from engine.formats.typesetting import Table, latex
from gui.figures.writer import Writer

_BEFORE: Final = r"""\documentclass{article}
\usepackage{booktabs,graphicx}
\pagestyle{empty}
\begin{document}
\noindent\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%
% --- the table: from here ---
"""
_AFTER: Final = r"""% --- to here ---
}
\end{document}
"""


def tabulate(table: Table) -> bytes:
    """The file's content; compiles with pdflatex."""
    return (_BEFORE + latex(table) + _AFTER).encode()


WRITER: Final = Writer(name="latex", title="LaTeX table", endings=(".tex",), tabulate=tabulate)
