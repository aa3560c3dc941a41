"""A lesson's texts as they are printed: what only makes sense at the window is left out."""

import re
from typing import Final

_AT_THE_WINDOW: Final = re.compile(
    r"\b(clicks?|press(es)?|drag|panels?|inspector|arrow keys|in the menu|by the wheel|canvas)\b|Ctrl\+"
    r"|\bselect (the|their|its|any|such|a)\b|\b(and|then) look at (the|its|their)\b|open the folded"
    r"|^\W*(compare|point at|walk through|look (at|around|here))\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?<=[.!?])(?=\s)")
_LEAD: Final = re.compile(r"^(?P<before>\W*)(?P<lead>[^:.]+:)\s+(?P<rest>.+)$", re.DOTALL)


def on_paper(markdown: str) -> str:
    """The text without its sentences that point at the window, and without such beginnings of others
    ("Walk through the maps with the arrow keys: some answer to …")."""
    paragraphs = [_paragraph(paragraph) for paragraph in re.split(r"\n\s*\n", markdown.strip())]
    return "\n\n".join(filter(None, paragraphs))


def points_at_the_window(sentence: str) -> bool:
    """Whether the sentence says nothing to who reads it on paper."""
    return _AT_THE_WINDOW.search(sentence) is not None


def _paragraph(text: str) -> str:
    if text.lstrip().startswith(("- ", "|", "1. ")):
        return text
    sentences = (_sentence(sentence) for sentence in _SENTENCE.split(text))
    return "".join(filter(None, sentences)).strip()


def _sentence(text: str) -> str:
    if not points_at_the_window(text):
        return text
    split = _LEAD.match(text)
    if split is None or points_at_the_window(split["rest"]):
        return ""
    rest = split["rest"].strip()
    return f"{split['before']}{rest[0].upper()}{rest[1:]}"
