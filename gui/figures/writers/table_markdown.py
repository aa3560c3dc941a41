"""Tables as Markdown."""

from typing import Final

from engine.formats.tables.typesetting import Table, markdown
from gui.figures.writer import Writer


def tabulate(table: Table) -> bytes:
    """The file's content, UTF-8."""
    return markdown(table).encode()


WRITER: Final = Writer(name="markdown", title="Markdown table", endings=(".md",), tabulate=tabulate)
