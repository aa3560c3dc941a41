"""Text as pdflatex sets it in its own sans serif type, which has few signs beyond ASCII."""

from typing import Final

from gui.figures.drawing.drawing import Text

_SIGNS: Final = {
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
"""Signs that TeX takes for something else, or that its type has only by a name."""


def can_set(text: str) -> bool:
    """Whether every sign of the text is known."""
    return all(letter in _SIGNS or " " <= letter <= "~" for letter in text)


def set_line(item: Text) -> str:
    """The line's pieces in LaTeX; the size and the colour are set around it."""
    made = []
    for span in item.spans:
        weight = span.weight or item.weight
        words = "".join(_SIGNS.get(letter, letter) for letter in span.text)
        if span.italic:
            words = rf"\textsl{{{words}}}"
        if weight >= 600:
            words = rf"\textbf{{{words}}}"
        if span.script:
            words = rf"\text{'super' if span.script > 0 else 'sub'}script{{{words}}}"
        made.append(words)
    return "".join(made)
