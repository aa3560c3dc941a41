"""Activation maximisation: a picture that moves one channel as far as it can, climbed to step by step.

Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017: Fourier coefficients of decorrelated
colours, and jitter, so that no pattern finer than what the network sees of a photograph wins. What comes
out is a picture that no camera takes, shaped by these choices; real patches belong beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attribution.backward.whole_gradient import whole_gradient
from engine.attribution.fields.gradients import leading_to
from engine.errors import NetworkError
from engine.execution.rerun import Rerun
from engine.image.photograph import without_normalization
from engine.image.preprocessing import Preprocessing
from engine.layers.base.lowering import ConcatForm, PoolForm
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape, count_text
from engine.visualisation.fourier_picture import FourierPicture
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

RATE: Final = 0.05
"""Of Adam (Kingma & Ba 2015)."""
MOMENTS: Final = (0.9, 0.999)
JITTER: Final = 16
"""The picture is shifted by up to this part of its side, so that nothing hangs on single pixels."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """The picture after a step."""

    step: int
    picture: Map
    """(C, H, W) in 0…1."""
    value: float
    """What the channel reaches in it, at the place that is climbed for, before the shift of this step."""


@dataclass(frozen=True, kw_only=True)
class Climb:
    """What is climbed for: one value of a channel, in the middle of its map unless it is said where."""

    network: Network
    node_id: str
    channel: int
    at: tuple[int, int] | None = None
    start: "Map | None" = None
    """The Input's values (1, C, H, W) to begin with; None for noise."""
    seed: int = 0
    """Of the network's random weights."""
    noise_seed: int = 0
    """Of noise and jitter."""
    rate: float = RATE

    @property
    def text(self) -> str:
        """What the picture depends on, for its caption."""
        begun = "noise" if self.start is None else "the photograph"
        how = f"Fourier coefficients, jitter 1/{JITTER}, Adam {self.rate:g}"
        return f"from {begun}, seed {self.noise_seed}, {how}"


