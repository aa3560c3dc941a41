"""Formulas in labels: `$x_1^2$`, set as pieces of a line that every writer has: raised, lowered, slanted."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gui.figures.drawing.drawing import Script, Span

_GREEK: Final = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "lambda",
            "mu",
            "nu",
            "xi",
            "pi",
            "rho",
            "sigma",
            "tau",
            "phi",
            "chi",
            "psi",
            "omega",
        ],
        "αβγδεζηθλμνξπρστφχψω",
        strict=True,
    )
)
_SIGNS: Final = _GREEK | {
    "times": "×", "cdot": "·", "to": "→", "in": "∈", "sum": "Σ", "le": "≤", "ge": "≥", "ne": "≠",
    "infty": "∞",
    "Sigma": "Σ", "Delta": "Δ", "Omega": "Ω", "Phi": "Φ", "oplus": "⊕", "otimes": "⊗", "partial": "∂",
}  # fmt: skip
_TOKEN: Final = re.compile(r"\\([A-Za-z]+)|([_^])|([{}])|(.)", re.DOTALL)


def typeset(text: str) -> str | tuple[Span, ...]:
    """The text, its formulas between dollar signs as pieces; as it is without one. `\\$` is a dollar."""
    parts = re.split(r"(?<!\\)\$", text)
    if len(parts) < 3:
        return text.replace(r"\$", "$")
    spans: list[Span] = []
    for index, part in enumerate(parts):
        is_formula = index % 2 == 1 and index < len(parts) - 1
        spans += _formula(part) if is_formula else [Span(part.replace(r"\$", "$"))]
    return tuple(_joined(span for span in spans if span.text))


def in_letters(text: str) -> str:
    """The text without its formulas' settings, for what has no raised and lowered letters."""
    made = typeset(text)
    return made if isinstance(made, str) else "".join(span.text for span in made)


def _formula(text: str) -> Iterator[Span]:
    """Letters are slanted, numbers and signs upright; `_` lowers and `^` raises a letter or a group."""
    script: Script = 0
    depth = 0
    for command, shift, brace, letter in _TOKEN.findall(text):
        if shift:
            script = -1 if shift == "_" else 1
            continue
        if brace:
            depth += 1 if brace == "{" else -1
            if brace == "}" and depth <= 0:
                script, depth = 0, 0
            continue
        word = _SIGNS.get(command, command) if command else letter
        yield Span(word, script=script, italic=word.isalpha() and len(word) == 1)
        if not depth:
            script = 0


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Neighbours that are set alike as one."""
    last: Span | None = None
    for span in spans:
        if last is not None and replace(last, text="") == replace(span, text=""):
            last = replace(last, text=last.text + span.text)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
