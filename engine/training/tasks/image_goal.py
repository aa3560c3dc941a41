"""Where a network's end is an image of its own: what the tasks on images have in common."""

from engine.errors import TrainingError
from engine.model.network import Network
from engine.shapes import Shape, shape_text
from engine.training.tasks.task import end_of, only_input


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
