"""`.safetensors`: tensors by name, written completely or not at all; `engine.weights.tensor_file` reads them.

Eight bytes with the header's length, the header as JSON, the values: each array is written from where it
lies, so that saving hundreds of megabytes takes no more memory than they have.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from engine.formats.files import replacing

ENDING: Final = ".safetensors"

_TYPES: Final = {"f2": "F16", "f4": "F32", "f8": "F64"}


def save_tensors(
    path: str | Path, arrays: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str] | None = None
) -> None:
    """Write float arrays by name; the same arrays give the same bytes. `FormatError`."""
    with replacing(path) as file:
        write_tensors(file, arrays, metadata)


def write_tensors(
    file: IO[bytes], arrays: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str] | None = None
) -> None:
    """The same into an open file, an entry of an archive for one."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    place = 0
    # Larger numbers first, then by name, as the format's own library does: every tensor lies aligned.
    names = sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name))
    for name in names:
        values = arrays[name]
        end = place + values.nbytes
        dtype = _TYPES[values.dtype.str[1:]]
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [place, end]}
        place = end
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write(struct.pack("<Q", len(text)) + text)
    for name in names:
        values = np.ascontiguousarray(arrays[name], dtype=arrays[name].dtype.newbyteorder("<"))
        file.write(values.reshape(-1).view(np.uint8).data)
