"""`onebyone check`: exit status and table, as continuous integration reads them."""

import json
from pathlib import Path

import pytest

from gui.command_line import main

BUDGETS = [
    "--max-parameters",
    "5M",
    "--max-macs",
    "600M",
    "--max-memory",
    "64MB",
    "--min-field",
    "100",
    "--output",
    "1000",
]


@pytest.mark.parametrize(("net", "status"), [("squeezenet1_1", 0), ("lenet5", 1)])
def test_budgets_decide_the_exit_status(net: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", net, *BUDGETS]) == status
    out = capsys.readouterr().out
    rows = {line.split()[1]: line for line in out.splitlines()[2:]}
    assert list(rows) == ["problems", "max-parameters", "max-macs", "max-memory", "min-field", "output"]
    assert ("FAILS" in out) == bool(status)


def test_several_networks_are_held_against_the_same_budgets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "squeezenet1_1", "lenet5", "--max-macs", "1M", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["schema"] == 1
    assert [(network["name"], network["holds"]) for network in record["networks"]] == [
        ("squeezenet1_1", False),
        ("lenet5", True),
    ]


@pytest.mark.parametrize(
    ("option", "text", "limit"),
    [
        ("--max-parameters", "61706", 61706),
        ("--max-parameters", "61.706K", 61706),
        ("--max-parameters", "61,706", 61706),
        ("--max-macs", "1.5g", 1_500_000_000),
        ("--max-memory", "64MB", 64_000_000),
        ("--max-memory", "64MiB", 64 * 1024**2),
        ("--max-memory", "0.5 GiB", 1024**3 // 2),
        ("--max-memory", "284456", 284456),
    ],
)
def test_amounts_are_read_as_people_write_them(
    option: str, text: str, limit: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "lenet5", option, text, "--json"]) == 0
    (network,) = json.loads(capsys.readouterr().out)["networks"]
    assert network["requirements"][1]["limit"] == limit


@pytest.mark.parametrize("text", ["", "M", "-5", "5X", "1e6", "0.1", "64iB", "5 5", "nan", "\u0665"])
def test_what_is_no_amount_is_refused_in_a_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--max-memory", "--max-macs"):
        assert main(["check", "lenet5", f"{option}={text}"]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert option in err


def test_the_hook_of_pre_commit_names_a_command_that_is_there() -> None:
    hooks = (Path(__file__).parents[3] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert "entry: onebyone check\n" in hooks
