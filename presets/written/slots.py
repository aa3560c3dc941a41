"""Expressions in the texts of a step, each a named number of the step: `{macs(conv1)}` → `{macs_conv1}`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from presets.lesson import Quote
from presets.written.document import Line
from presets.written.expression import Reader

_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")


@dataclass
class Slots:
    """The numbers of a step, gathered while its texts are read."""

    reader: Reader
    quotes: dict[str, Quote] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def filled(self, lines: Sequence[Line]) -> str:
        """The lines with names in place of expressions."""
        return "\n".join(map(self._line, lines))

    def _line(self, line: Line) -> str:
        return _EXPRESSION.sub(lambda found: self._slot(found[1], line), line.text)

    def _slot(self, expression: str, line: Line) -> str:
        if expression not in self._names:
            quote = self.reader.quote(expression, line.number)
            plain = re.sub(r"\W+", "_", expression.replace("|", "to")).strip("_") or "number"
            name = plain if plain not in self.quotes else f"{plain}_{len(self.quotes)}"
            self._names[expression], self.quotes[name] = name, quote
        return f"{{{self._names[expression]}}}"
