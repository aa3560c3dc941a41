"""`onebyone completion`: a script that lets a shell complete commands, options, networks and files."""

import argparse
import sys
from typing import Any, Final

from gui.commands import COMMANDS
from gui.commands.command import DONE, Command, Parser

_SHELLS: Final = ("bash", "zsh", "tcsh", "fish")
_NETWORKS: Final = {"net", "nets", "before", "after", "baseline"}
"""Arguments that take a network: a preset's name or a file."""
_FILES: Final = {"output", "image", "weights", "labels", "input_array", "save", "save_weights", "python"}

_BASH: Final = """
_onebyone_network() {{ compgen -W "{presets}" -- "$1"; compgen -f -- "$1"; }}
"""
_ZSH: Final = """
_onebyone_network() {{ _alternative "presets:preset:({presets})" "files:file:_files" }}
"""


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=_SHELLS, help=f"one of {', '.join(_SHELLS)}")


def _run(arguments: argparse.Namespace) -> int:
    sys.stdout.write(completion(arguments.shell))
    return DONE


def completion(shell: str) -> str:
    """The script; it is to be read by the shell: `eval "$(onebyone completion bash)"`."""
    import shtab

    from presets import preset_names

    names = " ".join(preset_names())
    networks = {"bash": _BASH, "zsh": _ZSH}.get(shell, "").format(presets=names)
    return str(shtab.complete(_whole_parser(), shell=shell, preamble=networks))


def _whole_parser() -> argparse.ArgumentParser:
    """All commands as subcommands of one program, each argument marked with what completes it."""
    parser = Parser(prog="onebyone", description="A sandbox for convolutional networks.")
    commands = parser.add_subparsers()
    for name, command in COMMANDS.items():
        made = commands.add_parser(name, help=command.help, description=command.help)
        command.add_arguments(made)
    for one in [parser, *commands.choices.values()]:
        for action in one._actions:
            _mark(action)
    return parser


def _mark(action: Any) -> None:
    """Say what completes an argument, in the words of shtab."""
    if action.dest == "style":
        from gui.figures.styles import STYLES

        action.choices = tuple(STYLES)
    if action.dest in _NETWORKS:
        action.complete = {shell: "_onebyone_network" for shell in ("bash", "zsh")}
    elif action.dest in _FILES:
        import shtab

        action.complete = shtab.FILE


COMMAND: Final = Command(
    name="completion",
    help="Print a script that completes commands, options and networks in a shell",
    add_arguments=_add_arguments,
    run=_run,
)
