"""`.npy` and `.npz` as inputs of a network: one array an Input, C×H×W or N×C×H×W, taken as they are."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.errors import FormatError, quoted, reason_of
from engine.formats.weights.npz import open_arrays
from engine.image.input_arrays import InputArrays
from engine.model.network import Network
from engine.shapes import Shape, shape_text

MAX_VALUES: Final = 1 << 28
"""Numbers in an array that is read: 1 GB as float32."""


def read_input_arrays(path: str | Path, network: Network) -> tuple[InputArrays, ...]:
    """What the Inputs hold, a picture at a time; `FormatError` says what does not fit.

    An `.npz` names an array for each Input by the node's id; a single array goes to a single Input.
    """
    path = Path(path)
    inputs = {
        node.id: node.layer.output_shape()
        for node in network.nodes.values()
        if node.layer.preprocessing is not None
    }
    if not inputs:
        raise FormatError("the network has no Input for an array to go to")
    arrays = _read_npy(path) if path.suffix.lower() == ".npy" else _read_npz(path, inputs)
    if len(arrays) == 1 and len(inputs) == 1:
        arrays = {next(iter(inputs)): next(iter(arrays.values()))}
    for node_id in inputs:
        if node_id not in arrays:
            has = ", ".join(map(repr, list(arrays)[:3])) or "nothing"
            raise FormatError(f"{path.name} has no array called {node_id!r}, as the Input is; it has {has}")
    batches = {
        node_id: _batch(path.name, node_id, arrays[node_id], shape) for node_id, shape in inputs.items()
    }
    counts = {len(batch) for batch in batches.values()}
    if len(counts) > 1:
        raise FormatError(f"{path.name} has arrays of {' and '.join(map(str, sorted(counts)))} pictures")
    return tuple(
        InputArrays({node_id: batch[i : i + 1] for node_id, batch in batches.items()})
        for i in range(counts.pop())
    )


def _read_npy(path: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise FormatError(f"there is no file {quoted(path)}") from None
    except (OSError, ValueError, TypeError, EOFError, SyntaxError) as error:
        raise FormatError(f"{path.name} cannot be read: {reason_of(error)}") from None
    if not isinstance(mapped, np.ndarray):
        raise FormatError(f"{path.name} is an archive; give it the ending .npz")
    return {"": mapped}


def _read_npz(path: Path, inputs: dict[str, Shape]) -> dict[str, npt.NDArray[Any]]:
    if path.suffix.lower() != ".npz":
        raise FormatError(f"{path.name} is neither .npy nor .npz")
    archive = open_arrays(path)
    names = list(archive.shapes)
    wanted = names if len(names) == 1 else [name for name in names if name in inputs]
    return {name: archive.read(name) for name in wanted} or dict.fromkeys(names, np.zeros(0))


def _batch(file: str, node_id: str, values: npt.NDArray[Any], shape: Shape) -> npt.NDArray[np.float32]:
    """(N, C, H, W) of float32."""
    if values.dtype.kind not in "fiub":
        raise FormatError(f"{file}: the array for {node_id!r} holds {values.dtype}, which are no numbers")
    if values.size > MAX_VALUES:
        raise FormatError(
            f"{file}: the array for {node_id!r} has {values.size:,} numbers, at most {MAX_VALUES:,}"
        )
    if values.shape == shape:
        values = values[None]
    if values.shape[1:] != shape or not len(values):
        raise FormatError(
            f"{file}: the array for {node_id!r} is {shape_text(values.shape) or 'a single number'};"
            f" the Input takes {shape_text(shape)}, or N of them"
        )
    return np.ascontiguousarray(values, dtype=np.float32)
