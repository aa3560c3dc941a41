"""DenseNet."""

import re
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, by_rules

_LAYERS: Final = {
    "1x1_bn": "norm1", "1x1_relu": "relu1", "1x1": "conv1",
    "3x3_bn": "norm2", "3x3_relu": "relu2", "3x3": "conv2",
}  # fmt: skip
_TRANSITION: Final = {"1x1_bn": "norm", "1x1_relu": "relu", "1x1": "conv"}


def _dense(match: re.Match[str]) -> str:
    block, number, layer = match.groups()
    return f"features.denseblock{block}.denselayer{number}.{_LAYERS.get(layer, layer)}"


def _transition(match: re.Match[str]) -> str:
    return f"features.transition{match[1]}.{_TRANSITION.get(match[2], match[2])}"


FAMILY: Final = Family(
    signs=("dense1_1/1x1", "transition1/1x1", "fc"),
    naming=by_rules(
        [
            (r"conv0", "features.conv0"),
            (r"conv0_bn", "features.norm0"),
            (r"conv0_relu", "features.relu0"),
            (r"pool0", "features.pool0"),
            (r"dense(\d)_(\d+)/(\w+)", _dense),
            (r"transition(\d)/(\w+)", _transition),
            (r"final_bn", "features.norm5"),
            (r"final_relu", "features.relu5"),
            (r"fc", "classifier"),
        ]
    ),
)
