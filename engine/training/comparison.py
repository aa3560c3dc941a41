"""What several networks learned from the same data with the same seeds: accuracy against size, with spread.

Every run is independent of all others: they are made in turn here, or handed to a dask cluster, with the same
results.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.analysis.analyze import analyze
from engine.errors import TrainingError, quoted
from engine.formats.project_json import read, write
from engine.model.network import Network
from engine.model.project import Project
from engine.survey.cluster import connect
from engine.training.runs import Plan, Run, run, trainer_of, with_seed


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


Told = Callable[[str, Run], None]
"""Called after every run with the network's name."""


def compare_learned(
    networks: Mapping[str, Network],
    plan: Plan,
    seeds: Sequence[int],
    *,
    dask: str | None = None,
    told: Told = lambda name, run: None,
) -> list[Learned]:
    """All networks with all seeds, in turn. `TrainingError` names one that does not fit, before anything is
    trained; `SurveyError` says why there is no cluster at the address `dask`."""
    for name, network in networks.items():
        try:
            trainer_of(network, plan)
        except TrainingError as error:
            raise TrainingError(f"{name}: {error}") from None
    jobs = [(name, network, with_seed(plan, seed)) for name, network in networks.items() for seed in seeds]
    found: dict[str, list[Run]] = {name: [] for name in networks}
    outcomes = _in_turn(jobs) if dask is None else _on_cluster(jobs, dask)
    for (name, _, _), outcome in zip(jobs, outcomes, strict=True):
        found[name].append(outcome)
        told(name, outcome)
    made = []
    for name, network in networks.items():
        totals = analyze(network).totals
        learned = Learned(name=name, parameters=totals.parameters, macs=totals.macs, runs=tuple(found[name]))
        made.append(learned)
    return made


Job = tuple[str, Network, Plan]


def _in_turn(jobs: Sequence[Job]) -> Iterator[Run]:
    for _, network, plan in jobs:
        yield run(network, plan)


def _on_cluster(jobs: Sequence[Job], address: str) -> Iterator[Run]:
    client = connect(address)
    futures = [
        client.submit(train_elsewhere, write(Project(network=network)), plan, pure=False)
        for _, network, plan in jobs
    ]
    try:
        for future in futures:
            fields, project = future.result()
            yield Run(network=read(project).network, **fields)
    except TrainingError:
        raise
    except Exception as error:  # whatever a cluster's many parts raise
        reason = quoted(str(error) or type(error).__name__, quotes="")
        raise TrainingError(f"the dask cluster failed: {reason}") from error
    finally:
        for future in futures:
            future.cancel()
        client.close()


def train_elsewhere(project: bytes, plan: Plan) -> tuple[dict[str, Any], bytes]:
    """A run on another machine: what `Run` holds beside the network, and the network as a project file."""
    outcome = run(read(project).network, plan)
    names = ("seed", "held_out", "choose", "loss", "steps", "seconds", "history")
    return {name: getattr(outcome, name) for name in names}, write(Project(network=outcome.network))
