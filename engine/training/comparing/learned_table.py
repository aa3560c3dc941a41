"""What networks learned as a table: accuracy against parameters and MACs, with the spread over the seeds."""

from collections.abc import Sequence

from engine.formats.tables.typesetting import Table
from engine.shapes import count_text
from engine.training.comparing.comparison import Learned


def learned_table(learned: Sequence[Learned]) -> Table:
    """A row for each network. Accuracies in percent, images in dB; ± is one standard deviation over the
    seeds. The title says how many runs these are the means of."""
    runs = learned[0].runs
    classes = runs[0].held_out.accuracy is not None
    scale, unit = (100.0, "%") if classes else (1.0, "dB")
    rows = []
    for one in learned:
        spread = "" if one.deviation is None else f"{scale * one.deviation:.2f}"
        rows.append(
            (
                one.name,
                f"{one.parameters:,}",
                f"{one.macs:,}",
                f"{scale * one.mean:.2f}",
                spread,
                f"{one.training_loss:.4f}",
                f"{one.held_out_loss:.4f}",
                str(len(one.runs)),
            )
        )
    headings = (
        "Network", "Parameters", "MACs", f"Held out, {unit}", "±", "Loss, training", "held out", "Seeds",
    )  # fmt: skip
    steps = count_text(runs[0].steps, "step")
    return Table(
        title=f"What the networks learned: {count_text(len(runs), 'seed')}, {steps} each",
        headings=headings,
        rows=tuple(rows),
        numbers=frozenset(range(1, len(headings))),
    )
