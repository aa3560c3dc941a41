"""`onebyone licences`: what the program is made of, with versions and licences, and the notice on Qt."""

import argparse
from typing import Final

from assets import notice
from gui.commands.command import DONE, Command, Parser, json_text
from gui.system.components import components


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")


def _run(arguments: argparse.Namespace) -> int:
    found = components()
    if arguments.json:
        print(json_text([vars(component) for component in found]))
        return DONE
    widths = [max(len(getattr(one, field)) for one in found) for field in ("name", "version")]
    for one in found:
        print(f"{one.name:{widths[0]}}  {one.version:{widths[1]}}  {one.licence}")
    print(f"\n{notice()}", end="")
    return DONE


COMMAND: Final = Command(
    name="licences",
    help="List what the program is made of, with versions and licences",
    add_arguments=_add_arguments,
    run=_run,
)
