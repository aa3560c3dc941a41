"""What is said of a surveyed layer: how wide it is and would have to be, what is dead or double."""

from engine.layers import Layer
from engine.shapes import count_text
from engine.survey.surveyed import MOST_PRODUCTS, WIDEST


def width_sentence(layer: Layer, width: int, effective_rank: float, needed: int, photographs: int) -> str:
    """From the spectrum: the width against what the channels vary by."""
    what = f"on {count_text(photographs, 'photograph')}"
    if needed == 0:
        return f"No channel varies {what}."
    measured = (
        f"Effective rank {effective_rank:.1f} of {width}; 99 % of the variance lies along"
        f" {needed} {'axis' if needed == 1 else 'axes'} {what}"
    )
    if needed >= width:
        return f"{measured}: all of its width is used."
    if layer.role == "pointwise":
        return (
            f"{measured}: this 1×1 could be {needed} wide, and a linear layer after it would give back the"
            " rest."
        )
    return f"{measured}: a 1×1 after it could be {needed} wide."


def no_spectrum_sentence(width: int, photographs: int) -> str:
    """Why the products of all pairs of channels, which a spectrum is made of, were not kept."""
    if width <= WIDEST and photographs == 1:
        return "One value a channel has no spectrum: open a folder of photographs, and there are many."
    pairs = width * (width + 1) // 2
    if width > WIDEST:
        return (
            f"No spectrum, and no list of like channels: {width:,} channels make {pairs:,} pairs, whose"
            f" principal axes would take longer than the photographs; {WIDEST:,} channels is the most."
        )
    return (
        "No spectrum, and no list of like channels: the pairs of all layers would take more than"
        f" {8 * MOST_PRODUCTS >> 20} MB, and the widest go without. In a terminal, `onebyone survey --layers`"
        " measures this one alone."
    )


def dead_sentence(dead: list[int], width: int) -> str:
    """Which channels never change."""
    if not dead:
        return "No dead channel."
    shown = ", ".join(map(str, dead[:24])) + (" …" if len(dead) > 24 else "")
    verb = "has" if len(dead) == 1 else "have"
    return f"{count_text(len(dead), 'channel')} of {width} {verb} the same value everywhere: {shown}."


def alike_sentence(pairs: list[tuple[int, int, float]]) -> str:
    """Which channels tell the same."""
    if not pairs:
        return "No two channels correlate beyond ±0.95."
    shown = ", ".join(f"{i} and {j} ({r:+.3f})" for i, j, r in pairs[:8])
    more = f" and {len(pairs) - 8} more" if len(pairs) > 8 else ""
    return f"Channels that tell almost the same: {shown}{more}.".replace("-", "−")


def cka_sentence(photographs: int) -> str:
    """What the matrix is, and how far it can be believed."""
    if photographs < 4:
        return "CKA needs at least 4 photographs in a batch."
    return (
        f"Linear CKA without bias, from {photographs} photographs: 1, the same arrangement of them; 0, what"
        " independent data gives on average. The floor is the largest of 8 shuffles: what lies below it is"
        " chance. It compares similarities between these photographs, and a few outliers can move it"
        " (Kornblith et al. 2019; Davari et al. 2022)."
    )
