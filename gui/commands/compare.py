"""`onebyone compare`: two networks layer by layer, with every difference and ratio."""

import argparse
import sys
from typing import Final

from engine.analysis.analyze import analyze
from engine.analysis.comparison import compare
from engine.formats.tables.comparison_markdown import comparison_markdown
from engine.formats.tables.comparison_tables import WRITERS, comparison_json, comparison_table
from gui.commands.command import Command, Parser, report_problems
from gui.commands.networks import add_inputs, find_network


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("before", metavar="A", help="the network to compare with: a preset's name, or a file")
    parser.add_argument("after", metavar="B", help="the network that is compared")
    forms = parser.add_mutually_exclusive_group()
    for form in ("json", "latex", "csv", "html"):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"as {form}")
    forms.add_argument(
        "--markdown", dest="form", action="store_const", const="markdown",
        help="totals, and what has changed, as a comment on a pull request",
    )  # fmt: skip
    add_inputs(parser)


def _run(arguments: argparse.Namespace) -> int:
    before, after = (find_network(net, arguments.input) for net in (arguments.before, arguments.after))
    analyses = [analyze(one.project.network) for one in (before, after)]
    found = compare(*analyses)
    if arguments.form == "json":
        print(comparison_json(found, before.name, after.name))
    elif arguments.form == "markdown":
        sys.stdout.write(comparison_markdown(found, before.name, after.name))
    else:
        table = comparison_table(found, before.name, after.name)
        sys.stdout.write(WRITERS[arguments.form or "plain"](table))
    return max(report_problems(analysis.network, analysis) for analysis in analyses)


COMMAND: Final = Command(
    name="compare",
    help="Compare two networks layer by layer: differences, and how many times fewer (A / B)",
    add_arguments=_add_arguments,
    run=_run,
)
