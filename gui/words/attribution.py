"""Explanations in words: what is explained, where, with which settings."""

from collections.abc import Sequence

from engine.attribution.method import Explanation, Method
from engine.attribution.target import Target
from engine.model.network import Network


def class_text(index: int, names: Sequence[str] = ()) -> str:
    """`281 tabby`, or `class 281` where classes have no names."""
    return f"{index} {names[index]}" if index < len(names) else f"class {index}"


def target_text(network: Network, target: Target, names: Sequence[str] = ()) -> str:
    """`281 tabby`, `285 Egyptian cat, not 281 tabby`, `map 3 of conv2 at (4, 5)`."""
    if names:
        said = class_text(target.channel, names)
        rival = "" if target.against is None else f", not {class_text(target.against, names)}"
    else:
        said = f"{target.channel} of {network.nodes[target.node_id].id}"
        rival = "" if target.against is None else f", not {target.against}"
    place = "" if target.at is None else f" at row {target.at[0]}, column {target.at[1]}"
    return f"{said}{rival}{place}"


def score_text(target: Target, score: float) -> str:
    """`logit 12.3`, `softmax 0.61`, `difference of logits 2.1`."""
    return f"{'difference of ' if target.against is not None else ''}{target.scale} {score:.4g}"


def used_text(explanation: Explanation, places: str = "") -> str:
    """Everything the picture depends on, on one line."""
    parts = [f"{name} {value}" for name, value in explanation.used.items() if name != "note"]
    return " · ".join((*parts, *([places] if places else [])))


def help_text(method: Method) -> str:
    """What a method shows and what not, its formula and its source."""
    return (
        f"{method.title}: {method.formula}\nShows: {method.shows}\nDoes not show: {method.does_not_show}"
        f"\nSource: {method.source}."
    )
