"""Signs that TeX takes for something else, or has only by a name: for tables and for figures."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Final

SIGNS: Final[Mapping[str, str]] = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#",
    "$": r"\$", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"$<$", ">": r"$>$", "|": r"$|$",
    '"': r"''", "'": r"'", "`": r"`", "×": r"$\times$", "·": r"$\cdot$", "−": r"$-$", "–": r"--",
    "—": r"---", "…": r"\dots{}", "→": r"$\to$", "←": r"$\gets$", "⊕": r"$\oplus$", "∑": r"$\textstyle\sum$",
    "Σ": r"$\Sigma$", "≤": r"$\leq$", "≥": r"$\geq$", "±": r"$\pm$", "∞": r"$\infty$", "√": r"$\surd$",
    "∗": r"$*$", "⋯": r"$\cdots$", "⋮": r"$\vdots$", "•": r"$\bullet$", "°": r"$^\circ$", "≈": r"$\approx$",
    "²": r"$^2$", "³": r"$^3$", "μ": r"$\mu$", "σ": r"$\sigma$", "γ": r"$\gamma$", "β": r"$\beta$",
    "α": r"$\alpha$", "\u00a0": "~", "\u2009": r"\,", "\u202f": r"\,", "’": r"'", "\u2018": r"`", "“": r"``",
    "”": r"''", "∘": r"$\circ$", "≠": r"$\neq$", "∈": r"$\in$", "÷": r"$\div$", "⊗": r"$\otimes$",
    "↑": r"$\uparrow$", "↓": r"$\downarrow$", "Δ": r"$\Delta$", "ä": r'\"a', "ö": r'\"o', "ü": r'\"u',
    "Ä": r'\"A', "Ö": r'\"O', "Ü": r'\"U', "ß": r"\ss{}", "é": r"\'e", "è": r"\`e", "á": r"\'a", "à": r"\`a",
    "ê": r"\^e", "ç": r"\c{c}", "ñ": r"\~n", "ó": r"\'o", "í": r"\'\i{}", "ú": r"\'u",
}  # fmt: skip
"""In LaTeX's own type, as plain pdflatex has it."""


def can_set(text: str) -> bool:
    """Whether every sign of the text is known."""
    return all(letter in SIGNS or " " <= letter <= "~" for letter in text)


def in_latex(text: str, unknown: Callable[[str], str]) -> str:
    """The text in LaTeX; `unknown` says what stands for a run of letters that its type lacks."""

    def parts() -> Iterator[str]:
        for known, letters in groupby(text, can_set):
            run = "".join(letters)
            yield "".join(SIGNS.get(letter, letter) for letter in run) if known else unknown(run)

    return "".join(parts())


def code_points(letters: str) -> str:
    """The letters by their numbers, `U+5377`: what can be told where nothing can be drawn."""
    return " ".join(f"\\texttt{{U+{ord(letter):04X}}}" for letter in letters)
