"""What the arguments of `onebyone explain` stand for: a class or a unit, a layer, a method's settings."""

import argparse
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.attribution.cells import last_maps
from engine.attribution.method import Method
from engine.attribution.scores import class_scores
from engine.attribution.target import Target
from engine.errors import EngineError
from engine.model.network import Network
from gui.commands.command import UsageError
from gui.words.attribution import class_text

Map = npt.NDArray[np.float32]


def chosen_target(
    arguments: argparse.Namespace,
    network: Network,
    analysis: Analysis,
    maps: Mapping[str, Map],
    names: tuple[str, ...],
) -> Target:
    """--class, --against, --unit, --target; `UsageError` for what does not exist."""
    if arguments.unit is not None:
        if arguments.class_ is not None:
            raise UsageError("--unit and --class are two answers to one question; give one")
        return _unit(arguments.unit, network, arguments.target)
    try:
        scores = class_scores(network, analysis)
    except EngineError as error:
        raise UsageError(f"{error}; --unit ID:C explains a unit of a layer") from None
    if scores.node_id not in maps:
        raise UsageError(f"{scores.node_id} cannot be computed: it, or a layer above it, has a problem")
    each = maps[scores.node_id].reshape(scores.classes, -1).mean(axis=1)
    channel = int(np.nan_to_num(each, nan=-np.inf).argmax())
    if arguments.class_ is not None:
        channel = _class(arguments.class_, scores.classes, names)
    against = None if arguments.against is None else _class(arguments.against, scores.classes, names)
    if against == channel:
        raise UsageError(f"--against: {class_text(channel, names)} is the class that is explained")
    return Target(node_id=scores.node_id, channel=channel, against=against, scale=arguments.target)


def _class(text: str, classes: int, names: tuple[str, ...]) -> int:
    """The class that a number or a name stands for; a name may be a part of one that nothing else has."""
    if text.strip().lstrip("-").isdigit():
        index = int(text)
        if not 0 <= index < classes:
            raise UsageError(f"class {index} does not exist: there are {classes}, from 0 to {classes - 1}")
        return index
    if not names:
        raise UsageError(
            f"this network's classes have no names: give a number from 0 to {classes - 1}, not {text!r}"
        )
    folded = [name.casefold() for name in names]
    wanted = text.strip().casefold()
    exact = [index for index, name in enumerate(folded) if name == wanted]
    found = exact or [index for index, name in enumerate(folded) if wanted in name]
    if exact or len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(f"{names[index]} ({index})" for index in found[:4])
        raise UsageError(f"{text!r} is part of {len(found)} classes: {some}{' …' if len(found) > 4 else ''}")
    close = get_close_matches(wanted, folded, n=3)
    hint = " Did you mean " + " or ".join(names[folded.index(name)] for name in close) + "?" if close else ""
    raise UsageError(f"no class is called {text!r}.{hint}")


def _unit(text: str, network: Network, scale: Any) -> Target:
    node_id, _, rest = text.rpartition(":")
    numbers = rest.split(",")
    if node_id not in network:
        raise UsageError(f"--unit: there is no layer {node_id or text!r}; write ID:C or ID:C,ROW,COLUMN")
    if len(numbers) not in (1, 3) or not all(number.strip().isdigit() for number in numbers):
        raise UsageError(f"--unit: {rest!r} is no C or C,ROW,COLUMN")
    channel, *at = (int(number) for number in numbers)
    return Target(node_id=node_id, channel=channel, at=(at[0], at[1]) if at else None, scale=scale)


def usual_layer(network: Network, analysis: Analysis, target: Target) -> str:
    """The last maps before everything is one place."""
    shapes = {name: report.output_shape for name, report in analysis.layers.items() if report.output_shape}
    return last_maps(network, shapes, target)


def chosen_options(chosen: Method, settings: list[str]) -> dict[str, float | str]:
    """--set NAME=VALUE, each checked by the method's own options."""
    known = {option.name: option for option in chosen.options}
    made: dict[str, float | str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name not in known:
            names = ", ".join(known) or "it has none"
            raise UsageError(f"--set: {setting!r} sets nothing of {chosen.title}; NAME=VALUE with {names}")
        try:
            made[name] = known[name].check(value if known[name].choices else float(value))
        except ValueError:
            raise UsageError(f"--set: {name}={value!r} is no number") from None
        except EngineError as error:
            raise UsageError(f"--set: {error}") from None
    return made
