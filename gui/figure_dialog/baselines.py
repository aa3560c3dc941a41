"""Networks that a comparison is offered with."""

from functools import cache
from typing import Final

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.model.project import Project

BASELINES: Final = (
    "inception_3a_naive", "inception_3a", "lenet5", "alexnet", "vgg16", "googlenet", "resnet18", "resnet50",
    "mobilenet_v2", "squeezenet1_1", "densenet121", "unet",
)  # fmt: skip
"""Presets that comparisons are offered with."""
PINNED: Final = "pinned"
"""Stands for the network that is pinned in the window."""


@cache
def baseline(name: str) -> tuple[Project, Analysis]:
    """The preset and its numbers."""
    project = presets.load(name).project
    return project, analyze(project.network)


@cache
def baseline_titles() -> dict[str, str]:
    """Those that exist, name → title."""
    titles = {about.name: about.title for about in presets.presets()}
    return {name: titles[name] for name in BASELINES if name in titles}
