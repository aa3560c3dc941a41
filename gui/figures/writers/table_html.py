"""Tables as HTML."""

from typing import Final

from engine.formats.tables.typesetting import Table, html
from gui.figures.writer import Writer


def tabulate(table: Table) -> bytes:
    """The file's content, UTF-8."""
    return html(table).encode()


WRITER: Final = Writer(name="html", title="HTML table", endings=(".html",), tabulate=tabulate)
