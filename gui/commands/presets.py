"""`onebyone presets`: the networks that come with the program."""

import argparse
import json
from typing import Any, Final

from gui.commands.command import DONE, Command, Parser


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")


def _run(arguments: argparse.Namespace) -> int:
    records = preset_records()
    if arguments.json:
        print(json.dumps(records, indent=2, ensure_ascii=False))
        return DONE
    rows = [(r["name"], r["title"], _count(r["published_parameters"]), r["variant"]) for r in records]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    group = ""
    for record, (name, title, count, variant) in zip(records, rows, strict=True):
        if record["group"] != group:
            print(("\n" if group else "") + record["group"])
            group = record["group"]
        print(
            f"  {name:{widths[0]}}  {title:{widths[1]}}  {count:>{widths[2]}}  {variant}".rstrip(),
        )
    return DONE


def preset_records() -> list[dict[str, Any]]:
    """What each preset says about itself, in the order of the menu; no network is built."""
    from presets import presets

    return [
        {
            "name": preset.name,
            "title": preset.title,
            "group": preset.group,
            "variant": preset.variant,
            "paper": preset.paper.text,
            "published_parameters": preset.published_parameters,
            "published_macs": preset.published_macs,
            "parameters_source": preset.parameters_source,
        }
        for preset in presets()
    ]


def _count(parameters: int | None) -> str:
    return "" if parameters is None else f"{parameters:,}"


COMMAND: Final = Command(
    name="presets",
    help="List the networks that come with the program",
    add_arguments=_add_arguments,
    run=_run,
)
