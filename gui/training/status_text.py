"""What the panel says of a run, in a line."""

from time import monotonic
from typing import Final

from engine.training.carried import Carried
from engine.training.data.examples import HELD_OUT
from engine.training.scores import Score
from engine.training.stages import longest
from engine.training.tasks.linear_floor import LinearFloor
from engine.training.trainer import Trainer
from gui.training.runner import DONE, FAILED, RUNNING, Runner
from gui.words.sentence_case import sentence

BEFORE: Final = "Before the edit"


def status_text(runner: Runner | None, speed: float, *, was_edited: bool = False) -> tuple[str, str]:
    """Two lines: `Epoch 2.50 of 5 · 340 steps/s`, `step 312 of 625`; empty where there is no more to say.

    speed: steps a second. was_edited: the network is another one by now.
    """
    if runner is None:
        return "", ""
    trainer = runner.trainer
    if trainer is None and runner.state == FAILED:
        return "Not begun", ""
    if trainer is None:
        done, total = runner.read
        return "Reading pictures …", f"{done:,} of {total:,}" if total else ""
    epoch, step = _epoch_text(trainer), f"step {trainer.step_number:,} of {trainer.steps:,}"
    if runner.state == RUNNING and not trainer.step_number:
        return "Preparing the kernels …", "for the first step"
    if runner.state == RUNNING:
        return f"{sentence(epoch)} · {speed:.3g} steps/s", step
    if runner.state == DONE:
        over = BEFORE if was_edited else "Done"
        scores = trainer.history.of(HELD_OUT)
        if not scores:
            return f"{over}: {epoch}", step
        beside = floor_text(runner.floor) if runner.floor is not None else band_text(scores[-1])
        return f"{over}: {score_text(scores[-1])}", f"{beside} · {step}" if beside else step
    return f"{BEFORE if was_edited else 'Paused'}: {epoch}", step


def notes_text(runner: Runner | None) -> str:
    """What people should know of the data of a run: `Left out, for they are no pictures: a.png.`"""
    notes = () if runner is None or runner.trainer is None else runner.trainer.examples.notes
    return " ".join(f"{sentence(note)}." for note in notes)


def _epoch_text(trainer: Trainer) -> str:
    return f"epoch {trainer.epoch:.2f} of {trainer.epochs:.3g}"


def learning_text(runner: Runner | None, kept_step: int, carried: Carried | None) -> str:
    """What the window's head says of a run whose weights the network does not have: `trained here, 5 epochs
    of 8,000 MNIST digits, 98.1 % of 1,000 held out, seed 0; not kept yet`.

    kept_step: whose weights it has. carried: what an edit left of them.
    """
    if runner is None or runner.trainer is None or runner.step_number in (0, kept_step):
        return ""
    if carried is not None:
        notes = [carried.network[node_id].weights.learned_how for node_id in carried.kept]
        return f"{longest(notes)}; not kept yet" if carried.kept else ""
    if runner.state == RUNNING:
        return f"in training, epoch {runner.trainer.epoch:.1f} of {runner.trainer.epochs:.3g}"
    return f"trained here, {runner.trainer.note()}; not kept yet"


def score_text(score: Score) -> str:
    """`98.1 % of 1,000 held out`."""
    split = score.split.replace("_", " ")
    if score.accuracy is not None:
        return f"{100 * score.accuracy:.1f} % of {score.count:,} {split}"
    if score.psnr is not None:
        return f"{score.psnr:.1f} dB on {score.count:,} {split}"
    return f"loss {score.loss:.4g} on {score.count:,} {split}"


def band_text(score: Score) -> str:
    """`95 %: 97.1 … 98.8 %`; empty where there is none."""
    if score.accuracy is None or score.low is None or score.high is None:
        return ""
    return f"95 %: {100 * score.low:.1f} … {100 * score.high:.1f} %"


def floor_text(floor: LinearFloor) -> str:
    """`64 principal components, as many as code holds: 28.8 dB`."""
    kept = "everything" if floor.psnr is None else f"{floor.psnr:.1f} dB"
    return f"{floor.values:,} principal components, as many as {floor.node_id} holds: {kept}"


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
