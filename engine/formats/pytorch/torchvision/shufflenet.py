"""ShuffleNet v2."""

import re
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, by_rules

_LEFT: Final = (
    "left_depthwise", "left_depthwise_bn", "left_1x1", "left_1x1_bn", "left_1x1_relu",
)  # fmt: skip
_RIGHT: Final = (
    "1x1_1", "1x1_1_bn", "1x1_1_relu", "depthwise", "depthwise_bn", "1x1_2", "1x1_2_bn", "1x1_2_relu",
)  # fmt: skip


def _unit(match: re.Match[str]) -> str:
    stage, number, layer = match.groups()
    home = f"stage{stage}.{int(number) - 1}"
    if layer in _LEFT:
        return f"{home}.branch1.{_LEFT.index(layer)}"
    return f"{home}.branch2.{_RIGHT.index(layer)}" if layer in _RIGHT else f"{home}.{layer}"


FAMILY: Final = Family(
    signs=("stage2_1/left_1x1", "stage2_2/1x1_1", "conv5", "fc"),
    naming=by_rules(
        [
            *(
                (f"conv{number}{end}", f"conv{number}.{place}")
                for number in (1, 5)
                for place, end in enumerate(("", "_bn", "_relu"))
            ),
            (r"pool1", "maxpool"),
            (r"stage([2-4])_(\d+)/(\w+)", _unit),
            (r"fc", "fc"),
        ]
    ),
)
