"""What the window of what networks learn says of itself."""

from pathlib import Path
from time import monotonic
from typing import Final

from engine.training.optimizers import optimizer
from engine.training.runs import Plan
from engine.training.tasks import task
from gui.comparing.learned.comparison_run import ComparisonRun

CLUSTER: Final = (
    "The runs are made in turn; onebyone train NET --against NET --seeds N --dask ADDRESS"
    " hands them to a cluster, with the same results."
)
_KNOWN: Final = 0.02
"""Of the whole has to be made here before anything can be said of the rest."""


def plan_text(plan: Plan) -> str:
    """`Classify · digits · 5 epochs, 64 pictures a step · AdamW, rate 0.002`."""
    settings = plan.settings
    length = f"{settings.steps:,} steps" if settings.steps else f"{settings.epochs:g} epochs"
    parts = (
        task(plan.task).title,
        Path(plan.data).name,
        f"{length}, {settings.batch} pictures a step",
        f"{optimizer(settings.optimizer).title}, rate {settings.rate:g}",
    )
    return " · ".join(parts)


def progress_text(run: ComparisonRun) -> str:
    """Where it is, and what is left; or what there is to know while nothing runs."""
    if run.is_done:
        return "All runs are made. The chart and the table can be saved."
    if not run.is_running:
        return "Each network is trained with every seed, in the background. What is closed goes on later."
    progress, total = run.progress, run.total
    words = [f"Run {min(progress.made + 1, total)} of {total}"]
    if not progress.title:
        words.append("reading pictures, preparing kernels …")
    else:
        step = f"step {progress.step:,} of {progress.steps:,}"
        words.append(f"{progress.title}, seed {progress.seed}: {step}")
    if run.began is not None:
        when, before = run.began
        made, spent = progress.share(total) - before, monotonic() - when
        if made > _KNOWN and spent > 3:
            words.append(f"about {_time_text(spent * (1 - before - made) / made)} left")
    return " · ".join(words)


def _time_text(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
