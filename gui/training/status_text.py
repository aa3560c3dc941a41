"""What the panel says of a run, in a line."""

from time import monotonic

from engine.training.carried import Carried
from engine.training.data.examples import HELD_OUT
from engine.training.scores import Score
from gui.training.runner import DONE, RUNNING, Runner


def status_text(runner: Runner | None, speed: float) -> str:
    """`step 312 of 625 · epoch 2.50 · 340 steps/s`; speed: steps a second."""
    if runner is None:
        return "Nothing changes until Keep."
    trainer = runner.trainer
    if trainer is None:
        done, total = runner.read
        return f"Reading pictures, {done:,} of {total:,} …" if total else "Reading pictures …"
    words = f"step {trainer.step_number:,} of {trainer.steps:,} · epoch {trainer.epoch:.2f}"
    if runner.state == RUNNING and not trainer.step_number:
        return "Preparing the kernels for the first step …"
    if runner.state == RUNNING:
        return f"{words} · {speed:.3g} steps/s"
    if runner.state == DONE:
        scores = trainer.history.of(HELD_OUT)
        return f"Done: {score_text(scores[-1])}" if scores else f"Done · {words}"
    return f"Paused · {words}"


def learning_text(runner: Runner | None, kept_step: int, carried: Carried | None) -> str:
    """What the window's head says of a run whose weights the network does not have: `trained here, 5 epochs
    of 10,000 MNIST digits, 98.1 % of 1,000 held out, seed 0; not kept yet`.

    kept_step: whose weights it has. carried: what an edit left of them.
    """
    if runner is None or runner.trainer is None or runner.step_number in (0, kept_step):
        return ""
    if carried is not None:
        return "trained here before the edit; not kept yet" if carried.kept else ""
    if runner.state == RUNNING:
        return f"in training, epoch {runner.trainer.epoch:.1f} of {runner.trainer.epochs:.3g}"
    return f"trained here, {runner.trainer.note()}; not kept yet"


def score_text(score: Score) -> str:
    """`98.1 % of 1,000 held out (95 %: 97.1 … 98.8 %)`."""
    split = score.split.replace("_", " ")
    if score.accuracy is not None and score.low is not None and score.high is not None:
        band = f"{100 * score.low:.1f} … {100 * score.high:.1f} %"
        return f"{100 * score.accuracy:.1f} % of {score.count:,} {split} (95 %: {band})"
    if score.psnr is not None:
        return f"{score.psnr:.1f} dB on {score.count:,} {split}"
    return f"loss {score.loss:.4g} on {score.count:,} {split}"


class Speed:
    """Steps a second, measured anew every second."""

    def __init__(self) -> None:
        self.steps_a_second = 0.0
        self._since, self._before = monotonic(), 0

    def measure(self, step: int) -> None:
        """So many steps have been made by now."""
        now = monotonic()
        if now - self._since >= 1:
            self.steps_a_second = max(0, step - self._before) / (now - self._since)
            self._since, self._before = now, step
