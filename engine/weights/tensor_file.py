"""Tensors in a `.safetensors` file: what its header says, and the values, mapped into memory.

A file is eight bytes (the header's length), a JSON header (name → type, shape, place) and the raw values,
little-endian, nothing else: nothing in it is ever executed. The header is checked completely before anything
is mapped. https://github.com/huggingface/safetensors, section "Format".
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Final, TypeGuard

from engine.errors import FormatError, quoted, reason_of
from engine.shapes import Shape, shape_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    F32 = npt.NDArray[np.float32]

MAX_HEADER_BYTES: Final = 16_000_000
"""Longest header that is read: some hundred thousand tensors."""

MAX_VALUES: Final = 1 << 30
"""Largest tensor that is read, in numbers: 4 GB as float32."""

ITEM_BYTES: Final[Mapping[str, int]] = MappingProxyType({"F64": 8, "F32": 4, "F16": 2, "BF16": 2})
"""Bytes of a number, by type; tensors of other types (counters, flags) are no weights and are left out."""

_NUMPY: Final = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """Where a tensor's values lie in its file."""

    dtype: str
    """A key of `ITEM_BYTES`."""
    shape: Shape
    start: int
    """In bytes from the beginning of the file."""


@dataclass(frozen=True, kw_only=True)
class TensorFile:
    """A file whose header has been read. The tensors are read when they are asked for."""

    path: Path
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]

    def read(self, name: str) -> "F32":
        """The tensor as float32, read-only: float32 stays in the file and is paged in by and by, other types
        are widened (narrowed from float64). `FormatError` where the file has gone or shrunk."""
        import numpy as np

        tensor = self.tensors[name]
        if not prod(tensor.shape):  # nothing can be mapped of a length of 0
            nothing = np.zeros(tensor.shape, dtype=np.float32)
            nothing.flags.writeable = False
            return nothing
        try:
            values: Any = np.memmap(
                self.path, dtype=_NUMPY[tensor.dtype], mode="r", offset=tensor.start, shape=tensor.shape
            )
        except (OSError, ValueError) as error:
            raise FormatError(f"{self.path.name} cannot be read: {reason_of(error)}") from None
        if tensor.dtype == "F32":
            return np.asarray(values)
        if tensor.dtype == "BF16":  # the upper half of a float32
            widened = np.left_shift(values, 16, dtype=np.uint32).view(np.float32)
        else:
            with np.errstate(over="ignore"):  # beyond float32 is infinite, which whoever takes it refuses
                widened = values.astype(np.float32)
        widened = np.asarray(widened)
        widened.flags.writeable = False
        return widened


def open_tensors(path: str | Path) -> TensorFile:
    """The header of a `.safetensors` file; `FormatError` for one that is missing, foreign or damaged."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            return tensors_at(path, file, 0, path.stat().st_size)
    except FileNotFoundError:
        raise FormatError(f"there is no file {quoted(path)}") from None
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except FormatError as error:
        raise FormatError(
            f"{path.name} is no .safetensors file that can be read: {reason_of(error)}"
        ) from None


def tensors_at(path: Path, file: IO[bytes], start: int, size: int) -> TensorFile:
    """The header of `size` bytes from `start` of an open file (an entry of an archive); `FormatError`."""
    file.seek(start)
    head = file.read(8)
    length = struct.unpack("<Q", head)[0] if len(head) == 8 else 0
    if size < 10 or not 2 <= length <= size - 8:
        raise FormatError("it does not begin with the length of a header")
    if length > MAX_HEADER_BYTES:
        raise FormatError(f"its header has {length / 1e6:,.0f} MB")
    try:
        header = json.loads(file.read(length))
    except (ValueError, RecursionError):
        raise FormatError("its header is no JSON") from None
    if not isinstance(header, dict):
        raise FormatError("its header is no table of tensors")
    metadata = header.pop("__metadata__", {})
    first, end = start + 8 + length, start + size
    tensors = {}
    for name, record in header.items():
        tensor = _tensor(name, record, first, end)
        if tensor is not None:
            tensors[name] = tensor
    texts = metadata.items() if isinstance(metadata, dict) else ()
    return TensorFile(
        path=path,
        tensors=MappingProxyType(tensors),
        metadata=MappingProxyType({key: text for key, text in texts if isinstance(text, str)}),
    )


def _tensor(name: str, record: Any, first: int, end: int) -> Tensor | None:
    """One record of the header; None for a type that is no weight's."""
    if not isinstance(record, dict) or not isinstance(record.get("dtype"), str):
        raise FormatError(f"{quoted(name)} has no type")
    shape, offsets = record.get("shape"), record.get("data_offsets")
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise FormatError(f"{quoted(name)} has no shape or place")
    begin, stop = offsets
    if not begin <= stop or first + stop > end:
        raise FormatError(f"{quoted(name)} lies beyond the end of the file: it is damaged or cut off")
    dtype = record["dtype"]
    if dtype not in ITEM_BYTES:
        return None
    if stop - begin != prod(shape) * ITEM_BYTES[dtype]:
        raise FormatError(
            f"{quoted(name)} takes {stop - begin} bytes, which is not {shape_text(tuple(shape))}"
        )
    if prod(shape) > MAX_VALUES:
        raise FormatError(
            f"{quoted(name)} is {shape_text(tuple(shape))}: at most {MAX_VALUES} numbers are read"
        )
    return Tensor(dtype=dtype, shape=tuple(shape), start=first + begin)


def _are_sizes(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(
        isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 1 << 62 for size in value
    )
