"""The trainer: one step after the other, each decided by settings, seed and number alone.

A step takes the next pictures of the epoch's order, changes them as the augmentation says, runs them forward
and back, and lets the optimiser change the weights. What is drawn by chance depends on the seed and on the
step's number only, so a run that was stopped, saved and resumed gives the same weights as one that was not.
"""

import dataclasses
import json
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape
from engine.training.chance import chance, order
from engine.training.data.augmentation import augmented
from engine.training.data.examples import HELD_OUT, TRAIN, Examples, Numbers
from engine.training.data.fitting_input import as_inputs
from engine.training.history import History, StepRecord
from engine.training.losses import loss
from engine.training.losses.loss import Outputs, Targets
from engine.training.optimizers import optimizer
from engine.training.optimizers.optimizer import Rate
from engine.training.parameters import Parameters
from engine.training.passes.tape import Tape
from engine.training.schedules import schedule
from engine.training.scores import Score, score_classes, score_images
from engine.training.settings import DRAWN, Settings
from engine.training.snapshot import Snapshot
from engine.training.stages import Stage, before, longest
from engine.training.tasks.task import Floats, Task
from engine.weights import Checkpoint, go_on
from engine.weights.given import TRAINED_HERE

SCORED_AT_ONCE: Final = 256
"""Pictures of a batch that is only looked at."""


