"""`onebyone summary`: the layer table with shapes, costs and receptive fields."""

import argparse
import sys
from typing import Final

from engine.analysis.analyze import Analysis, analyze
from engine.analysis.training_memory import OPTIMIZER_VALUES, BatchMemory, batch_memory
from engine.execution.executor import Executor
from engine.formats.tables.layer_table import TABLES
from engine.formats.tables.summary_json import summary_json
from engine.plan import plan_text, post_activation
from engine.shapes import count_text
from gui.commands.command import Command, Parser, UsageError, report_problems, say
from gui.commands.networks import add_network, find_network


def _add_arguments(parser: Parser) -> None:
    add_network(parser)
    forms = parser.add_mutually_exclusive_group()
    for form in ("json", "markdown", "latex", "csv"):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"as {form}")
    add = parser.add_argument
    add("--batch", type=int, metavar="N", help="memory for so many pictures at once")
    add("--bytes", type=int, metavar="B", help="of a number: 4 (float32), 2 or 1")
    add("--training", action="store_true", help="memory for training: gradients, optimiser, maps kept")
    add("--optimizer", metavar="NAME", help=f"whose memory it is: {', '.join(OPTIMIZER_VALUES)} (adamw)")
    forms.add_argument("--plan", action="store_true", help="what the engine would do, step by step, and why")


def _run(arguments: argparse.Namespace) -> int:
    named = find_network(arguments.net, arguments.input)
    network = named.project.network
    analysis = analyze(network)
    if arguments.plan:
        sys.stdout.write(plan_text(Executor().plan(network, post_activation(network))))
        return report_problems(network, analysis)
    memory = _memory(arguments, analysis)
    if arguments.form == "json":
        print(summary_json(named.name, network, analysis, memory))
    else:
        sys.stdout.write(TABLES[arguments.form or "plain"](network, analysis))
        if memory is not None:
            lines = memory_lines(memory, training=arguments.training)
            if arguments.form is None:
                print("\n".join(lines))
            else:  # a table stays one that programs can read
                say("; ".join(lines))
    return report_problems(network, analysis)


def _memory(arguments: argparse.Namespace, analysis: Analysis) -> BatchMemory | None:
    asked = {"batch": arguments.batch, "bytes_per_value": arguments.bytes, "optimizer": arguments.optimizer}
    chosen = {name: value for name, value in asked.items() if value is not None}
    if arguments.optimizer is not None and not arguments.training:
        raise UsageError("--optimizer: memory of an optimiser is part of --training alone")
    return batch_memory(analysis, **chosen) if chosen or arguments.training else None


def memory_lines(memory: BatchMemory, *, training: bool) -> list[str]:
    """What a batch takes, in lines for people."""
    size = {4: "float32", 2: "16 bits", 1: "8 bits"}[memory.bytes_per_value]
    pictures = count_text(memory.batch, "picture")
    lines = [
        f"batch        {pictures}, {size} a number: {memory.parameters:,} bytes of parameters,"
        f" {memory.maps:,} of maps (at most {memory.peak_maps:,} at once)"
    ]
    if training:
        lines.append(
            f"training     {memory.training:,} bytes: {memory.parameters:,} of parameters,"
            f" {memory.gradients:,} of gradients, {memory.optimizer:,} of the optimiser,"
            f" {memory.kept_maps:,} of maps kept"
        )
        lines.append(f"             {memory.assumptions}")
    return lines


COMMAND: Final = Command(
    name="summary",
    help="Print every layer's shape, parameters, MACs, memory and receptive field",
    add_arguments=_add_arguments,
    run=_run,
)
