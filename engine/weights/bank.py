"""Filter banks: kernels that people know by name, for a convolution of any size that can hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from engine.layers import Layer
from engine.shapes import Pair, Shape, pair_text
from engine.weights.source import Checkpoint, Weights, go_on, initial_parameters, read_only

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.layers.base.layer import Array

    Kernel = npt.NDArray[np.float64]
    """(kernel_h, kernel_w)."""

LUMINANCE: Final = (0.299, 0.587, 0.114)
"""ITU-R BT.601 weights of R, G and B."""


@dataclass(frozen=True)
class Bank(Weights):
    """Base of the banks: the outputs take the bank's kernels in turn; biases are 0.

    A kernel sees the luminance of three channels, and the mean of any other number, unless the bank works
    on each channel for itself (`by_channel`): then output k looks at channel k alone, in turn.
    """

    group = "Filter banks"
    by_channel: ClassVar[bool] = False
    smallest: ClassVar[Pair] = (1, 1)
    """The smallest kernel that can hold the bank: height and width."""

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        """The bank's kernels at this size, at most as many as there are outputs to take them."""
        raise NotImplementedError

    def misfit(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        if not layer.is_convolution:
            return f"{self.title} kernels are for convolutions; {layer.label} is none. Draw the weights anew."
        size = kernel_size(layer, inputs)
        if size[0] < self.smallest[0] or size[1] < self.smallest[1]:
            return (
                f"{self.title} needs a kernel of at least {pair_text(self.smallest)}; that of {layer.label}"
                f" is {pair_text(size)}. Use a larger kernel, or other weights."
            )
        return ""

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> "dict[str, Array]":
        import numpy as np

        made = initial_parameters(layer, inputs)
        weight = made["weight"]
        outputs, channels = weight.shape[:2]
        bank = [
            np.asarray(kernel, dtype=np.float32)
            for kernel in self.kernels(kernel_size(layer, inputs), outputs)
        ]
        groups = inputs[0][0] // channels
        share = mix(channels)
        for k in range(outputs):
            checkpoint()
            kernel = bank[self.turn(k, outputs, groups, len(bank))]
            if self.by_channel:
                # In a group's own count of outputs, so that every group shows all of its channels.
                weight[k, k % (outputs // groups) % channels] = kernel
            else:
                weight[k] = share[:, None, None] * kernel
        return read_only(made)

    def turn(self, output: int, outputs: int, groups: int, kernels: int) -> int:
        """Which kernel an output takes: each group begins anew where it has room for all of them."""
        each = outputs // groups
        return (output % each if each >= kernels else output) % kernels


def kernel_size(layer: Layer, inputs: tuple[Shape, ...]) -> Pair:
    """Height and width of a convolution's kernel."""
    shape = layer.param_shapes(*inputs)["weight"]
    return shape[2], shape[3]


def mix(channels: int) -> "npt.NDArray[np.float32]":
    """What a kernel sees of so many channels: the luminance of three, the mean of others."""
    import numpy as np

    if channels == len(LUMINANCE):
        return np.array(LUMINANCE, dtype=np.float32)
    return np.full(channels, 1 / channels, dtype=np.float32)


def embedded(kernel: "npt.ArrayLike", size: Pair) -> "Kernel":
    """A small kernel in the middle of a larger one, zeros around it (more of them after, where uneven)."""
    import numpy as np

    small = np.asarray(kernel, dtype=np.float64)
    made = np.zeros(size)
    top, left = (size[0] - small.shape[0]) // 2, (size[1] - small.shape[1]) // 2
    made[top : top + small.shape[0], left : left + small.shape[1]] = small
    return made


def outer(rows: "npt.ArrayLike", columns: "npt.ArrayLike") -> "Kernel":
    """A separable kernel: its value at (i, j) is rows[i] · columns[j]."""
    import numpy as np

    return np.outer(np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64))
