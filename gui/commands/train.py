"""`onebyone train`: a network learns, and what it learned is written as a project."""

import argparse
import statistics
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from engine.analysis.analyze import analyze
from engine.errors import FormatError, quoted
from engine.formats import write_project
from engine.formats.tables.comparison_tables import plain
from engine.model.project import Project
from engine.shapes import count_text
from engine.training.comparing.comparison import Listener, compare_learned
from engine.training.comparing.learned_table import learned_table
from engine.training.data import sources
from engine.training.data.augmentation import augmentations
from engine.training.losses import losses
from engine.training.optimizers import optimizers
from engine.training.runs import Plan, Run, run, trainer_of, with_seed
from engine.training.schedules import schedules
from engine.training.scores import Score
from engine.training.settings import DRAWN, PRESENT, Settings
from engine.training.tasks import task, tasks
from engine.training.tasks.linear_floor import linear_floor
from engine.training.trainer import Trainer
from gui.commands.command import (
    DONE,
    PROBLEMS,
    Command,
    Parser,
    UsageError,
    file_name,
    json_text,
    report_problems,
    say,
)
from gui.commands.networks import Named, add_network, find_network
from gui.figures.learned_chart import write_learned_chart
from gui.training.status_text import floor_text


def _add_arguments(parser: Parser) -> None:
    add_network(parser)
    add = parser.add_argument
    add("--task", default="classify", metavar="TASK", help=f"what it learns: {', '.join(tasks())} (classify)")
    add("--data", metavar="DATA", help=f"{', '.join(sources())}, or a folder of folders (the task's own)")
    usual = ", ".join(f"{one.epochs:g} to {one.name}" for one in tasks().values())
    add("--epochs", type=float, metavar="N", help=f"how often every picture is seen ({usual})")
    add("--steps", type=int, metavar="N", help="how many steps instead")
    add("--batch", type=int, default=64, metavar="N", help="pictures in a step (64)")
    add("--optimizer", default="adamw", metavar="NAME", help=f"{', '.join(optimizers())} (adamw)")
    add("--lr", type=float, metavar="RATE", help="learning rate (that which mostly suits task and optimiser)")
    add("--momentum", type=float, default=0.9, metavar="M", help="of sgd (0.9)")
    add("--decay", type=float, default=0.0, metavar="D", help="weight decay (0)")
    add("--schedule", default="cosine", metavar="NAME", help=f"{', '.join(schedules())} (cosine)")
    add("--clip", type=float, metavar="NORM", help="largest norm of all gradients together")
    add("--loss", default="", metavar="NAME", help=f"{', '.join(losses())} (the task's own)")
    add("--augment", metavar="A,B", help=f"change pictures by chance: {', '.join(augmentations())}")
    add("--set", action="append", default=[], metavar="NAME=VALUE", help="an option of the task")
    add("--seed", type=int, default=0, metavar="N", help="of weights, order and everything by chance (0)")
    add("--seeds", type=int, metavar="N", help="train so many times, from --seed on, and tell the spread")
    add("--against", action="append", default=[], metavar="NET", help="compare with what this one learns")
    add("--figure", type=file_name, metavar="FILE", help="accuracy against parameters, with error bars")
    add("--dask", metavar="ADDRESS", help="hand the runs to this scheduler, as in tcp://host:8786")
    add("--present", action="store_true", help="begin with the network's own weights instead of drawn ones")
    add("--fresh", action="store_true", help="begin anew, whatever an earlier run left behind")
    add("-o", "--output", type=_project_file, metavar="OUT", help="the trained project, .onebyone")
    add("--json", action="store_true", help="as JSON")


