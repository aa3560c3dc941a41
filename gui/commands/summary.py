"""`onebyone summary`: the layer table with shapes, costs and receptive fields."""

import argparse
import sys
from typing import Final

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.formats.tables.layer_table import TABLES
from engine.formats.tables.summary_json import summary_json
from engine.plan import plan_text, post_activation
from gui.commands.command import Command, Parser, report_problems
from gui.commands.networks import add_network, find_network


def _add_arguments(parser: Parser) -> None:
    add_network(parser)
    forms = parser.add_mutually_exclusive_group()
    for form in ("json", "markdown", "latex", "csv"):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"as {form}")
    forms.add_argument("--plan", action="store_true", help="what the engine would do, step by step, and why")


def _run(arguments: argparse.Namespace) -> int:
    named = find_network(arguments.net, arguments.input)
    network = named.project.network
    analysis = analyze(network)
    if arguments.plan:
        sys.stdout.write(plan_text(Executor().plan(network, post_activation(network))))
        return report_problems(network, analysis)
    if arguments.form == "json":
        print(summary_json(named.name, network, analysis))
    else:
        sys.stdout.write(TABLES[arguments.form or "plain"](network, analysis))
    return report_problems(network, analysis)


COMMAND: Final = Command(
    name="summary",
    help="Print every layer's shape, parameters, MACs, memory and receptive field",
    add_arguments=_add_arguments,
    run=_run,
)
