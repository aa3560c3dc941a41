"""The letters of a text as a typeface of their own, to be written into a file: Inter with all others blank.

The faces are OpenType with CFF outlines. What is not wanted keeps its place and loses its outline: no
table has to be renumbered, and WOFF compresses what is blank to nothing. OpenType 1.9, "CFF" and
"cmap"; Adobe TN 5176 for the INDEX; W3C "WOFF File Format 1.0".
"""

import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from struct import pack, unpack_from
from typing import Final

from assets import font_paths

_KEPT: Final = (b"CFF ", b"OS/2", b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name", b"post")
_END: Final = 14
"""The operator `endchar`: a charstring of it alone draws nothing."""
_RETURN: Final = 11
_CHAR_STRINGS: Final = 17
_PRIVATE: Final = 18
_SUBRS: Final = 19
"""Operators of DICTs that say where outlines, hints and subroutines stand."""


def embedded(file_name: str, letters: Iterable[str]) -> bytes:
    """The face as WOFF, with the outlines of these letters alone; the same bytes for the same letters."""
    return _embedded(file_name, "".join(sorted(set(letters))))


@lru_cache(maxsize=64)
def _embedded(file_name: str, letters: str) -> bytes:
    data = _source(file_name)
    tables = _tables(data)
    found = _glyphs(tables[b"cmap"])
    wanted = {ord(letter): found[ord(letter)] for letter in letters if ord(letter) in found}
    tables[b"CFF "] = _blanked(tables[b"CFF "], {0, *wanted.values()})
    tables[b"cmap"] = _cmap(wanted)
    return _woff({tag: tables[tag] for tag in sorted(_KEPT) if tag in tables}, data[:4])


@lru_cache(maxsize=4)
def _source(file_name: str) -> bytes:
    return next(path for path in font_paths() if path.stem == file_name).read_bytes()


def _tables(data: bytes) -> dict[bytes, bytes]:
    (count,) = unpack_from(">H", data, 4)
    made = {}
    for place in range(12, 12 + 16 * count, 16):
        tag, _, offset, length = unpack_from(">4sIII", data, place)
        made[tag] = data[offset : offset + length]
    return made


def _glyphs(cmap: bytes) -> dict[int, int]:
    """Glyph by code point, from the format 12 subtable, or else the format 4 one."""
    (count,) = unpack_from(">H", cmap, 2)
    offsets = {unpack_from(">I", cmap, 8 + 8 * index)[0] for index in range(count)}
    made: dict[int, int] = {}
    by_format = {unpack_from(">H", cmap, offset)[0]: offset for offset in sorted(offsets)}
    if 12 in by_format:
        at = by_format[12]
        (groups,) = unpack_from(">I", cmap, at + 12)
        for index in range(groups):
            first, last, glyph = unpack_from(">III", cmap, at + 16 + 12 * index)
            made |= {code: glyph + code - first for code in range(first, last + 1)}
        return made
    at = by_format[4]
    segments = unpack_from(">H", cmap, at + 6)[0] // 2
    ends, starts = at + 14, at + 16 + 2 * segments
    for index in range(segments):
        (last,), (first,) = (unpack_from(">H", cmap, place + 2 * index) for place in (ends, starts))
        (delta,) = unpack_from(">h", cmap, starts + 2 * segments + 2 * index)
        place = starts + 4 * segments + 2 * index
        (reach,) = unpack_from(">H", cmap, place)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code if not reach else unpack_from(">H", cmap, place + reach + 2 * (code - first))[0]
            if glyph or not reach:
                made[code] = (glyph + delta) % 65536
    return made


def _blanked(cff: bytes, kept: set[int]) -> bytes:
    """The outlines with all but some glyphs empty, and what only those called; everything in its place."""
    made = bytearray(cff)
    _, after_names = _index(cff, cff[2])
    tops, after_tops = _index(cff, after_names)
    strings, after_strings = _index(cff, after_tops)
    everywhere, _ = _index(cff, after_strings)
    top = _dict(cff[slice(*tops[0])])
    size, private = top[_PRIVATE]
    subrs = _dict(cff[private : private + size]).get(_SUBRS)
    here = [] if subrs is None else _index(cff, private + subrs[0])[0]
    glyphs, _ = _index(cff, top[_CHAR_STRINGS][0])
    calls = _Calls(cff, here, everywhere)
    for glyph in sorted(kept):
        calls.follow(glyphs[glyph], [], 0)
    for spans, used, filler in (
        (glyphs, kept, _END),
        (here, calls.here, _RETURN),
        (everywhere, calls.everywhere, _RETURN),
        (strings, set(), ord("x")),  # the glyphs' names, which nobody reads
    ):
        for index, (start, end) in enumerate(spans):
            if index not in used:
                made[start:end] = bytes([filler]) * (end - start)
    return bytes(made)


class _Calls:
    """Which subroutines outlines call: Adobe TN 5177, "The Type 2 Charstring Format"."""

    def __init__(self, cff: bytes, here: list[tuple[int, int]], everywhere: list[tuple[int, int]]) -> None:
        self._cff, self._spans = cff, {10: here, 29: everywhere}
        self.here: set[int] = set()
        self.everywhere: set[int] = set()

    def follow(self, span: tuple[int, int], stack: list[int], hints: int) -> int:
        """Read an outline or a subroutine; how many hints there are behind it."""
        at, end = span
        code = self._cff
        while at < end:
            first = code[at]
            at += 1
            if first >= 32 or first == 28:
                length = 2 if first == 28 else 4 if first == 255 else 1 if first > 246 else 0
                stack.append(_number(code, first, at))
                at += length
            elif first in self._spans:
                spans = self._spans[first]
                index = stack.pop() + (107 if len(spans) < 1240 else 1131 if len(spans) < 33900 else 32768)
                (self.here if first == 10 else self.everywhere).add(index)
                hints = self.follow(spans[index], stack, hints)
            elif first in (_RETURN, _END):
                break
            else:
                if first in (1, 3, 18, 19, 20, 23):
                    hints += len(stack) // 2
                at += (hints + 7) // 8 if first in (19, 20) else first == 12
                stack.clear()
        return hints


def _number(code: bytes, first: int, at: int) -> int:
    if first == 28:
        return int(unpack_from(">h", code, at)[0])
    if first == 255:
        return int(unpack_from(">h", code, at)[0])  # of a 16.16 number the whole part
    if first <= 246:
        return first - 139
    sign = 1 if first <= 250 else -1
    return sign * ((first - (247 if sign > 0 else 251)) * 256 + code[at] + 108)


def _index(data: bytes, at: int) -> tuple[list[tuple[int, int]], int]:
    """(start, end) of every object of an INDEX, and where it ends."""
    (count,) = unpack_from(">H", data, at)
    if not count:
        return [], at + 2
    size = data[at + 2]
    base = at + 3 + size * (count + 1) - 1
    places = [
        int.from_bytes(data[at + 3 + size * k : at + 3 + size * (k + 1)], "big") for k in range(count + 1)
    ]
    return [(base + a, base + b) for a, b in pairwise(places)], base + places[-1]


def _dict(data: bytes) -> dict[int, list[int]]:
    """The operands of every one-byte operator of a DICT."""
    made: dict[int, list[int]] = {}
    operands: list[int] = []
    at = 0
    while at < len(data):
        first = data[at]
        at += 1
        if first <= 21:
            if first == 12:
                at += 1
            else:
                made[first] = operands
            operands = []
        elif first == 29:
            operands.append(unpack_from(">i", data, at)[0])
            at += 4
        elif first == 30:
            while data[at] & 0xF != 0xF and data[at] >> 4 != 0xF:
                at += 1
            at += 1
            operands.append(0)  # no real number matters here
        else:
            operands.append(_number(data, first, at))
            at += 2 if first == 28 else 1 if first > 246 else 0
    return made


def _cmap(glyphs: Mapping[int, int]) -> bytes:
    """Which glyph each letter is: one group a letter, format 12."""
    groups = b"".join(pack(">III", code, code, glyph) for code, glyph in sorted(glyphs.items()))
    subtable = pack(">HHIII", 12, 0, 16 + len(groups), 0, len(glyphs)) + groups
    return pack(">HHHHI", 0, 1, 3, 10, 12) + subtable


def _woff(tables: Mapping[bytes, bytes], flavour: bytes) -> bytes:
    directory, body = b"", b""
    offset = 44 + 20 * len(tables)
    whole = 12 + 16 * len(tables)
    for tag, data in tables.items():
        packed = zlib.compress(data, 9)
        stored = packed if len(packed) < len(data) else data
        directory += tag + pack(">IIII", offset + len(body), len(stored), len(data), _checksum(data))
        body += stored + bytes(-len(stored) % 4)
        whole += len(data) + -len(data) % 4
    head = pack(
        ">4s4sIHHIHHIIIII", b"wOFF", flavour, offset + len(body), len(tables), 0, whole, 1, 0, 0, 0, 0, 0, 0
    )
    return head + directory + body


def _checksum(data: bytes) -> int:
    data += bytes(-len(data) % 4)
    return int(sum(unpack_from(f">{len(data) // 4}I", data))) & 0xFFFFFFFF
