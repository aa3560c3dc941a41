"""Weights of other programs: which files are read, and how those become readable that hold pickles."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from engine.errors import FormatError
from engine.formats.weights import npz
from engine.formats.weights.safetensors import save_tensors
from engine.shapes import Shape
from engine.weights.tensor_file import TensorFile, open_tensors

F32 = npt.NDArray[np.float32]

ENDINGS: Final = (".safetensors", ".npz")
"""Lower case; what is read and written."""

_TORCH: Final = (
    'state = torch.load("{file}", map_location="cpu", weights_only=True); '
    "safetensors.torch.save_file({{name: value.contiguous() for name, value in state.items()}},"
    ' "{stem}.safetensors")'
)
_KERAS: Final = (
    'model = keras.models.load_model("{file}"); '
    'numpy.savez("{stem}.npz", **{{weight.path: weight.numpy() for weight in model.weights}})'
)
_CONVERSIONS: Final = {
    ".pt": _TORCH, ".pth": _TORCH, ".bin": _TORCH, ".ckpt": _TORCH, ".h5": _KERAS, ".hdf5": _KERAS,
    ".keras": _KERAS,
}  # fmt: skip


class WeightsFile(Protocol):
    """Tensors by name; they are read when they are asked for."""

    @property
    def name(self) -> str:
        """The file's name, for people."""

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """In an order that is the layers' where the file has one."""

    def read(self, name: str) -> F32:
        """As float32; `FormatError`."""


@dataclass(frozen=True)
class Arrays:
    """Arrays that are in memory already, as a file."""

    name: str
    arrays: Mapping[str, F32]

    @property
    def shapes(self) -> Mapping[str, Shape]:
        return {name: values.shape for name, values in self.arrays.items()}

    def read(self, name: str) -> F32:
        return self.arrays[name]


@dataclass(frozen=True)
class _Tensors:
    """A `.safetensors` file, whose header is sorted by name: numbers in names count as numbers."""

    file: TensorFile

    @property
    def name(self) -> str:
        return self.file.path.name

    @property
    def shapes(self) -> Mapping[str, Shape]:
        return {name: self.file.tensors[name].shape for name in in_layer_order(self.file.tensors)}

    def read(self, name: str) -> F32:
        return self.file.read(name)


def in_layer_order(names: Iterable[str]) -> list[str]:
    """Sorted by name, but as networks are built: the stem first, head and classifier last."""
    parts = {name: name.split(".")[0].lstrip("_") for name in names}
    has_stem, has_head = "conv_stem" in parts.values(), "conv_head" in parts.values()
    norms = sorted({part for part in parts.values() if re.fullmatch(r"bn\d", part)})
    first = set(norms[:1]) if has_stem else set()
    last = set(norms[1:]) if has_head else set()

    def rank(name: str) -> int:
        part = parts[name]
        if "stem" in part or part in first:
            return 0
        return 2 if part in last or part.startswith(("conv_head", "head", "classifier", "fc")) else 1

    return sorted(parts, key=lambda name: (rank(name), natural(name)))


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Key that sorts `layer2` before `layer10`."""
    parts = re.split(r"(\d+)", name)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def open_weights(path: str | Path) -> WeightsFile:
    """The tensors in a file; `FormatError` for what cannot be read, with the way out for other formats."""
    path = Path(path)
    ending = path.suffix.lower()
    if ending == ".safetensors":
        return _Tensors(open_tensors(path))
    if ending == ".npz":
        return npz.open_arrays(path)
    code = _CONVERSIONS.get(ending)
    if code is None:
        raise FormatError(f"{path.name} is none of {', '.join(ENDINGS)}, from which weights are read")
    why = "is not read here" if code is _KERAS else "holds pickles, which can run any code, and is never read"
    raise FormatError(
        f"{path.name} {why}. Convert it once, in Python: {code.format(file=path.name, stem=path.stem)}"
    )


def save_weights(path: str | Path, arrays: Iterable[tuple[str, F32]]) -> None:
    """Write parameters by name, in the format of the file's ending; `FormatError`."""
    path = Path(path)
    if path.suffix.lower() == ".npz":
        npz.save_arrays(path, arrays)
    elif path.suffix.lower() == ".safetensors":
        save_tensors(path, dict(arrays))
    else:
        raise FormatError(f"{path.name} is none of {', '.join(ENDINGS)}, in which weights are written")
