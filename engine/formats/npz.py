"""`.npz`: maps and weights as numpy arrays by name; the same arrays give the same bytes.

Maps are called by their node's id, (1, C, H, W) or (1, F); weights by the node's id and the parameter's name,
as in PyTorch's state dictionaries: `conv1.weight`.
"""

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from engine.errors import FormatError, quoted
from engine.formats.files import replacing
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape
from engine.weights import Checkpoint, go_on

ENDING: Final = ".npz"

MAX_VALUES: Final = 1 << 30
"""Numbers of one array that is read: 4 GB as float32."""

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


@dataclass(frozen=True)
class ArrayFile:
    """An `.npz` file whose headers have been read. The arrays are read when they are asked for."""

    path: Path
    shapes: Mapping[str, Shape]
    """By name, in the file's order."""

    @property
    def name(self) -> str:
        """The file's name, for people."""
        return self.path.name

    def read(self, name: str) -> F32:
        """An array as float32; `FormatError`."""
        with _reading(self.path), zipfile.ZipFile(self.path) as archive, archive.open(f"{name}.npy") as entry:
            values = np.lib.format.read_array(entry, allow_pickle=False)
            return np.asarray(values, dtype=np.float32)


def open_arrays(path: str | Path) -> ArrayFile:
    """What an `.npz` file holds, from the arrays' headers alone; `FormatError`."""
    path = Path(path)
    shapes = {}
    with _reading(path), zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.filename.endswith(".npy"):
                continue
            with archive.open(info) as entry:
                shape, kind = _header(entry)
            name = info.filename.removesuffix(".npy")
            if kind not in "fiub":
                raise FormatError(f"{path.name}: {quoted(name)} holds no numbers")
            if prod(shape) > MAX_VALUES:
                raise FormatError(f"{path.name}: {quoted(name)} has {prod(shape):,} numbers: too many")
            shapes[name] = shape
    return ArrayFile(path, MappingProxyType(shapes))


def read_arrays(path: str | Path) -> dict[str, F32]:
    """The arrays in a file by name, as float32; `FormatError`."""
    archive = open_arrays(path)
    return {name: archive.read(name) for name in archive.shapes}


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise FormatError(f"there is no file {quoted(path)}") from None
    except (OSError, ValueError, TypeError, EOFError, KeyError, SyntaxError) as error:
        raise FormatError(f"{path.name} cannot be read: {error}") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise FormatError(f"{path.name} cannot be read: {error}") from None


def _header(entry: IO[bytes]) -> tuple[Shape, str]:
    """Shape and kind of numbers ("f": floats) from the head of an `.npy` file."""
    version = np.lib.format.read_magic(entry)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(entry)
    return tuple(shape), dtype.kind


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
