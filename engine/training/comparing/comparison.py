"""What several networks learned from the same data with the same seeds: accuracy against size, with spread.

Every run is independent of all others: they are made in turn here, or handed to a dask cluster, with the
same results. Where each is kept in a file, what was ended goes on where it was, and nothing is done twice.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.analysis.analyze import analyze
from engine.errors import FormatError, TrainingError, quoted
from engine.formats.files import write_bytes
from engine.formats.project_json import read, write
from engine.model.network import Network
from engine.model.project import Project
from engine.survey.cluster import connect
from engine.training.checkpoints import Keeper, restore_bytes, to_bytes
from engine.training.runs import Plan, Run, finished, make_steps, run, trainer_of, with_seed
from engine.training.trainer import Trainer
from engine.weights import Checkpoint, go_on


@dataclass(frozen=True, eq=False, kw_only=True)
class Learned:
    """One network, trained with several seeds."""

    name: str
    parameters: int
    """Trainable ones."""
    macs: int
    runs: tuple[Run, ...]

    @property
    def scores(self) -> tuple[float, ...]:
        """Of each run on held-out pictures: accuracy, or PSNR in dB where there are no classes."""
        found = [(one.held_out.accuracy, one.held_out.psnr) for one in self.runs]
        return tuple(psnr or 0.0 if accuracy is None else accuracy for accuracy, psnr in found)

    @property
    def mean(self) -> float:
        """Of the scores."""
        return statistics.fmean(self.scores)

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the scores over the seeds; None for a single one."""
        return statistics.stdev(self.scores) if len(self.runs) > 1 else None

    @property
    def bar(self) -> tuple[float, float]:
        """One standard deviation over the seeds to both sides; of a single run, the 95 % interval that so few
        held-out pictures leave, where there are classes."""
        held_out = self.runs[0].held_out
        if self.deviation is not None:
            return self.mean - self.deviation, self.mean + self.deviation
        if held_out.low is not None and held_out.high is not None:
            return held_out.low, held_out.high
        return self.mean, self.mean

    @property
    def bar_text(self) -> str:
        """What `bar` is, in a few words; empty where it is none."""
        if self.deviation is not None:
            return f"one standard deviation over {len(self.runs)} seeds"
        held_out = self.runs[0].held_out
        return "" if held_out.low is None else f"95 % interval of {held_out.count:,} pictures"

    @property
    def training_loss(self) -> float:
        """Mean over the seeds of the loss in the last epoch: far below that of held-out pictures, the network
        has learned its examples by heart."""
        return statistics.fmean(one.loss for one in self.runs)

    @property
    def held_out_loss(self) -> float:
        """Mean over the seeds."""
        return statistics.fmean(one.held_out.loss for one in self.runs)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        measure = "held_out_accuracy" if self.runs[0].held_out.accuracy is not None else "held_out_psnr"
        return {
            "name": self.name,
            "parameters": self.parameters,
            "macs": self.macs,
            measure: self.mean,
            f"{measure}_deviation": self.deviation,
            "loss": self.training_loss,
            "held_out_loss": self.held_out_loss,
            "seconds": statistics.fmean(one.seconds for one in self.runs),
            "steps": self.runs[0].steps,
            "seeds": [one.to_json() for one in self.runs],
        }


Files = Callable[[str, int], Path | None]
"""(a network's name, seed) → where this run is kept; None for nowhere."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who is told what happens, and may end it."""

    made: Callable[[str, Run], object] = lambda name, run: None
    """After every run, with the network's name."""
    stepped: Callable[[str, Trainer], object] = lambda name, trainer: None
    """After every step that is made here."""
    warn: Callable[[str], object] = lambda text: None
    """A file cannot be written, in a sentence; the run goes on."""
    checkpoint: Checkpoint = go_on
    """Called every few milliseconds; what it raises ends the comparison, and nothing made is lost."""


