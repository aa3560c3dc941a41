"""How a difference is told on screen: `−110.4 M · 12× fewer`. Free of Qt."""

from engine.analysis.analyze import LayerReport
from engine.analysis.comparison import Amount, Comparison, LayerPair
from gui.words.convention import Convention
from gui.words.number_format import MINUS, NO_BREAK, Numbers

NO_CHANGE = "="


def cost_amount(pair: LayerPair, convention: Convention) -> Amount:
    """What the layer costs before and after, as costs are counted on screen."""

    def cost(report: LayerReport | None) -> int:
        return 0 if report is None else convention.cost(report)

    return Amount(cost(pair.before), cost(pair.after))


def cost_total(comparison: Comparison, convention: Convention) -> Amount:
    """The same of the whole network."""
    return Amount(convention.cost(comparison.before.totals), convention.cost(comparison.after.totals))


def short_difference(amount: Amount, numbers: Numbers) -> str:
    """`−110.4 M`, `+3.1 K`, `=` for none."""
    if not amount.difference:
        return NO_CHANGE
    sign = "+" if amount.difference > 0 else MINUS
    return f"{sign}{numbers.short(abs(amount.difference))}"


def times(amount: Amount, numbers: Numbers) -> str:
    """`12.0×` for twelve times fewer, or more; empty where nothing differs or one of both is 0."""
    if amount.ratio is None or not amount.difference:
        return ""
    return _factor(amount.ratio if amount.ratio > 1 else 1 / amount.ratio, numbers)


def times_in_words(amount: Amount, numbers: Numbers) -> str:
    """`12.0× fewer`, `2.4× more`; empty as above."""
    text = times(amount, numbers)
    return f"{text} {'fewer' if amount.difference < 0 else 'more'}" if text else ""


def difference_line(amount: Amount, numbers: Numbers) -> str:
    """`−223.6 K · 2.37×`, or `as before`: the sign tells whether there are fewer or more."""
    if not amount.difference:
        return "as before"
    parts = (short_difference(amount, numbers), times(amount, numbers))
    return f"{NO_BREAK}· ".join(part for part in parts if part)


def exact_difference(amount: Amount, numbers: Numbers, unit: str) -> str:
    """`387 296 → 163 696 parameters (−223 600; 2.37× fewer)`."""
    sign = "+" if amount.difference > 0 else ""
    words = times_in_words(amount, numbers)
    change = f"{sign}{numbers.exact(amount.difference)}{f'; {words}' if words else ''}"
    inside = change if amount.difference else "as before"
    return f"{numbers.exact(amount.before)} → {numbers.exact(amount.after)} {unit} ({inside})"


def pair_change(pair: LayerPair, convention: Convention, numbers: Numbers) -> str:
    """What a table or a card has room for: `new +2.4 M`, `gone`, `−110.4 M 12×`, `changed`, or nothing."""
    if pair.change == "same":
        return ""
    amount = cost_amount(pair, convention)
    difference = short_difference(amount, numbers)
    if pair.change == "inserted":
        return "new" if difference == NO_CHANGE else f"new {difference}"
    if pair.change == "removed":
        return "gone" if difference == NO_CHANGE else f"gone {difference}"
    return "changed" if difference == NO_CHANGE else f"{difference} {times(amount, numbers)}".rstrip()


def pair_sentence(pair: LayerPair, convention: Convention, numbers: Numbers) -> str:
    """Everything about a layer's change, a line each."""
    head = {
        "same": "As in the baseline",
        "changed": "Changed",
        "inserted": "Not in the baseline",
        "removed": "In the baseline alone",
    }[pair.change]
    cost = exact_difference(cost_amount(pair, convention), numbers, convention.name)
    return "\n".join((head, cost, exact_difference(pair.amount("parameters"), numbers, "parameters")))


def summary(comparison: Comparison) -> str:
    """`2 changed, 3 inserted, 1 removed`, or that nothing is."""
    changes = [pair.change for pair in comparison.pairs]
    counts = [(changes.count(what), what) for what in ("changed", "inserted", "removed")]
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    return said or "no layer differs"


def _factor(ratio: float, numbers: Numbers) -> str:
    places = 2 if ratio < 10 else 1 if ratio < 100 else 0
    text = f"{ratio:,.{places}f}"
    return f"{text}×"
