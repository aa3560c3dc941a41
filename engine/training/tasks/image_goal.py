"""Where a network's end is an image of its own: what the tasks on images have in common."""

from typing import Final

from engine.errors import TrainingError
from engine.model.network import Network
from engine.shapes import Shape, shape_text
from engine.training.tasks.task import end_of, only_input

EPOCHS: Final = 20
"""1,434 patches are 23 steps of 64; so these make about as many as four epochs of the digits."""
RATE: Final = 2.5
"""AdamW at 0.005. Found on patches of the bundled photographs to choose by, 10 epochs, seed 0, in dB at
0.002, 0.005, 0.01 and 0.02: an autoencoder of four layers 18.7, 21.0, 21.5, 18.6; three 3×3 that denoise
22.0, 23.6, 21.3, 16.2; 5×5, 5×5 and 3×3 that colourise 20.8, 20.8, 19.7, 20.3. A single layer could take
more: of all networks, this is the rate from which none suffers much."""


def image_ends(network: Network, channels: int | None, purpose: str) -> tuple[str, str]:
    """(Input, node) whose map is as large as the Input and has so many channels (None: any number).

    `TrainingError` says what it is instead.
    """
    input_id, layer = only_input(network)
    size = layer.output_shape()[1:]
    node_id, shape = end_of(network)
    wanted: Shape = (channels if channels is not None else shape[0], *size)
    if shape != wanted:
        raise TrainingError(
            f"to {purpose}, the network has to end in maps of {shape_text(wanted)}, but it ends in"
            f" {shape_text(shape)} ({network[node_id].label})"
        )
    return input_id, node_id