def _run(arguments: argparse.Namespace) -> int:
    named = find_network(arguments.net, arguments.input)
    network = named.project.network
    analysis = analyze(network)
    if analysis.problems:
        report_problems(network, analysis)
        return PROBLEMS
    plan = _plan(arguments)
    if arguments.seeds is not None and arguments.seeds < 1:
        raise UsageError(f"--seeds {arguments.seeds}: at least one is needed")
    seeds = range(arguments.seed, arguments.seed + (arguments.seeds or 1))
    if arguments.against or arguments.dask is not None:
        return _compare(arguments, named, plan, seeds)
    if arguments.figure is not None:
        raise UsageError("--figure compares: name another network with --against")
    files = [_checkpoint_file(arguments.output, seed) for seed in seeds]
    if arguments.fresh:
        _unlink(files)
    first = trainer_of(network, plan)  # what does not fit is said before anything is computed
    floor = None
    if first.task.gives_back:
        floor = linear_floor(network, first.goal.output_id, first.examples)
    runs = [
        run(network, with_seed(plan, seed), file=file, told=_Progress(), warn=say)
        for seed, file in zip(seeds, files, strict=True)
    ]
    best = max(runs, key=lambda one: (_goodness(one.choose), -one.seed))
    record = _record(named, plan, runs) | {"parameters": analysis.totals.parameters}
    record |= {"macs": analysis.totals.macs, "chosen_seed": best.seed}
    if floor is not None:
        record |= {"pca_values": floor.values, "pca_psnr": floor.psnr}
    if arguments.json:
        print(json_text(record))
    else:
        _print(named, runs)
        if floor is not None:
            print(floor_text(floor))
    if arguments.output is not None:
        _write(arguments.output, named.project.with_network(best.network), told=not arguments.json)
        _unlink(files)
    return DONE


def _write(path: Path, project: Project, *, told: bool) -> None:
    """What was learned; where the disk is full or gone, it goes to the temporary files, and `FormatError`
    says so."""
    try:
        write_project(path, project)
    except FormatError as error:
        try:
            elsewhere = Path(tempfile.mkdtemp(prefix="onebyone-")) / path.name
            write_project(elsewhere, project)
        except (FormatError, OSError):
            raise error from None
        raise FormatError(f"{error}. What was learned is in {quoted(elsewhere)}") from None
    if told:
        print(f"written: {path.name}")


def _compare(arguments: argparse.Namespace, named: Named, plan: Plan, seeds: Sequence[int]) -> int:
    """Several networks, or a cluster; all of them are told together."""
    contestants = [named, *(find_network(net, arguments.input) for net in arguments.against)]
    names = [one.name for one in contestants]
    networks = {
        name if names.count(name) == 1 else f"{name} ({number + 1})": one.project.network
        for number, (name, one) in enumerate(zip(names, contestants, strict=True))
    }
    numbers = {name: number for number, name in enumerate(networks, start=1)}
    kept_beside = arguments.output or arguments.figure
    files = {
        (name, seed): _checkpoint_file(kept_beside, seed, f"{numbers[name]}.")
        for name in networks
        for seed in seeds
    }
    if arguments.fresh:
        _unlink(files.values())
    listener = Listener(
        made=lambda name, one: say(f"{name}, seed {one.seed}: {_words(one.held_out)} held out"), warn=say
    )
    learned = compare_learned(
        networks,
        plan,
        seeds,
        dask=arguments.dask,
        files=lambda name, seed: files[name, seed],
        listener=listener,
    )
    if arguments.json:
        record = _record(named, plan, learned[0].runs)
        print(json_text(record | {"compared": [one.to_json() for one in learned]}))
    else:
        table = learned_table(learned)
        print(f"{plain(table)}{table.title}")
    if arguments.output is not None:
        best = max(learned[0].runs, key=lambda one: (_goodness(one.choose), -one.seed))
        _write(arguments.output, named.project.with_network(best.network), told=not arguments.json)
    if arguments.figure is not None:
        write_learned_chart(arguments.figure, learned)
    _unlink(files.values())
    return DONE


def _plan(arguments: argparse.Namespace) -> Plan:
    chosen = task(arguments.task)
    options = {}
    for text in arguments.set:
        name, found, value = text.partition("=")
        known = chosen.options
        if not found or name not in known:
            there = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError(f"--set {quoted(text)}: no option of the task {arguments.task}; {there}")
        options[name] = value
    augmentation = [] if arguments.augment is None else [one.strip() for one in arguments.augment.split(",")]
    settings = Settings(
        epochs=chosen.epochs if arguments.epochs is None else arguments.epochs,
        steps=arguments.steps,
        batch=arguments.batch,
        optimizer=arguments.optimizer,
        learning_rate=chosen.learning_rate(arguments.optimizer) if arguments.lr is None else arguments.lr,
        momentum=arguments.momentum,
        weight_decay=arguments.decay,
        schedule=arguments.schedule,
        clip=arguments.clip,
        loss=arguments.loss,
        augmentation=tuple(augmentation),
        start=PRESENT if arguments.present else DRAWN,
        seed=arguments.seed,
    )
    data = arguments.data or chosen.data
    return Plan(task=arguments.task, data=data, settings=settings, options=options)


