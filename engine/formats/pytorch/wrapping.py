"""Long expressions on several lines, and comments behind their parts.

An expression is a text on one line; a comment on a part of it stands right behind the part, between two
characters that no source text has. `lines` lays it out.
"""

import re
from collections.abc import Iterator
from typing import Final

WIDTH: Final = 110
_BEGIN, _END = "\ue000", "\ue001"
_COMMENT: Final = re.compile(f"{_BEGIN}([^{_END}]*){_END}")


def with_comment(text: str, comment: str) -> str:
    """The part of an expression with a comment on it; as it is where there is nothing to say."""
    return f"{text}{_BEGIN}{comment}{_END}" if comment else text


def without_comments(text: str) -> str:
    """The bare expression."""
    return _COMMENT.sub("", text)


def lines(text: str, indent: str = "", ending: str = "") -> Iterator[str]:
    """The expression over as few lines as its width and its comments allow; `ending` follows it."""
    body, comment = _own_comment(text)
    behind = f"  # {comment}" if comment else ""
    if _BEGIN not in body and len(indent) + len(body) + len(ending) <= WIDTH:
        yield f"{indent}{body}{ending}{behind}"
        return
    opening = _last_bracket(body)
    parts = _parts(body[opening + 1 : -1]) if opening >= 0 else []
    if not parts:
        yield f"{indent}{body}{ending}{behind}"
        return
    yield f"{indent}{body[: opening + 1]}"
    for part in parts:
        yield from lines(part, indent + "    ", ",")
    yield f"{indent}{body[-1]}{ending}{behind}"


def _own_comment(text: str) -> tuple[str, str]:
    """The text without the comment at its end, and that comment."""
    if not text.endswith(_END):
        return text, ""
    start = text.rindex(_BEGIN)
    return text[:start], text[start + 1 : -1]


def _last_bracket(text: str) -> int:
    """Where the bracket opens that the text's last character closes; −1 where it closes none."""
    if not text or text[-1] not in ")]}":
        return -1
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in ")]}") - (text[place] in "([{")
        if not depth:
            return place
    return -1


def _parts(text: str) -> list[str]:
    """What commas separate outside all brackets."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            found.append(text[start:place])
            start = place + 1
    found.append(text[start:])
    return [part.strip() for part in found if part.strip()]
