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

from engine.errors import FormatError, ShapeError, quoted
from engine.formats.files import replacing
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import shape_text
from engine.weights import IMPORTED, Checkpoint, Given, go_on

ENDING: Final = ".npz"

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)

F32 = npt.NDArray[np.float32]


def save_arrays(path: str | Path, arrays: Mapping[str, npt.NDArray[Any]] | Iterable[tuple[str, F32]]) -> None:
    """Write arrays by name, one after the other as they come; `FormatError`."""
    pairs = arrays.items() if isinstance(arrays, Mapping) else arrays
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, values in pairs:
            entry = zipfile.ZipInfo(f"{name}.npy", _ZIP_EPOCH)
            with archive.open(entry, "w", force_zip64=True) as out:
                np.lib.format.write_array(out, np.ascontiguousarray(values), allow_pickle=False)


def read_arrays(path: str | Path) -> dict[str, F32]:
    """The arrays in a file by name, as float32; `FormatError`."""
    name = Path(path).name
    try:
        with np.load(path, allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise FormatError(f"{name} holds a single array and no names")
            return {key: np.asarray(archive[key], dtype=np.float32) for key in archive.files}
    except FileNotFoundError:
        raise FormatError(f"there is no file {quoted(Path(path))}") from None
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        raise FormatError(f"{name} cannot be read: {error}") from None


def with_arrays(
    network: Network, arrays: Mapping[str, F32], note: str = ""
) -> tuple[Network, tuple[str, ...]]:
    """The network with parameters from `id.name` arrays, and the nodes that took some.

    Nodes without arrays keep their weights, arrays without a node are left out (other programs count steps
    and the like). `FormatError` for a shape that does not fit, and where nothing belongs to this network.
    """
    shapes = output_shapes(network)
    taken = []
    for node_id in network.order:
        node = network[node_id]
        inputs = tuple(shapes[source] for source in node.inputs if source in shapes)
        if len(inputs) < max(len(node.inputs), node.layer.min_inputs):
            continue
        found = {}
        for name, shape in node.layer.param_shapes(*inputs).items():
            values = arrays.get(f"{node_id}.{name}")
            if values is not None:
                if values.shape != shape:
                    raise FormatError(
                        f"{node_id}.{name} is {shape_text(values.shape)} in the file, {node.label} takes"
                        f" {shape_text(shape)}"
                    )
                found[name] = values
        if found:
            try:
                network = network.set_weights(node_id, Given(found, IMPORTED, note))
            except ShapeError as error:
                raise FormatError(f"{node_id}: {error}") from None
            taken.append(node_id)
    if not taken:
        names = ", ".join(list(arrays)[:3]) or "nothing"
        raise FormatError(f"no array belongs to a layer of this network: the file holds {names}")
    return network, tuple(taken)


def network_weights(
    network: Network, seed: int = 0, checkpoint: Checkpoint = go_on
) -> Iterator[tuple[str, F32]]:
    """Every parameter of every layer that can be computed, made when it is asked for."""
    shapes = output_shapes(network)
    for node_id in shapes:
        node = network.nodes[node_id]
        inputs = tuple(shapes[source] for source in node.inputs)
        if node.layer.param_shapes(*inputs):
            checkpoint()
            made = node.weights.parameters(node.id, node.layer, inputs, seed, checkpoint)
            for name, values in made.items():
                yield f"{node_id}.{name}", values
