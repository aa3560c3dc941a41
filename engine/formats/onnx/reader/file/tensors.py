"""Fixed tensors of a model file, from wherever they are stored, widened to what the engine computes in."""

import os
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engine.errors import FormatError, reason_of
from engine.formats.onnx.package import onnx_package

if TYPE_CHECKING:
    import numpy.typing as npt

MAX_VALUES: Final = 1 << 29
"""Largest tensor that is read: 2 GB in float32."""
WIDENED: Final = ("float16", "bfloat16")
FLOATS: Final = ("float32", "float64")
OTHERS: Final = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
)  # fmt: skip


def decoded(text: bytes) -> str:
    """Text out of a file, whatever bytes it is made of."""
    return text.decode("utf-8", "replace")


class TensorReader:
    """Reads tensors of one file; those stored beside it must lie in its folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def read(self, tensor: Any) -> "npt.NDArray[Any]":
        """The tensor's values; float16 and bfloat16 as float32. `FormatError` for one that is damaged."""
        import numpy as np

        onnx = onnx_package()
        name = tensor.name[:60]
        dims = tuple(tensor.dims)
        if any(size < 0 for size in dims) or prod(dims) > MAX_VALUES or len(dims) > 16:
            raise FormatError(f"the tensor {name!r} has the impossible shape {str(dims)[:60]}")
        if tensor.HasField("segment"):
            raise FormatError(f"the tensor {name!r} is stored in segments, which nothing writes")
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            tensor = self._from_beside(tensor, dims, onnx)
        try:
            values = onnx.numpy_helper.to_array(tensor)
        except Exception:  # whatever the package says about bytes that do not fit
            raise FormatError(f"the tensor {name!r} is damaged: its values do not fill its shape") from None
        if values.shape != dims:
            raise FormatError(f"the tensor {name!r} is damaged: its values do not fill its shape")
        if values.dtype.name in WIDENED:
            return np.asarray(values, dtype=np.float32)
        if values.dtype.name not in (*FLOATS, *OTHERS):
            raise FormatError(f"the tensor {name!r} holds {values.dtype.name}, which is not read")
        made: npt.NDArray[Any] = values
        return made

    def _from_beside(self, tensor: Any, dims: tuple[int, ...], onnx: Any) -> Any:
        """The same tensor with the bytes that lie in another file of the folder."""
        facts = {entry.key: entry.value for entry in tensor.external_data}
        location, name = facts.get("location", ""), tensor.name[:60]
        path = self._path(location, name)
        try:
            offset, length = int(facts.get("offset") or 0), int(facts.get("length") or -1)
        except ValueError:
            raise FormatError(f"the tensor {name!r} has no proper place in {location[:60]!r}") from None
        wanted = _bytes(tensor.data_type, prod(dims), onnx, name)
        if offset < 0 or (length >= 0 and length != wanted):
            raise FormatError(f"the tensor {name!r} does not have its {wanted:,} bytes in {location[:60]!r}")
        try:
            with open(path, "rb") as file:
                file.seek(offset)
                data = file.read(wanted)
        except FileNotFoundError:
            raise FormatError(f"its weights lie in {location[:60]!r}, which is not beside it") from None
        except (OSError, ValueError, OverflowError) as error:
            raise FormatError(f"{location[:60]!r} beside it cannot be read: {reason_of(error)}") from None
        if len(data) != wanted:
            raise FormatError(f"{location[:60]!r} beside it ends before the tensor {name!r} does")
        filled = onnx.TensorProto()
        filled.name, filled.data_type, filled.raw_data = tensor.name, tensor.data_type, data
        filled.dims.extend(dims)
        return filled

    def _path(self, location: str, name: str) -> Path:
        """The file beside the model; `FormatError` for one outside its folder, by whatever way."""
        if self._folder is None:
            raise FormatError(f"the tensor {name!r} lies in another file: open the model from its folder")
        folder = Path(os.path.realpath(self._folder))
        try:
            path = Path(os.path.realpath(folder / location))
            inside = bool(location) and not os.path.isabs(location) and path.is_relative_to(folder)
            regular = not path.exists() or path.is_file()
        except (OSError, ValueError):
            inside = regular = False
        if not inside or ".." in Path(location).parts or "\\" in location:
            raise FormatError(f"the tensor {name!r} lies outside the model's folder, at {location[:60]!r}")
        if not regular:
            raise FormatError(f"the tensor {name!r} lies in {location[:60]!r}, which is no file")
        return path


def _bytes(data_type: int, values: int, onnx: Any, name: str) -> int:
    import numpy as np

    try:
        kind: np.dtype[Any] = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(data_type))
    except (KeyError, TypeError, ValueError):
        raise FormatError(f"the tensor {name!r} is of an unknown type") from None
    return values * kind.itemsize
