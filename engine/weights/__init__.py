"""Where weights come from. Every module of this folder is loaded: a source is found by being there."""

from importlib import import_module
from pkgutil import iter_modules

from engine.weights.given import BY_HAND, FITTED, IMPORTED, TRAINED_HERE, Given
from engine.weights.random import HE, He, random_normal
from engine.weights.source import (
    GROUPS,
    MEASURED_ON,
    Checkpoint,
    Weights,
    go_on,
    misfit,
    provenance,
    weights_from_json,
    weights_source,
    weights_sources,
    weights_to_json,
)
from engine.weights.trained import Trained, trained_layers

for _module in sorted(info.name for info in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

__all__ = [
    "BY_HAND",
    "FITTED",
    "GROUPS",
    "HE",
    "IMPORTED",
    "MEASURED_ON",
    "TRAINED_HERE",
    "Checkpoint",
    "Given",
    "He",
    "Trained",
    "Weights",
    "go_on",
    "misfit",
    "provenance",
    "random_normal",
    "trained_layers",
    "weights_from_json",
    "weights_source",
    "weights_sources",
    "weights_to_json",
]
