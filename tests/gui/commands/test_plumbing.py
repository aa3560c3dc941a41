"""What all commands have in common: mistyped options, completion, the schema's number, a word on progress."""

import io
import json
import subprocess
import sys
import time

import pytest

from engine.formats.schemas import SCHEMAS
from gui.command_line import main
from gui.commands import COMMANDS
from gui.commands.completion import completion
from gui.commands.progress import progress, tell
from presets import preset_names


def options() -> list[tuple[str, str]]:
    """(command, option) of all long options."""
    return [
        (name, option)
        for name, command in COMMANDS.items()
        for option in command.parser()._option_string_actions
        if option.startswith("--") and len(option) > 5
    ]


def test_every_mistyped_option_is_told_what_it_was_meant_for(capsys: pytest.CaptureFixture[str]) -> None:
    for name, option in options():
        swapped = f"--{option[3]}{option[2]}{option[4:]}"
        if swapped in COMMANDS[name].parser()._option_string_actions or swapped == option:
            continue
        assert main([name, swapped]) == 2
        err = capsys.readouterr().err
        assert f"did you mean {option}?" in err, (name, swapped, err)
    assert main(["--imgae", "chelsea"]) == 2
    assert "did you mean --image?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        ["presets", "--json"],
        ["summary", "lenet5", "--json"],
        ["compare", "lenet5", "lenet5", "--json"],
        ["run", "lenet5", "--json"],
        ["check", "lenet5", "--json"],
        ["lessons", "--json"],
        ["export", "--list", "--json"],
        ["explain", "lenet5", "--method", "gradcam", "--json"],
    ],
)
def test_json_tells_the_number_of_its_schema(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    record = json.loads(capsys.readouterr().out)
    assert {one["schema"] for one in (record if isinstance(record, list) else [record])} == {1}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["sum"], "summary"),
        (["summary", "--js"], "--json"),
        (["summary", "squeezenet1"], "squeezenet1_1"),
        (["export", "lenet5", "--style", "sla"], "slabs"),
        (["check", "lenet5", "--max-par"], "--max-parameters"),
    ],
)
def test_bash_completes_commands_options_and_networks(words: list[str], wanted: str) -> None:
    pytest.importorskip("shtab")
    script = (
        completion("bash")
        + f"""
COMP_WORDS=(onebyone {" ".join(words)}); COMP_CWORD={len(words)}
_shtab_onebyone; printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert wanted in done.stdout.split(), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh", "fish"])
def test_every_shell_knows_every_command(shell: str) -> None:
    pytest.importorskip("shtab")
    script = completion(shell)
    assert all(name in script for name in COMMANDS)
    if shell in ("bash", "zsh"):
        assert all(name in script for name in preset_names())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_terminal_is_told_what_takes_longer_than_a_second(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr("gui.commands.progress.PATIENCE_S", 0.1)
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with progress("run"):
        tell("layer 3 of 12")
        time.sleep(seconds)
        print("done")
    assert (sys.stdout, sys.stderr, out.getvalue()) == (out, err, "done\n")
    if seconds:
        assert "onebyone run · layer 3 of 12 · 0 s" in err.getvalue()
        assert err.getvalue().endswith("\r\x1b[K")
    else:
        assert err.getvalue() == ""


def test_a_file_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.commands.progress.PATIENCE_S", 0.1)
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    with progress("run"):
        time.sleep(0.2)
    assert err.getvalue() == ""
