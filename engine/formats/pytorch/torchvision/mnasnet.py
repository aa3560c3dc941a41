"""MNASNet."""

import re
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, by_rules

_STEM: Final = (
    "conv1", "conv1_bn", "conv1_relu", "separable/depthwise", "separable/depthwise_bn",
    "separable/depthwise_relu", "separable/pointwise", "separable/pointwise_bn",
)  # fmt: skip
_BLOCK: Final = (
    "expand", "expand_bn", "expand_relu", "depthwise", "depthwise_bn", "depthwise_relu", "project",
    "project_bn",
)  # fmt: skip
_HEAD: Final = ("conv8", "conv8_bn", "conv8_relu")


def _block(match: re.Match[str]) -> str:
    stage, number, layer = match.groups()
    home = f"layers.{int(stage) + 6}.{int(number) - 1}"
    return f"{home}.layers.{_BLOCK.index(layer)}" if layer in _BLOCK else f"{home}.{layer}"


FAMILY: Final = Family(
    signs=("separable/pointwise", "stage2_1/expand", "conv8"),
    naming=by_rules(
        [
            *((node_id, f"layers.{place}") for place, node_id in enumerate(_STEM)),
            (r"stage([2-7])_(\d+)/(\w+)", _block),
            *((node_id, f"layers.{place + 14}") for place, node_id in enumerate(_HEAD)),
            (r"drop", "classifier.0"),
            (r"fc", "classifier.1"),
        ]
    ),
)