def climb(task: Climb, steps: int, checkpoint: Checkpoint = go_on) -> Iterator[Frame]:
    """A frame after each step, and one before the first. Runs on the compute thread.

    Behind a ReLU the value before it is climbed for, which goes on where the ReLU is shut. `NetworkError`
    where no single picture of 1 or 3 channels leads to the channel.
    """
    run, held = _Climber(task, checkpoint), FourierPicture(_input_shape(task))
    coefficients = (
        held.noise(task.noise_seed) if task.start is None else held.coefficients(run.seen(task.start))
    )
    random = np.random.Generator(np.random.PCG64((task.noise_seed, 1)))
    first = second = np.zeros(coefficients.shape).repeat(2, axis=-1)
    most = max(1, min(held.shape[1:]) // JITTER)
    for step in range(steps + 1):
        checkpoint()
        picture = held.picture(coefficients)
        yield Frame(step=step, picture=picture.astype(np.float32), value=run.value(picture))
        if step == steps:
            return
        shift = tuple(int(way) for way in random.integers(-most, most + 1, 2))
        slope = run.slope(np.roll(picture, shift, (1, 2)))
        back = np.roll(slope, (-shift[0], -shift[1]), (1, 2))
        gradient = held.gradient(picture, back).view(np.float64)  # real and imaginary parts each for itself
        first, second = _moments(first, second, gradient)
        coefficients = coefficients + task.rate * _direction(first, second, step + 1).view(np.complex128)


def _moments(first: F64, second: F64, gradient: F64) -> tuple[F64, F64]:
    """Adam's."""
    a, b = MOMENTS
    return a * first + (1 - a) * gradient, b * second + (1 - b) * gradient**2


def _direction(first: F64, second: F64, step: int) -> F64:
    mean, spread = first / (1 - MOMENTS[0] ** step), second / (1 - MOMENTS[1] ** step)
    return np.asarray(mean / (np.sqrt(spread) + 1e-12))


class _Climber:
    """The network, run forward and back for one picture after the other."""

    def __init__(self, task: Climb, checkpoint: Checkpoint) -> None:
        self._task, self._checkpoint = task, checkpoint
        network = task.network
        self._node_id, self._channel, self._rectified = _before_rectifiers(
            network, task.node_id, task.channel, anywhere=task.at is None
        )
        self._input_id, self._preprocessing = _input_of(task)
        between = leading_to(network, self._node_id)
        given = {self._input_id}
        self._run = Rerun(network, given, [*between], seed=task.seed, checkpoint=checkpoint)
        self._look = Rerun(network, given, [self._node_id], seed=task.seed, checkpoint=checkpoint)
        """For the value alone: no map on the way to it is kept, and many layers are fused."""
        shape = output_shapes(network)[self._node_id]
        size = shape[1:] if len(shape) == 3 else (1, 1)
        at = task.at or (size[0] // 2, size[1] // 2)
        place = (self._channel, *at)[: len(shape)]
        self._index = int(np.ravel_multi_index(place, shape))
        # What the Input makes of 0…1 is a straight line a channel: two points tell it.
        channels = _input_shape(task)[0]
        ends = [np.full((1, channels, 1, 1), end, np.float32) for end in (0, 1)]
        low, high = (without_normalization(end, self._preprocessing)[0].astype(np.float64) for end in ends)
        self._low, self._range = low, high - low

    def seen(self, values: Map) -> npt.NDArray[np.float64]:
        """The Input's values as a picture in 0…1."""
        return np.asarray(without_normalization(values, self._preprocessing)[0], np.float64)

    def value(self, picture: npt.NDArray[np.float64]) -> float:
        """Of the channel, as its own node has it."""
        values = self._values(picture)
        found = self._look(values) | values
        reached = float(found[self._node_id].reshape(-1)[self._index])
        return max(reached, 0.0) if self._rectified else reached

    def slope(self, picture: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """d(value) / d(picture), (C, H, W)."""
        values = self._values(picture)
        maps = self._run(values) | values
        dy = np.zeros(maps[self._node_id].shape, np.float32)
        dy.reshape(-1)[self._index] = 1
        found = whole_gradient(
            self._task.network,
            maps,
            self._node_id,
            dy,
            self._input_id,
            seed=self._task.seed,
            checkpoint=self._checkpoint,
        )
        return self._from_input(found[0].astype(np.float64))

    def _values(self, picture: npt.NDArray[np.float64]) -> dict[str, Map]:
        return {self._input_id: self._to_input(picture).astype(np.float32)[None]}

    def _to_input(self, picture: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The picture as the Input wants it, channels in its own order."""
        ordered = picture[::-1] if self._is_bgr else picture
        low, wide = (part[::-1] if self._is_bgr else part for part in (self._low, self._range))
        return np.asarray((ordered - low) / wide)

    def _from_input(self, gradient: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        wide = self._range[::-1] if self._is_bgr else self._range
        found = gradient / wide
        return np.asarray(found[::-1] if self._is_bgr else found)

    @property
    def _is_bgr(self) -> bool:
        return self._preprocessing.channel_order == "bgr" and len(self._low) == 3


def _before_rectifiers(
    network: Network, node_id: str, channel: int, *, anywhere: bool
) -> tuple[str, int, bool]:
    """(node, channel, whether a ReLU was stepped over): where the value comes from that is not cut off yet.

    A unit that is shut has no gradient, and nothing could be climbed for. anywhere: no place was asked for,
    so that one of the values under a max pooling does as well as their largest.
    """
    shapes, is_rectified = output_shapes(network), False
    while True:
        node = network.nodes[node_id]
        inputs = [shapes[source] for source in node.inputs]
        form = node.layer.lowering(*inputs)
        is_pooled = anywhere and isinstance(form, PoolForm) and form.maximum
        if node.layer.rectifies and not is_rectified:
            node_id, is_rectified = node.inputs[0], True
        elif len(inputs) > 1 and isinstance(form, ConcatForm):
            for source, shape in zip(node.inputs, inputs, strict=True):
                if channel < shape[0]:
                    node_id = source
                    break
                channel -= shape[0]
        elif node.inputs and (is_pooled or node.layer.passes_on):
            node_id = node.inputs[0]
        else:
            return node_id, channel, is_rectified


def _input_of(task: Climb) -> tuple[str, Preprocessing]:
    network = task.network
    leading = leading_to(network, task.node_id)
    inputs = [name for name in network.order if name in leading and network.nodes[name].layer.is_input]
    if len(inputs) != 1:
        count = count_text(len(inputs), "picture")
        raise NetworkError(f"{task.node_id} reads {count}: it takes one to be climbed for")
    preprocessing = network.nodes[inputs[0]].layer.preprocessing
    assert preprocessing is not None
    return inputs[0], preprocessing


def _input_shape(task: Climb) -> tuple[int, int, int]:
    input_id, _ = _input_of(task)
    shape: Shape = output_shapes(task.network)[input_id]
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise NetworkError(
            f"{input_id} takes {shape[0]} channels, which are no picture: 1 or 3 are, in grey or in colours"
        )
    return shape[0], shape[1], shape[2]
