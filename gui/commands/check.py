"""`onebyone check`: budgets of a network, for continuous integration and pre-commit; exit status 1 where one
is not kept."""

import argparse
import re
import sys
from typing import Any, Final

from engine.analysis.analyze import Analysis, analyze
from engine.analysis.requirements import Requirements, Verdict, verdicts
from engine.errors import quoted
from engine.formats.tables.comparison_tables import UNKNOWN, WRITERS
from engine.formats.tables.typesetting import Table
from engine.shapes import Shape
from gui.commands.amounts import amount, memory
from gui.commands.command import DONE, PROBLEMS, Command, Parser, json_text, report_problems
from gui.commands.networks import add_inputs, find_network

_PROBLEMS: Final = "problems"


def _add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "nets",
        metavar="NET",
        nargs="+",
        help="presets, project files (.onebyone), models (.onnx), module:Name, -",
    )
    add_inputs(parser)
    parser.add_argument("--max-parameters", metavar="N", type=amount, help="most trainable parameters: 5M")
    parser.add_argument("--max-macs", metavar="N", type=amount, help="most multiply–adds: 600M")
    parser.add_argument(
        "--max-memory", metavar="SIZE", type=memory,
        help="most bytes of all parameters and of the maps alive at once, float32, one image: 64MB or 64MiB",
    )  # fmt: skip
    parser.add_argument(
        "--min-field", metavar="PIXELS", type=amount, help="least receptive field of the last spatial layer"
    )
    parser.add_argument("--output", metavar="SHAPE", type=_shape, help="of every output: 1000, or 21x224x224")
    forms = parser.add_mutually_exclusive_group()
    for form in ("json", "markdown"):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"as {form}")


def _run(arguments: argparse.Namespace) -> int:
    required = Requirements(
        max_parameters=arguments.max_parameters,
        max_macs=arguments.max_macs,
        max_memory_bytes=arguments.max_memory,
        min_field=arguments.min_field,
        output=arguments.output,
    )
    checked = []
    status = DONE
    for net in arguments.nets:
        named = find_network(net, arguments.input)
        analysis = analyze(named.project.network)
        status = max(status, report_problems(analysis.network, analysis))
        found = (_no_problems(analysis), *verdicts(analysis, required))
        checked.append((named.name, found))
    if not all(verdict.holds for _, found in checked for verdict in found):
        status = PROBLEMS
    if arguments.form == "json":
        print(json_text(_record(checked)))
    else:
        sys.stdout.write(WRITERS[arguments.form or "plain"](_table(checked)))
    return status


def _no_problems(analysis: Analysis) -> Verdict:
    count = len(analysis.problems)
    return Verdict(name=_PROBLEMS, measured=count, limit=0, holds=count == 0)


def _table(checked: list[tuple[str, tuple[Verdict, ...]]]) -> Table:
    return Table(
        title="Requirements",
        headings=("Network", "Requirement", "Measured", "Limit", "Result", "Note"),
        rows=tuple(
            (
                name,
                one.name,
                _text(one.measured),
                _text(one.limit),
                "holds" if one.holds else "FAILS",
                one.note,
            )
            for name, found in checked
            for one in found
        ),
        numbers=frozenset({2, 3}),
    )


def _text(value: int | str | None) -> str:
    return UNKNOWN if value is None else f"{value:,}" if isinstance(value, int) else value


def _record(checked: list[tuple[str, tuple[Verdict, ...]]]) -> dict[str, Any]:
    return {
        "holds": all(one.holds for _, found in checked for one in found),
        "networks": [
            {
                "name": name,
                "holds": all(one.holds for one in found),
                "requirements": [
                    {
                        "name": one.name,
                        "measured": one.measured,
                        "limit": one.limit,
                        "holds": one.holds,
                        "note": one.note,
                    }
                    for one in found
                ],
            }
            for name, found in checked
        ],
    }


def _shape(text: str) -> Shape:
    if not re.fullmatch("[0-9]{1,9}([x×X][0-9]{1,9}){0,2}", text):
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no shape such as 1000 or 21x224x224")
    return tuple(map(int, re.split("[x×X]", text)))


COMMAND: Final = Command(
    name="check",
    help="Hold networks against budgets of parameters, MACs, memory and field: exit 1 where one is not kept",
    add_arguments=_add_arguments,
    run=_run,
)