class _Progress:
    """A line an epoch on standard error."""

    def __init__(self) -> None:
        self._begun = False

    def __call__(self, trainer: Trainer, score: Score | None) -> None:
        if not self._begun:
            self._begun = True
            if trainer.step_number > 1:
                say(f"seed {trainer.settings.seed}: taken up after step {trainer.step_number - 1:,}")
            for note in trainer.examples.notes:
                say(note)
        if score is not None:
            loss = trainer.history.steps[-1].loss
            say(
                f"seed {trainer.settings.seed}, step {trainer.step_number:,} of {trainer.steps:,}, epoch"
                f" {trainer.epoch:.3g}: loss {loss:.4f}, {_words(score)} of {score.count:,} to choose by"
            )


def _words(score: Score) -> str:
    if score.accuracy is not None:
        return f"{100 * score.accuracy:.1f} %"
    return f"loss {score.loss:.5f}" + ("" if score.psnr is None else f", {score.psnr:.1f} dB")


def _goodness(score: Score) -> float:
    return -score.loss if score.accuracy is None else score.accuracy


def _record(named: Named, plan: Plan, runs: Sequence[Run]) -> dict[str, Any]:
    """The mean of all seeds beside each seed's own."""
    seeds = [one.to_json() for one in runs]
    record: dict[str, Any] = {"net": named.name, "task": plan.task, "data": plan.data}
    for key in ("held_out_accuracy", "held_out_psnr", "held_out_loss", "loss", "seconds", "steps"):
        values = [seed[key] for seed in seeds if key in seed]
        if values:
            record[key] = values[0] if len(values) == 1 else statistics.fmean(values)
        if len(values) > 1 and key.startswith("held_out"):
            record[f"{key}_deviation"] = statistics.stdev(values)
    if len(seeds) == 1 and "held_out_interval" in seeds[0]:
        record["held_out_interval"] = seeds[0]["held_out_interval"]
    return record | {"seeds": seeds, "settings": plan.settings.to_json()}


def _print(named: Named, runs: Sequence[Run]) -> None:
    for one in runs:
        score = one.held_out
        spread = "" if score.low is None else f" (95 %: {100 * score.low:.1f}–{100 * (score.high or 0):.1f})"
        print(
            f"{named.name}, seed {one.seed}: {_words(score)} of {score.count:,} held out{spread},"
            f" {count_text(one.steps, 'step')} in {one.seconds:.1f} s"
        )
    accuracies = [one.held_out.accuracy for one in runs if one.held_out.accuracy is not None]
    if len(accuracies) > 1:
        mean, deviation = statistics.fmean(accuracies), statistics.stdev(accuracies)
        print(f"{count_text(len(runs), 'seed')}: {100 * mean:.2f} ± {100 * deviation:.2f} % held out")


def _checkpoint_file(output: Path | None, seed: int, which: str = "") -> Path | None:
    """Beside what is to be written; which: one of several networks."""
    return None if output is None else output.with_name(f"{output.name}.{which}seed{seed}.training.npz")


def _unlink(files: Iterable[Path | None]) -> None:
    for file in files:
        if file is not None:
            file.unlink(missing_ok=True)


def _project_file(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".onebyone":
        raise argparse.ArgumentTypeError(f"{quoted(text)} must end in .onebyone")
    if not path.parent.is_dir():
        raise FormatError(f"cannot write {quoted(text)}: there is no folder {quoted(path.parent)}")
    return path


COMMAND: Final = Command(
    name="train",
    help="Let a network learn, and write what it learned",
    add_arguments=_add_arguments,
    run=_run,
)