def compare_learned(
    networks: Mapping[str, Network],
    plan: Plan,
    seeds: Sequence[int],
    *,
    dask: str | None = None,
    files: Files = lambda name, seed: None,
    listener: Listener | None = None,
) -> list[Learned]:
    """All networks with all seeds, in turn: every network with the first seed, then with the second, so that
    what there is can be compared at any time. `TrainingError` names one that does not fit, before anything is
    trained; `SurveyError` says why there is no cluster at the address `dask`."""
    listener = listener or Listener()
    for name, network in networks.items():
        try:
            trainer_of(network, plan)
        except TrainingError as error:
            raise TrainingError(f"{name}: {error}") from None
    jobs = [
        Job(name, network, with_seed(plan, seed), files(name, seed))
        for seed in seeds
        for name, network in networks.items()
    ]
    found: dict[str, list[Run]] = {name: [] for name in networks}
    outcomes = _in_turn(jobs, listener) if dask is None else _on_cluster(jobs, dask, listener)
    for job, outcome in zip(jobs, outcomes, strict=True):
        found[job.name].append(outcome)
        listener.made(job.name, outcome)
    return learned_of(networks, found)


def learned_of(networks: Mapping[str, Network], runs: Mapping[str, Sequence[Run]]) -> list[Learned]:
    """What there is of each network so far; one without a run is left out."""
    made = []
    for name, network in networks.items():
        if runs[name]:
            totals = analyze(network).totals
            parameters, macs = totals.parameters, totals.macs
            made.append(Learned(name=name, parameters=parameters, macs=macs, runs=tuple(runs[name])))
    return made


@dataclass(frozen=True)
class Job:
    """One network with one seed, and the file it is kept in."""

    name: str
    network: Network
    plan: Plan
    file: Path | None


def _in_turn(jobs: Sequence[Job], listener: Listener) -> Iterator[Run]:
    for job in jobs:
        yield run(
            job.network,
            job.plan,
            file=job.file,
            told=lambda trainer, score, name=job.name: listener.stepped(name, trainer),  # type: ignore[misc]  # bound now
            warn=listener.warn,
            checkpoint=listener.checkpoint,
        )


def _on_cluster(jobs: Sequence[Job], address: str, listener: Listener) -> Iterator[Run]:
    """Runs that are in files are not handed out again."""
    client = connect(address)
    outcomes = [_kept(job) for job in jobs]
    futures = [
        None
        if outcome is not None
        else client.submit(train_elsewhere, write(Project(network=job.network)), job.plan, pure=False)
        for job, outcome in zip(jobs, outcomes, strict=True)
    ]
    try:
        for job, outcome, future in zip(jobs, outcomes, futures, strict=True):
            listener.checkpoint()
            if outcome is None:
                assert future is not None
                outcome = _taken_over(job, future.result())
            yield outcome
    except (TrainingError, FormatError):
        raise
    except Exception as error:  # whatever a cluster's many parts raise
        reason = quoted(str(error) or type(error).__name__, quotes="")
        raise TrainingError(f"the dask cluster failed: {reason}") from error
    finally:
        for future in futures:
            if future is not None:
                future.cancel()
        client.close()


def _kept(job: Job) -> Run | None:
    """The run in its file, where it was made to its end."""
    if job.file is None or not job.file.exists():
        return None
    trainer = trainer_of(job.network, job.plan)
    Keeper(job.file).resume(trainer)
    return finished(trainer, 0.0) if trainer.is_done else None


def _taken_over(job: Job, found: tuple[bytes, float]) -> Run:
    """A run that was made elsewhere, as if it had been made here."""
    data, seconds = found
    trainer = trainer_of(job.network, job.plan)
    restore_bytes(trainer, data, "what the cluster made")
    if job.file is not None:
        write_bytes(job.file, data)
    return finished(trainer, seconds)


def train_elsewhere(project: bytes, plan: Plan) -> tuple[bytes, float]:
    """A run on another machine, from its first step to its last: the checkpoint at its end, and the seconds
    of its steps."""
    trainer = trainer_of(read(project).network, plan)
    seconds = make_steps(trainer)
    return to_bytes(trainer), seconds
