"""`.npz`: maps and weights as numpy arrays by name; the same arrays give the same bytes.

Maps are called by their node's id, (1, C, H, W) or (1, F); weights by the node's id and the parameter's name,
as in PyTorch's state dictionaries: `conv1.weight`.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.formats.files import replacing
from engine.formats.weights.array_file import ENDING, NUMPY_ENDING, ArrayFile
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.weights import Checkpoint, go_on

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)

__all__ = ["ENDING", "ArrayFile", "network_weights", "open_arrays", "read_arrays", "save_arrays"]

F32 = npt.NDArray[np.float32]


def save_arrays(path: str | Path, arrays: Mapping[str, npt.NDArray[Any]] | Iterable[tuple[str, F32]]) -> None:
    """Write arrays by name, one after the other as they come; `FormatError`."""
    pairs = arrays.items() if isinstance(arrays, Mapping) else arrays
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, values in pairs:
            entry = zipfile.ZipInfo(name + NUMPY_ENDING, _ZIP_EPOCH)
            with archive.open(entry, "w", force_zip64=True) as out:
                # ascontiguousarray would make a list of a single number
                np.lib.format.write_array(out, np.asarray(values, order="C"), allow_pickle=False)


def open_arrays(path: str | Path) -> ArrayFile:
    """What an `.npz` file holds, from the arrays' headers alone; `FormatError`."""
    return ArrayFile(path)


def read_arrays(path: str | Path) -> dict[str, F32]:
    """The arrays in a file by name, as float32; `FormatError`."""
    archive = open_arrays(path)
    return {name: archive.read(name) for name in archive.shapes}


def network_weights(
    network: Network, seed: int = 0, checkpoint: Checkpoint = go_on
) -> Iterator[tuple[str, F32]]:
    """Every parameter of every layer that can be computed, made when it is asked for."""
    shapes = output_shapes(network)
    from engine.execution.measured.measured_network import measured_network  # numpy waits until it is used

    network = measured_network(network, seed)
    for node_id in shapes:
        node = network.nodes[node_id]
        inputs = tuple(shapes[source] for source in node.inputs)
        if node.layer.param_shapes(*inputs):
            checkpoint()
            made = node.weights.parameters(node.id, node.layer, inputs, seed, checkpoint)
            for name, values in made.items():
                yield f"{node_id}.{name}", values
