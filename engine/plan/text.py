"""A plan to be read: one line a step, with its algorithm, why, and bytes."""

from engine.kernels.fast.operations import BARRIER
from engine.plan.plan import Plan, Step
from engine.shapes import shape_text


def plan_text(plan: Plan) -> str:
    """A table of the steps in the order in which they run, and what memory the plan takes."""
    head = ("Step", "Level", "Output", "Algorithm", "MACs", "Map", "Weights", "Why")
    rows = [head, *(_cells(step) for step in plan.steps)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = []
    for row in rows:
        cells = [
            text.rjust(width) if column in (1, 4, 5, 6) else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    parts = (("maps", "map"), ("weights", "weights"), ("scratch", "scratch"), ("inputs", "given"))
    memory = ", ".join(f"{plan.bytes_of(role) / 1e6:.1f} MB {name}" for name, role in parts)
    lines.append("")
    meetings = int(plan.rows[:, BARRIER].sum())
    lines.append(f"{len(plan.steps)} steps, {len(plan.rows)} rows, {meetings} meetings: {memory}")
    return "\n".join(lines) + "\n"


def _cells(step: Step) -> tuple[str, ...]:
    return (
        " + ".join(step.nodes),
        str(step.level),
        shape_text(step.shape),
        step.algorithm,
        f"{step.macs:,}" if step.macs else "",
        f"{step.bytes:,}" if step.bytes else "",
        f"{step.weight_bytes:,}" if step.weight_bytes else "",
        step.why,
    )
