"""`onebyone presets`: the networks that come with the program."""

import argparse
import sys
from typing import Any, Final

from gui.commands.command import DONE, Command, Parser, json_text


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--shares",
        action="store_true",
        help="where the 1×1s are: what part of MACs, parameters and layers each class has (builds them all)",
    )


def _run(arguments: argparse.Namespace) -> int:
    if arguments.shares:
        return _shares(as_json=arguments.json)
    records = preset_records()
    if arguments.json:
        print(json_text(records))
        return DONE
    rows = [(r["name"], r["title"], _count(r["published_parameters"]), _words(r)) for r in records]
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


def _shares(*, as_json: bool) -> int:
    """Every preset's account, those with the greatest part of MACs in 1×1 convolutions first."""
    from engine.analysis.analyze import analyze
    from engine.analysis.shares import shares
    from engine.formats.tables.comparison_tables import plain
    from engine.formats.tables.shares_tables import shares_record, shares_table
    from presets import presets

    found = [(preset.name, shares(analyze(preset.project.network))) for preset in presets()]
    found.sort(key=lambda one: -one[1].fraction("pointwise", "macs"))
    if as_json:
        records = [{"name": name, **shares_record(account)} for name, account in found]
        print(json_text(records))
    else:
        sys.stdout.write(plain(shares_table(found, ("macs",))))
        sys.stdout.write("\n" + plain(shares_table(found, ("parameters",))))
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
            "trained_on": preset.trained_on,
            "paper": preset.paper.text,
            "published_parameters": preset.published_parameters,
            "published_macs": preset.published_macs,
            "parameters_source": preset.parameters_source,
        }
        for preset in presets()
    ]


def _words(record: dict[str, Any]) -> str:
    """Which of several definitions it is, and whether it comes trained."""
    trained = f"trained on {record['trained_on']}" if record["trained_on"] else ""
    return " · ".join(filter(None, (trained, record["variant"])))


def _count(parameters: int | None) -> str:
    return "" if parameters is None else f"{parameters:,}"


COMMAND: Final = Command(
    name="presets",
    help="List the networks that come with the program",
    add_arguments=_add_arguments,
    run=_run,
)
