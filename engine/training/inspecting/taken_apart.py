"""One step of one weight, taken apart: where its gradient comes from, and what the optimiser makes of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError, quoted
from engine.layers.base.lowering import MatrixForm
from engine.training.data.examples import Numbers
from engine.training.optimizers.optimizer import Term
from engine.training.trainer import Trainer
from engine.weights import Checkpoint, go_on

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Update:
    """What one step did to one value of a parameter."""

    node_id: str
    parameter: str
    index: tuple[int, ...]
    step: int
    pictures: Numbers
    """Numbers of the batch's pictures in the data."""
    contributions: npt.NDArray[np.float64]
    """x · δ, whose sum is the gradient: (N, H', W') by picture and place where a kernel slides, (N, 1, 1)
    of other parameters."""
    gradient: float
    """Their sum, rounded as the step did it."""
    clipped: float
    """What it was multiplied by, 1 where the gradients' norm was small enough."""
    before: float
    after: float
    terms: tuple[Term, ...]
    """The optimiser's way from the gradient to the new value, in order; the last one is the new value."""


def take_apart(
    trainer: Trainer, node_id: str, parameter: str, index: tuple[int, ...], checkpoint: Checkpoint = go_on
) -> Update:
    """Make the next step, and say what it did to this value; `TrainingError` for one that is not there."""
    trained = trainer.parameters.gradients_of(node_id)
    if parameter not in trained:
        raise TrainingError(f"{quoted(node_id)} has no {quoted(parameter)} that is trained")
    shape = trained[parameter].shape
    if len(index) != len(shape) or any(not 0 <= i < size for i, size in zip(index, shape, strict=True)):
        raise TrainingError(f"{parameter}{list(index)} of {node_id}: its shape is {list(shape)}")
    place = trainer.parameters.place(node_id, parameter).start + int(np.ravel_multi_index(index, shape))
    numbers, rate = trainer.batch_numbers(), trainer.rate()
    before = float(trainer.parameters.values[place])
    state = {name: float(values[place]) for name, values in trainer.snapshot().state.items()}
    record = trainer.step(checkpoint, keep=(node_id,))
    contributions = _contributions(trainer, node_id, parameter, index)
    gradient = float(trainer.last_gradients[place])
    clip = trainer.settings.clip
    clipped = 1.0 if clip is None or record.gradient_norm <= clip else clip / (record.gradient_norm + 1e-6)
    decay = float(np.broadcast_to(rate.decay, trainer.parameters.values.shape)[place])
    terms = trainer.optimizer.terms(before, gradient * clipped, state, rate, decay)
    return Update(
        node_id=node_id,
        parameter=parameter,
        index=index,
        step=record.step,
        pictures=numbers,
        contributions=contributions,
        gradient=gradient,
        clipped=clipped,
        before=before,
        after=float(trainer.parameters.values[place]),
        terms=tuple(terms),
    )


def _contributions(
    trainer: Trainer, node_id: str, parameter: str, index: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    node, tape = trainer.network[node_id], trainer.tape
    inputs = [tape.map_of(source) for source in node.inputs]
    dy = tape.slope_of(node_id)
    form = node.layer.lowering(*(x.shape[1:] for x in inputs)) if inputs else None
    if isinstance(form, MatrixForm) and form.cuts is None:
        slopes = dy[:, index[0]].astype(np.float64).reshape(len(dy), *(dy.shape[2:] or (1, 1)))
        return slopes if parameter == "bias" else slopes * _read(form, inputs[0], index, dy)
    # A gradient of parameters is linear in dy, and none of them depends on the parameter itself.
    params = trainer.parameters.of(node_id)
    output, kept = node.layer.forward_in_training(inputs, params, lambda shape: np.ones(shape, np.float32))
    by_picture = []
    for n in range(len(dy)):
        alone = np.zeros_like(dy)
        alone[n] = dy[n]
        found = node.layer.backward_in_training(inputs, params, output, kept, alone)[1]
        by_picture.append(float(found[parameter].item(*index)))
    return np.array(by_picture, np.float64).reshape(-1, 1, 1)


def _read(form: MatrixForm, x: Array, index: tuple[int, ...], dy: Array) -> npt.NDArray[np.float64]:
    """What this weight is multiplied by for each output: (N, H', W'), zeros in the padding."""
    if x.ndim == 2:
        return x[:, index[1]].astype(np.float64).reshape(-1, 1, 1)
    kernels, channels = dy.shape[1], x.shape[1]
    channel = index[0] // (kernels // form.groups) * (channels // form.groups) + index[1]
    padded = np.pad(x[:, channel].astype(np.float64), ((0, 0), *form.pads))
    parts = [
        slice(i * dilation, i * dilation + (size - 1) * stride + 1, stride)
        for i, dilation, stride, size in zip(index[2:], form.dilation, form.stride, dy.shape[2:], strict=True)
    ]
    return padded[:, parts[0], parts[1]]
