"""`onebyone train`."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FormatError
from engine.formats import read_project, write_project
from engine.layers import layer_from_json
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.training.optimizers import optimizers
from engine.training.tasks import tasks
from engine.training.trainer import Trainer
from gui.command_line import main
from gui.commands.command import Parser
from gui.commands.train import COMMAND, _plan


@pytest.fixture
def net(tmp_path: Path) -> str:
    """One dense layer on shrunken digits: a run takes a moment."""
    nodes = [Node(id="image", layer=Input(shape=(1, 28, 28)))]
    for node_id, record in [
        ("pool", {"kind": "AvgPool2d", "kernel_size": [4, 4], "stride": [4, 4]}),
        ("flat", {"kind": "Flatten"}),
        ("head", {"kind": "Linear", "out_features": 10}),
        ("softmax", {"kind": "Softmax"}),
    ]:
        nodes.append(Node(id=node_id, layer=layer_from_json(record), inputs=(nodes[-1].id,)))
    path = tmp_path / "small.onebyone"
    write_project(path, Project(network=Network(nodes)))
    return str(path)


class Killed(BaseException):
    """As if the process had ended there."""


def trained(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["train", *arguments, "--task", "classify", "--data", "digits", "--json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


def test_the_same_command_makes_the_same_weights_and_they_say_where_they_come_from(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.onebyone"
    records = [
        trained(capsys, net, "--steps", "20", "--lr", "0.05", "--seed", "1", "-o", str(out)) for _ in range(2)
    ]
    assert records[0]["held_out_accuracy"] == records[1]["held_out_accuracy"] > 0.4
    assert records[0]["steps"] == 20
    assert records[0]["loss"] == records[1]["loss"] < 2.3
    assert records[0]["seeds"][0]["seed"] == 1
    weights = read_project(out).network["head"].weights
    percent = f"{100 * records[0]['held_out_accuracy']:.1f}"
    told = f"Trained here, 0.16 epochs of 8,000 MNIST digits, {percent} % of 1,000 held out, seed 1"
    assert weights.text == told
    assert main(["run", str(out), "--image", "digit:3a", "--top", "1"]) == 0
    assert not list(tmp_path.glob("*.npz")), "what is over leaves nothing behind"


@pytest.mark.parametrize("optimizer", optimizers())
@pytest.mark.parametrize("name", tasks())
def test_what_is_not_said_is_what_the_task_usually_takes(name: str, optimizer: str) -> None:
    arguments = Parser()
    COMMAND.add_arguments(arguments)
    chosen = tasks()[name]
    settings = _plan(arguments.parse_args(["net", "--task", name, "--optimizer", optimizer])).settings
    assert (settings.epochs, settings.rate) == (chosen.epochs, chosen.learning_rate(optimizer))
    said = ["net", "--task", name, "--epochs", "3", "--lr", "0.125"]
    settings = _plan(arguments.parse_args(said)).settings
    assert (settings.epochs, settings.rate) == (3, 0.125)


@pytest.mark.parametrize("more", [[], ["--against", "{net}"]], ids=["alone", "compared"])
def test_what_cannot_be_written_is_elsewhere(
    net: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
) -> None:
    """As where the disk is full: the folder is, for the file and for what is kept beside it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    full = tmp_path / "full"

    def write(path: Path, project: Project) -> str:
        if path.parent == full:
            raise FormatError(f"cannot write {path.name}: no space left on device")
        return write_project(path, project)

    monkeypatch.setattr("gui.commands.train.write_project", write)
    full.mkdir()
    out = full / "out.onebyone"
    arguments = ["train", net, "--steps", "2", "-o", str(out), *(one.format(net=net) for one in more)]
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert "held out" in told.out.lower()
    assert "no space left on device. What was learned is in" in told.err
    (elsewhere,) = temporary.rglob("*.onebyone")
    assert str(elsewhere) in told.err
    assert read_project(elsewhere).network["head"].weights.text.startswith("Trained here")


def test_several_seeds_are_told_one_by_one_and_together(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    record = trained(capsys, net, "--steps", "5", "--seeds", "3")
    accuracies = [one["held_out_accuracy"] for one in record["seeds"]]
    assert [one["seed"] for one in record["seeds"]] == [0, 1, 2]
    assert record["held_out_accuracy"] == pytest.approx(sum(accuracies) / 3)
    assert record["held_out_accuracy_deviation"] > 0
    assert record["parameters"] == 500


def test_a_run_is_taken_up_where_it_was_killed(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.onebyone"
    whole = trained(capsys, net, "--steps", "12", "-o", str(out))
    monkeypatch.setattr("engine.training.checkpoints.EVERY", 0.0)
    step, made = Trainer.step, 0

    def killed(self: Trainer, *arguments: Any, **named: Any) -> Any:
        nonlocal made
        made += 1
        if made == 8:
            raise Killed
        return step(self, *arguments, **named)

    other = tmp_path / "other.onebyone"
    monkeypatch.setattr(Trainer, "step", killed)
    with pytest.raises(Killed):
        main(["train", net, "--steps", "12", "-o", str(other)])
    monkeypatch.setattr(Trainer, "step", step)
    capsys.readouterr()
    again = trained(capsys, net, "--steps", "12", "-o", str(other))
    assert again["held_out_accuracy"] == whole["held_out_accuracy"]
    arrays = [read_project(path).network["head"].weights.arrays for path in (out, other)]  # type: ignore[attr-defined]
    assert (arrays[0]["weight"] == arrays[1]["weight"]).all()


def test_a_comparison_is_taken_up_where_it_was_killed(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two networks and two seeds: nothing is done twice, the files and all that is told are the same."""
    step, made = Trainer.step, 0
    figures = {"whole": tmp_path / "whole.svg", "other": tmp_path / "other.svg"}
    arguments = ("--against", net, "--steps", "6", "--seeds", "2")

    def compared(name: str) -> Any:
        record = trained(capsys, net, *arguments, "--figure", str(figures[name]))["compared"]
        for one in record:
            del one["seconds"]
            for seed in one["seeds"]:
                del seed["seconds"]
        return record

    whole = compared("whole")

    def killed(self: Trainer, *arguments: Any, **named: Any) -> Any:
        nonlocal made
        made += 1
        if made == 16:
            raise Killed
        return step(self, *arguments, **named)

    monkeypatch.setattr(Trainer, "step", killed)
    with pytest.raises(Killed):
        compared("other")
    capsys.readouterr()
    assert compared("other") == whole
    assert made == 4 * 6 + 1
    assert figures["other"].read_bytes() == figures["whole"].read_bytes()
    assert not list(tmp_path.glob("*.npz"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["NET", "--data", "nowhere"], "no data is called 'nowhere'"),
        (["NET", "--task", "sing"], "no task is called 'sing'"),
        (["NET", "--batch", "0"], "batch=0"),
        (["NET", "--optimizer", "adm"], "Did you mean adam"),
        (["NET", "--seeds", "0"], "--seeds 0"),
        (["NET", "--set", "x=1"], "no option of the task"),
        (["NET", "-o", "out.txt"], "must end in .onebyone"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    net: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *(net if one == "NET" else one for one in arguments)]) == 2
    told = capsys.readouterr().err
    assert re.search(message, told)
    assert told.count("\n") == 1
