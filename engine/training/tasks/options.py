"""What people choose of a task, as text."""

from collections.abc import Mapping

from engine.errors import TrainingError, quoted


def number_option(options: Mapping[str, str], name: str, lowest: float, highest: float) -> float:
    """A number between the two; `TrainingError` for anything else."""
    try:
        value = float(options[name])
    except ValueError:
        raise TrainingError(f"{name}={quoted(options[name])} is no number") from None
    if not lowest <= value <= highest:
        raise TrainingError(f"{name}={value:g} must lie between {lowest:g} and {highest:g}")
    return value


def whole_option(options: Mapping[str, str], name: str, lowest: int, highest: int) -> int:
    """A whole number between the two."""
    value = number_option(options, name, lowest, highest)
    if value != int(value):
        raise TrainingError(f"{name}={value:g} must be a whole number")
    return int(value)
