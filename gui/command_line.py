"""`onebyone`: reads the command line, hands over to a command or opens the window, and speaks plainly.

Exit status 0 when all went well, 1 for a network with problems or too little memory, 2 for wrong usage or
a file that cannot be read or written, 70 for what nobody expected, whose traceback goes to the log
(`ONEBYONE_DEBUG=1` shows it), 130 after Ctrl-C. Output is UTF-8 and the same in every locale.
"""

import io
import os
import sys
from argparse import Action, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from engine.errors import EngineError, MemoryLimit, quoted
from engine.version import VERSION
from gui.commands import COMMANDS
from gui.commands.command import PROBLEMS, REFUSED, Parser, UsageError, say
from gui.commands.progress import progress

UNEXPECTED: Final = 70
"""A fault of the program: `EX_SOFTWARE` of BSD's sysexits.h."""
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141
"""What the shell says of a process that a closed pipe ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the process's exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if sys.stderr is None:  # closed by the shell (`2>&-`), or a program without a console
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # for as long as the process lasts
    if sys.stdout is None:  # what is asked for and cannot be written is an error, of a command at least
        mode = "r" if arguments[:1] and arguments[0] in COMMANDS else "w"
        sys.stdout = open(os.devnull, mode)  # noqa: SIM115  # as above
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
        return status
    except (UsageError, EngineError) as error:
        say(str(error))
        return PROBLEMS if isinstance(error, MemoryLimit) else REFUSED
    except BrokenPipeError:
        # Python flushes once more on its way out, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except MemoryError:
        say("there is not enough memory. A smaller input helps.")
        return PROBLEMS
    except io.UnsupportedOperation:
        say("the output is closed: there is nowhere to write to")
        return REFUSED
    except OSError as error:
        place = quoted(str(error.filename), quotes="") if error.filename else "the output"
        say(f"{place}: {error.strerror or error}")
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("ONEBYONE_DEBUG"):
            raise
        say(_apology(error))
        return UNEXPECTED
    finally:
        if "gui.commands.streams" in sys.modules:
            sys.modules["gui.commands.streams"].forget_streams()


def _apology(error: Exception) -> str:
    """One sentence on what nobody expected, whose traceback is in the log."""
    from gui.session.unexpected import in_words
    from gui.system.log import record

    path = record(error)
    way_out = "ONEBYONE_DEBUG=1 shows where"
    where = f"{path} says where" if path else f"no log could be written; {way_out}"
    return f"something went wrong that should not have ({in_words(error)}): {where}"


def _dispatch(argv: list[str]) -> int:
    if argv and argv[0] in COMMANDS:
        command = COMMANDS[argv[0]]
        parsed = command.parser().parse_args(argv[1:])
        with progress(command.name):
            return command.run(parsed)
    if argv[:1] == ["help"]:
        if argv[1:] and argv[1] not in COMMANDS:
            raise UsageError(f"there is no command {quoted(argv[1])}; there are {', '.join(COMMANDS)}")
        return _dispatch([*argv[1:2], "--help"])
    _refuse_mistyped(argv)
    arguments = _window_parser(tell_commands=bool({"-h", "--help"} & set(argv))).parse_args(argv)
    from gui.app import run

    if arguments.new and arguments.net is not None:
        raise UsageError(f"--new opens an empty canvas, and {quoted(arguments.net)} a network: one of them")
    return run(arguments.net, arguments.image, shape=arguments.input, new=arguments.new)


def _refuse_mistyped(argv: list[str]) -> None:
    """`UsageError` for what is nearly a command's name and can be no network.

    Commands are asked for their names last: that reads all of them, and a window need not wait for any.
    """
    name = argv[0] if argv else ""
    if not name or name.startswith("-") or "." in name or ":" in name or Path(name).exists():
        return
    from presets import preset_names

    if name in preset_names():
        return
    close = get_close_matches(name, COMMANDS, 1, 0.7)
    if close:
        raise UsageError(f"there is no command {quoted(name)}. Did you mean {close[0]}?")


def _window_parser(*, tell_commands: bool) -> Parser:
    """Reading all commands for their help takes longer than opening a window may."""
    from gui.commands.networks import add_python, input_shape

    commands = dict(COMMANDS) if tell_commands else {}
    width = max(map(len, commands), default=0)
    lines = [f"  {name:{width}}  {command.help}" for name, command in commands.items()]
    parser = Parser(
        prog="onebyone",
        usage="onebyone [NET | --new] [--image IMG] [--input CxHxW]\n       onebyone COMMAND …",
        description="Opens the window on a network and a photograph.",
        epilog="\n".join(
            ["commands, which need no window:", *lines, "", "`onebyone COMMAND --help` says more."]
        ),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "net",
        metavar="NET",
        nargs="?",
        help="a preset's name, a project file (.onebyone), a model (.onnx), or PyTorch code (module:Name)",
    )
    parser.add_argument("--image", metavar="IMG", help="a bundled photograph's name, or an image file")
    parser.add_argument(
        "--input", metavar="CxHxW", type=input_shape, help="another shape of the network's Input"
    )
    add_python(parser)
    parser.add_argument("--new", action="store_true", help="an empty canvas and the start page")
    parser.add_argument("-V", "--version", action=_TellVersion, nargs=0, help="show the version and exit")
    return parser


class _TellVersion(Action):
    """Writes `onebyone 1.0.0`."""

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        print(f"onebyone {VERSION}")
        parser.exit()
