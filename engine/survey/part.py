"""What is known after some of the files: what shards give, what is kept on disk, what surveys end in."""

import json
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.survey.similarity import SHUFFLES
from engine.survey.tally import Tally

F64 = npt.NDArray[np.float64]
Arrays = Mapping[str, npt.NDArray[Any]]

_TOLD: Final = "told"
_LENGTH: Final = struct.Struct("<Q")
NAMED: Final = 1_000
"""So many skipped files are named; the rest are counted, for a folder may hold any number of them."""


@dataclass(kw_only=True)
class Part:
    """Parts are merged in the order of their files; what is added up in another order may differ in the last
    bit."""

    tallies: dict[str, Tally]
    """By `Surveyed.keys`."""
    hsic: F64
    """(L, L) over all layers of all networks, added up over batches."""
    shuffled: F64
    """(SHUFFLES, L, L): between photographs and shuffled ones."""
    opened: int = 0
    """Photographs that took part."""
    compared: int = 0
    """Photographs in batches that were large enough for CKA."""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """The first `NAMED` files that are no pictures, and why."""
    skipped_count: int = 0
    """Of all of them."""

    @classmethod
    def empty(cls, tallies: dict[str, Tally]) -> "Part":
        """Of no file."""
        side = len(tallies)
        return cls(tallies=tallies, hsic=np.zeros((side, side)), shuffled=np.zeros((SHUFFLES, side, side)))

    def skip(self, name: str, reason: str) -> None:
        """Leave a file out."""
        self.skipped_count += 1
        if len(self.skipped) < NAMED:
            self.skipped.append((name, reason))

    def merge(self, later: "Part") -> None:
        """Add what was found in files that come later."""
        for key, tally in self.tallies.items():
            tally.merge(later.tallies[key])
        self.hsic += later.hsic
        self.shuffled += later.shuffled
        self.opened += later.opened
        self.compared += later.compared
        self.skipped += later.skipped[: NAMED - len(self.skipped)]
        self.skipped_count += later.skipped_count

    def arrays(self, **told: Any) -> dict[str, npt.NDArray[Any]]:
        """Everything as arrays by name, and what else is `told`."""
        made: dict[str, npt.NDArray[Any]] = {"hsic": self.hsic, "shuffled": self.shuffled}
        for key, tally in self.tallies.items():
            made |= {f"{name}/{key}": values for name, values in tally.arrays().items()}
        known = {
            "opened": self.opened,
            "compared": self.compared,
            "skipped": self.skipped,
            "skipped_count": self.skipped_count,
            **told,
        }
        text = json.dumps({**known, "keys": list(self.tallies)})
        made[_TOLD] = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
        return made

    @classmethod
    def of(cls, arrays: Arrays) -> "Part":
        """The way back; `KeyError` or `ValueError` for arrays that are no part."""
        known = told(arrays)
        grouped: dict[str, dict[str, npt.NDArray[Any]]] = {key: {} for key in known["keys"]}
        for name, values in arrays.items():
            quantity, _, key = name.partition("/")
            if key in grouped:
                grouped[key][quantity] = values
        return cls(
            tallies={key: Tally.of(each) for key, each in grouped.items()},
            hsic=np.array(arrays["hsic"]),
            shuffled=np.array(arrays["shuffled"]),
            opened=int(known["opened"]),
            compared=int(known["compared"]),
            skipped=[(str(name), str(reason)) for name, reason in known["skipped"]],
            skipped_count=int(known["skipped_count"]),
        )


def told(arrays: Arrays) -> dict[str, Any]:
    """What stands beside the numbers."""
    return dict(json.loads(np.asarray(arrays[_TOLD]).tobytes().decode("utf-8", "surrogatepass")))


def packed(arrays: Arrays) -> bytes:
    """Arrays as one message: a checksum, the length of what describes them, that, and their bytes."""
    plain = [np.asarray(values, order="C") for values in arrays.values()]
    described = [(name, one.dtype.str, one.shape) for name, one in zip(arrays, plain, strict=True)]
    head = json.dumps(described).encode("utf-8", "surrogatepass")
    content = b"".join(
        [_LENGTH.pack(len(head)), head, *(one.reshape(-1).view(np.uint8).data for one in plain)]
    )
    return _LENGTH.pack(zlib.adler32(content)) + content


def unpacked(message: bytes) -> dict[str, npt.NDArray[Any]]:
    """The way back, as views of the message; nothing in it is ever run. `ValueError` for what is damaged."""
    content = memoryview(message)[_LENGTH.size :]
    if len(content) < _LENGTH.size or _LENGTH.unpack_from(message)[0] != zlib.adler32(content):
        raise ValueError("damaged, or only a part of it")
    at = _LENGTH.size + _LENGTH.unpack_from(content)[0]
    made: dict[str, npt.NDArray[Any]] = {}
    for name, kind, shape in json.loads(bytes(content[_LENGTH.size : at]).decode("utf-8", "surrogatepass")):
        count = math.prod(shape)
        found = np.frombuffer(content, np.dtype(kind), count, at) if count else np.zeros(0, kind)
        made[name] = found.reshape(shape)
        at += made[name].nbytes
    return made
