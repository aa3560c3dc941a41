"""`onebyone schema`: the JSON Schemas of project files and of `summary --json`, for editors and programs."""

import argparse
import json
from typing import Final

from engine.formats.schemas import SCHEMAS, schema
from gui.commands.command import DONE, Command, Parser


def _add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "name",
        metavar="NAME",
        choices=SCHEMAS,
        help="project (.onebyone files) or summary (summary --json)",
    )


def _run(arguments: argparse.Namespace) -> int:
    print(json.dumps(schema(arguments.name), indent=2, ensure_ascii=False))
    return DONE


COMMAND: Final = Command(
    name="schema",
    help="Print the JSON Schema of project files, or of summary --json",
    add_arguments=_add_arguments,
    run=_run,
)
