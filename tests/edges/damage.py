"""Ways to spoil a file, drawn from a random source."""

import copy
import json
import random
import re
from typing import Any

STRANGE: tuple[Any, ...] = (
    None, True, "", "a" * 3000, "\0", "../../etc/passwd", -1, 0, 1, 2**31, 10**400, 1e308, -0.5, [], {},
    [[[]]], "NaN", [1, 2, 3, 4, 5], {"kind": "Conv2d"}, "same", 65536, 65537,
)  # fmt: skip


def spoil_bytes(content: bytes, rng: random.Random) -> bytes:
    """Bits flipped, parts cut out, doubled, exchanged or overwritten."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 5, 30))):
        if not data:
            break
        at, length = rng.randrange(len(data)), rng.choice((1, 2, 4, 16, 200, 3000))
        match rng.randrange(7):
            case 0:
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                del data[at : at + length]
            case 2:
                del data[at:]
            case 3:
                data[at:at] = data[at : at + length]
            case 4:
                data[at : at + length] = rng.randbytes(length)
            case 5:
                data[at : at + length] = bytes([rng.choice((0, 255))]) * length
            case 6:
                data[at:at] = rng.randbytes(length)
    return bytes(data)


def spoil_json(content: bytes, rng: random.Random) -> bytes:
    """The same on the level of values: some are dropped, doubled, exchanged or become strange.

    Every third time only numbers become other ones, so that most of these can be read and are worked with.
    """
    record = json.loads(content)
    if rng.random() < 0.33:
        return _other_numbers(content.decode(), rng)
    for _ in range(rng.choice((1, 1, 2, 4))):
        holders = [record]
        for holder in holders:
            inner = holder.values() if isinstance(holder, dict) else holder
            holders += [value for value in inner if isinstance(value, dict | list) and value]
        holder = rng.choice(holders)
        if not holder:
            continue
        key = rng.choice(list(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
        match rng.randrange(4):
            case 0:
                del holder[key]
            case 1:
                holder[key] = copy.deepcopy(rng.choice(STRANGE))
            case 2 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case 2:
                holder[rng.choice(("position", "weights", "name", "bypassed", "x" * 50))] = copy.deepcopy(
                    holder[key]
                )
            case 3:
                other = rng.choice(holders)
                holder[key] = json.loads(json.dumps(other))
    return json.dumps(record).encode()


def _other_numbers(text: str, rng: random.Random) -> bytes:
    """A few whole numbers that are not the version become others."""
    numbers = [match for match in re.finditer(r"(?<=[ \[])\d+(?=[,\]}\n])", text)][1:]
    for found in sorted(
        rng.sample(numbers, min(len(numbers), rng.randint(1, 4))), key=lambda one: -one.start()
    ):
        number = rng.choice((0, 1, 2, 3, 4, 5, 7, 16, 31, 224, 1024, 4096, 65536))
        text = text[: found.start()] + str(number) + text[found.end() :]
    return text.encode()
