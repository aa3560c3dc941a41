"""What a command is, and how all of them read their arguments and say what is wrong."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NoReturn

from engine.analysis.analyze import Analysis
from engine.formats.tables.summary_json import SCHEMA
from engine.model.network import Network

DONE: Final = 0
PROBLEMS: Final = 1
"""The network has problems, or needs more memory than there is."""
REFUSED: Final = 2
"""Wrong usage, or a file that cannot be read or written."""


STREAM: Final = Path("-")
"""What `-` stands for, this very object: standard input or output. `./-` is a file of this name."""


class UsageError(Exception):
    """Arguments that make no sense, in one line for people."""


class Parser(argparse.ArgumentParser):
    """Raises `UsageError` where argparse would print the usage and end the process."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does; `given` names the arguments that were there, whatever their value."""
        self._typed = tuple(sys.argv[1:] if args is None else args)
        parsed = super().parse_args(args, namespace)
        defaults = {action: action.default for action in self._actions}
        try:
            for action in defaults:
                action.default = argparse.SUPPRESS
            parsed.given = frozenset(vars(super().parse_args(args)))
        finally:
            for action, default in defaults.items():
                action.default = default
        return parsed

    def error(self, message: str) -> NoReturn:
        # what was typed stands in the message, however long it was
        short = re.sub(r"\S{200,}", lambda found: f"{found[0][:60]}…{found[0][-20:]}", message)
        raise UsageError(short.removeprefix("argument ") + self._meant())

    def _meant(self) -> str:
        """What a mistyped option may have been meant for."""
        for word in getattr(self, "_typed", ()):
            name = word.partition("=")[0]
            if name.startswith("--") and len(name) > 2 and name not in self._option_string_actions:
                close = get_close_matches(name, self._option_string_actions, 3, 0.6)
                close.sort(key=lambda option: sorted(option) != sorted(name))  # swapped letters before others
                return f". There is no {name[:60]}: did you mean {close[0]}?" if close else ""
        return ""


def file_name(text: str) -> Path:
    """A file that an argument names; an empty name would stand for the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return STREAM if text == "-" else Path(text)


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command: its name, what it does, its arguments, and the work, which gives the exit status."""

    name: str
    help: str
    add_arguments: Callable[[Parser], None]
    run: Callable[[argparse.Namespace], int]

    def parser(self) -> Parser:
        """Reads the arguments after the command's name."""
        made = Parser(prog=f"onebyone {self.name}", description=f"{self.help}.", allow_abbrev=False)
        self.add_arguments(made)
        return made


def json_text(record: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """What --json prints: the record, or each of a list, under the number of the schema that it follows."""
    if isinstance(record, Mapping):
        made: Any = {"schema": SCHEMA, **record}
    else:
        made = [{"schema": SCHEMA, **one} for one in record]
    return json.dumps(made, indent=2, ensure_ascii=False)


def say(message: str) -> None:
    """One line on standard error."""
    print(f"onebyone: {' '.join(message.split())}", file=sys.stderr)


def report_problems(network: Network, analysis: Analysis) -> int:
    """List the problems on standard error; the exit status."""
    for problem in analysis.problems:
        label = network.nodes[problem.node_id].label
        text = problem.message if problem.message.startswith(label) else f"{label}: {problem.message}"
        say(f"{problem.node_id}: {text}")
    return PROBLEMS if analysis.problems else DONE
