"""The sizes of type in a PDF, read back from its pages' drawing operators (ISO 32000-1, 8.4 and 9.4)."""

import re
import zlib

import numpy as np

TOKEN = re.compile(rb"\[[^\]]*\]|<[^>]*>|\((?:\\.|[^\\)])*\)|/[^\s/\[\]<>()]+|[^\s/\[\]<>()]+")


def type_sizes(pdf: bytes) -> list[list[float]]:
    """For each page in points the height of every text that it shows."""
    objects = {int(found[1]): found[2] for found in re.finditer(rb"(\d+) 0 obj\b(.*?)endobj", pdf, re.DOTALL)}
    pages = []
    for body in objects.values():
        if re.search(rb"/Type\s*/Page\b(?!s)", body):
            number = re.search(rb"/Contents\s+(\d+) 0 R", body)
            assert number is not None
            pages.append(_sizes(_stream(objects[int(number[1])])))
    return pages


def _stream(body: bytes) -> bytes:
    start = body.index(b"stream") + len(b"stream")
    data = body[start : body.rindex(b"endstream")].lstrip(b"\r\n")
    return zlib.decompressobj().decompress(data) if b"FlateDecode" in body else data


def _sizes(content: bytes) -> list[float]:
    found: list[float] = []
    here, kept = np.eye(3), []
    line, size = np.eye(3), 0.0
    operands: list[bytes] = []
    for token in TOKEN.findall(content):
        operator = token.decode("latin-1")
        if operator == "q":
            kept.append((here, size))
        elif operator == "Q":
            here, size = kept.pop()
        elif operator == "cm":
            here = _matrix(operands) @ here
        elif operator == "Tm":
            line = _matrix(operands)
        elif operator == "BT":
            line = np.eye(3)
        elif operator == "Tf":
            size = float(operands[-1])
        elif operator in ("Tj", "TJ"):
            upright = np.array([0.0, size, 0.0]) @ line @ here
            found.append(float(np.hypot(*upright[:2])))
        elif re.fullmatch(r"[-+.\d]+", operator) or token[:1] in b"/[<(":
            operands.append(token)
            continue
        operands = []
    return found


def _matrix(operands: list[bytes]) -> np.ndarray:
    a, b, c, d, e, f = map(float, operands[-6:])
    return np.array([[a, b, 0], [c, d, 0], [e, f, 1]])