class Trainer:
    """One run. Not for two threads at a time; `stop` may be called from any."""

    def __init__(
        self,
        network: Network,
        task: Task,
        examples: Examples,
        settings: Settings,
        options: Mapping[str, str] | None = None,
        *,
        slow: bool = False,
        threads: int | None = None,
    ) -> None:
        """`TrainingError` says why network, task and data do not fit. options: the task's.

        slow: every layer by its own methods, the twin of the fast ways. threads: None for all cores; the
        weights do not depend on it.
        """
        self.network, self.task, self.examples, self.settings = network, task, examples, settings
        self.options = dict(task.options) | dict(options or {})
        self.goal = task.goal(network, examples, self.options)
        shapes = output_shapes(network)
        above = network.ancestors(self.goal.output_id)
        nodes = [node for node in network.order if node in above or node == self.goal.output_id]
        self._input = network[self.goal.input_id].layer
        self.parameters = Parameters(network, shapes, nodes)
        if not self.parameters.values.size:
            raise TrainingError("the network has no weights that could be trained. Add a layer that has some")
        if settings.start == DRAWN:
            self.parameters.draw(settings.seed)
        else:
            self.parameters.load(settings.seed)
        self._earlier = {node_id: self._before(node_id, shapes) for node_id in self.parameters.nodes}
        self._loss = loss(settings.loss or task.losses[0])
        if self._loss.on_classes != task.on_classes:
            raise TrainingError(
                f"the loss {self._loss.name} does not fit {task.name}, which has {', '.join(task.losses)}"
            )
        self.optimizer = optimizer(settings.optimizer)
        self._schedule = schedule(settings.schedule)
        self._state = self.optimizer.state(self.parameters.values.size)
        self._decay = settings.weight_decay * (1.0 if settings.decays_all else self.parameters.matrices())
        self.tape = Tape(
            network,
            shapes,
            self.parameters,
            self.goal.input_id,
            self.goal.output_id,
            slow=slow,
            threads=threads,
        )
        self.history = History()
        self.measures_norms = False
        """Whether every step leaves the norm of each node's gradients in `gradient_norms`."""
        self.gradient_norms: dict[str, float] = {}
        self.last_gradients = np.zeros(0, np.float32)
        """As `parameters.values`, before they were clipped; of the last step that was to keep something."""
        self.step_number = 0
        """Steps made so far."""
        self.steps = settings.steps_of(examples.count(TRAIN))
        """Steps that the run has in all: the schedule ends there."""
        self._undo: Snapshot | None = None
        self._order: tuple[int, Numbers] = (-1, np.zeros(0, np.int64))

    # steps ---------------------------------------------------------------------------------------------
    @property
    def is_done(self) -> bool:
        """Whether all steps have been made."""
        return self.step_number >= self.steps

    @property
    def epoch(self) -> float:
        """How often every picture has been seen."""
        return self.step_number / self.settings.steps_per_epoch(self.examples.count(TRAIN))

    @property
    def epochs(self) -> float:
        """How often every picture is seen in the whole run."""
        return self.steps / self.settings.steps_per_epoch(self.examples.count(TRAIN))

    def step(self, checkpoint: Checkpoint = go_on, *, keep: Collection[str] = ()) -> StepRecord:
        """Make the next step. `checkpoint` is called every few milliseconds, and may raise to end it: then
        nothing has changed. `TrainingError` for a loss or a gradient that is no number: the weights before
        the step are kept. keep: nodes whose maps' gradients `tape.slope_of` tells afterwards."""
        before = self._kept_for_undo()
        try:
            with np.errstate(all="ignore"):  # what is no number is said in words
                record = self._step(self.step_number + 1, keep, checkpoint)
        except BaseException:
            self.restore(before)
            raise
        self.step_number = record.step
        self.history.steps.append(record)
        return record

    def _step(self, step: int, keep: Collection[str], checkpoint: Checkpoint) -> StepRecord:
        from engine.kernels.training.optimizing import sum_of_squares

        inputs, targets = self.batch(self.batch_numbers(), step)
        outputs = self.tape.forward(inputs, seed=self.settings.seed, step=step, checkpoint=checkpoint)
        value, slope = self._evaluate(outputs, targets)
        self._require_finite(value, step, "loss")
        self._require_measured(step)
        self.tape.backward(slope, checkpoint)
        values, gradients = self.parameters.values, self.parameters.gradients
        norm = sqrt(sum_of_squares(gradients))
        self._require_finite(norm, step, "gradient")
        self.gradient_norms = self._norms() if self.measures_norms else {}
        if keep:
            self.last_gradients = gradients.copy()
        if self.settings.clip is not None and norm > self.settings.clip:
            gradients *= np.float32(self.settings.clip / (norm + 1e-6))
        rate = self.rate()
        self.optimizer.update(values, gradients, self._state, rate)
        self._require_finite(float(values.sum()), step, "sum of the weights")
        named = outputs.reshape(len(outputs), -1).argmax(axis=1) if self.task.on_classes else None
        accuracy = None if named is None else float((named == targets).mean())
        epoch = step / self.settings.steps_per_epoch(self.examples.count(TRAIN))
        return StepRecord(step, epoch, value, accuracy, rate.learning_rate, norm)

    def rate(self) -> Rate:
        """What the next step is made with."""
        factor = self._schedule.factor(self.step_number, self.steps)
        return Rate(
            step=self.step_number + 1,
            learning_rate=self.settings.rate * factor,
            momentum=self.settings.momentum,
            decay=self._decay,
        )

    def run(
        self,
        until: int | None = None,
        *,
        on_step: Callable[[StepRecord], None] = lambda record: None,
        checkpoint: Checkpoint = go_on,
    ) -> None:
        """Steps until so many have been made (None: all of the run)."""
        until = self.steps if until is None else min(until, self.steps)
        while self.step_number < until:
            on_step(self.step(checkpoint))

    @property
    def identity(self) -> str:
        """Tells a run from all others: its layers and wires, data, task and settings; not the weights."""
        wires = [(node.id, node.layer.to_json(), node.inputs) for node in self.network.nodes.values()]
        parts = [wires, self.task.name, sorted(self.options.items()), self.examples.name]
        text = json.dumps([*parts, len(self.examples.pictures), self.settings.to_json()], default=str)
        return sha256(text.encode()).hexdigest()

    # pictures ------------------------------------------------------------------------------------------
    def batch_numbers(self) -> Numbers:
        """Which pictures the next step learns from."""
        train, size = self.examples.splits[TRAIN], self.settings.batch
        epoch, part = divmod(self.step_number, self.settings.steps_per_epoch(len(train)))
        if self._order[0] != epoch:
            self._order = epoch, train[order(self.settings.seed, epoch, len(train))]
        return self._order[1][part * size : (part + 1) * size]

    def batch(self, numbers: Numbers, step: int | None = None) -> tuple[Floats, Targets]:
        """Inputs (N, C, H, W) and targets for these pictures; changed by chance in a step of training."""
        looked_at, targets = self.pairs(numbers, step)
        return self.as_inputs(looked_at), targets

    def as_inputs(self, pictures: Floats) -> Floats:
        """(N, H, W, channels) of 0…1 as the network takes them."""
        return as_inputs(pictures, self._input)

    def pairs(self, numbers: Numbers, step: int | None = None) -> tuple[Floats, Targets]:
        """The same pictures before they are the network's inputs: (N, H, W, channels) of 0…1."""
        pictures = np.multiply(self.examples.pictures[numbers], np.float32(1 / 255), dtype=np.float32)
        settings = self.settings
        if step is not None and settings.augmentation:
            pictures = augmented(pictures, settings.augmentation, chance(settings.seed, "augmentation", step))
        labels = None if self.examples.labels is None else self.examples.labels[numbers]
        purpose = ("noise", step) if step is not None else ("noise", "held out", int(numbers[0]))
        return self.goal.pairs(pictures, labels, chance(settings.seed, *purpose))

    # scores --------------------------------------------------------------------------------------------
    def score(self, split: str = HELD_OUT, most: int | None = None, checkpoint: Checkpoint = go_on) -> Score:
        """How well the present weights do on a part of the data (its first `most` pictures); the history
        keeps it."""
        numbers = self.examples.splits[split][:most]
        outputs, losses, squares = [], [], []
        for start in range(0, len(numbers), SCORED_AT_ONCE):
            part = numbers[start : start + SCORED_AT_ONCE]
            inputs, targets = self.batch(part)
            found = self.tape.forward(inputs, checkpoint=checkpoint)
            if self.task.on_classes:
                outputs.append(found.reshape(len(part), -1))
            else:
                losses += [
                    self._loss.evaluate(found[n : n + 1], targets[n : n + 1])[0] for n in range(len(part))
                ]
                squares += np.square(found - targets).mean(axis=(1, 2, 3)).tolist()
        if self.task.on_classes:
            assert self.examples.labels is not None
            labels = self.examples.labels[numbers]
            logits = np.concatenate(outputs)
            score = score_classes(
                self.step_number, split, numbers, logits, labels, len(self.examples.classes)
            )
        else:
            made = np.array(losses, np.float32), np.array(squares, np.float32)
            score = score_images(self.step_number, split, numbers, *made)
        self.history.scores.append(score)
        return score

    def answer(self, inputs: npt.NDArray[np.float32]) -> Outputs:
        """The trained node's map of inputs as the network takes them, (N, C, H, W), as after training."""
        return self.tape.forward(inputs)

    # weights -------------------------------------------------------------------------------------------
    def trained(self) -> Network:
        """The network with the present weights, which say where they come from."""
        network = self.network
        for node_id, weights in self.parameters.given(TRAINED_HERE, self.notes()).items():
            network = network.set_weights(node_id, weights)
        return network

    def notes(self) -> dict[str, str]:
        """What each node's trained weights say of themselves, whatever they were before this run included."""
        held_out = self.history.of(HELD_OUT)
        stage = Stage(
            epochs=self.epoch,
            data=self.examples.learned_from,
            seed=self.settings.seed,
            score=held_out[-1] if held_out and held_out[-1].step == self.step_number else None,
        )
        return {node_id: stage.after(earlier) for node_id, earlier in self._earlier.items()}

    def note(self) -> str:
        """The longest of `notes`, which tells of every stage: `12 epochs of 8,000 MNIST digits, 98.1 % of
        1,000 held out, seed 0`."""
        return longest(self.notes().values())

    def snapshot(self) -> Snapshot:
        """A copy of all that the next steps depend on."""
        return Snapshot(
            step=self.step_number,
            values=self.parameters.values.copy(),
            measured={key: values.copy() for key, values in self.parameters.measured.items()},
            state={name: values.copy() for name, values in self._state.items()},
        )

    def _kept_for_undo(self) -> Snapshot:
        """As `snapshot`, in memory that the next call uses again."""
        if self._undo is None:
            self._undo = self.snapshot()
        undo = dataclasses.replace(self._undo, step=self.step_number)
        np.copyto(undo.values, self.parameters.values)
        for key, values in self.parameters.measured.items():
            np.copyto(undo.measured[key], values)
        for name, values in self._state.items():
            np.copyto(undo.state[name], values)
        return undo

    def restore(self, snapshot: Snapshot, history: History | None = None) -> None:
        """Go back (or on) to a snapshot of a run with this network; the history loses what came after it.

        `TrainingError` for one of another network or optimiser.
        """
        fits = snapshot.values.shape == self.parameters.values.shape
        fits = fits and snapshot.state.keys() == self._state.keys()
        if not fits or snapshot.measured.keys() != self.parameters.measured.keys():
            raise TrainingError("these weights are of another network, or of another optimiser")
        self.parameters.values[:] = snapshot.values
        for key, values in snapshot.measured.items():
            self.parameters.measured[key][...] = values
        for name, values in snapshot.state.items():
            self._state[name][:] = values
        self.step_number = snapshot.step
        self.history = (history or self.history).until(snapshot.step)

    def _before(self, node_id: str, shapes: Mapping[str, Shape]) -> str:
        """What a node's weights were when the run began."""
        node = self.network[node_id]
        if self.settings.start == DRAWN:
            return ""
        return before(node.weights, node.layer, [shapes[source] for source in node.inputs])

    def loss_of(self, outputs: Outputs, targets: Targets) -> float:
        """Of outputs that `answer` gave."""
        return self._evaluate(outputs, targets)[0]

    def _evaluate(self, outputs: Outputs, targets: Targets) -> tuple[float, Outputs]:
        if not self._loss.on_classes:
            return self._loss.evaluate(outputs, targets)
        value, slope = self._loss.evaluate(outputs.reshape(len(outputs), -1), targets)
        return value, slope.reshape(outputs.shape)

    def _norms(self) -> dict[str, float]:
        made = {}
        for node_id in self.parameters.nodes:
            squares = [
                np.square(values, dtype=np.float64).sum()
                for values in self.parameters.gradients_of(node_id).values()
            ]
            made[node_id] = float(np.sqrt(sum(squares)))
        return made

    def _require_measured(self, step: int) -> None:
        """Normalised values stay small however large the weights are; their running statistics do not."""
        for (node_id, name), values in self.parameters.measured.items():
            if not np.isfinite(values).all():
                raise self._no_number(
                    f"{name} of {self.network[node_id].label} ({node_id}) in step {step}", ""
                )

    def _require_finite(self, value: float, step: int, what: str) -> None:
        if np.isfinite(value):
            return
        first = self.tape.first_not_finite()
        where = "" if first is None else f", first in {self.network[first].label} ({first})"
        raise self._no_number(f"{what} of step {step}", where)

    def _no_number(self, what: str, where: str) -> TrainingError:
        return TrainingError(
            f"the {what} is no number{where}. The weights before it are kept;"
            " a smaller learning rate, or clipping the gradients, mostly helps"
        )
