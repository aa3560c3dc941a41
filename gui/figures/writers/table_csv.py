"""Tables as CSV."""

from typing import Final

from engine.formats.tables.typesetting import Table, comma_separated
from gui.figures.writer import Writer


def tabulate(table: Table) -> bytes:
    """The file's content, UTF-8."""
    return comma_separated(table).encode()


WRITER: Final = Writer(name="csv", title="CSV table", endings=(".csv",), tabulate=tabulate)
