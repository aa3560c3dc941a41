"""ResNet and ResNeXt."""

import re
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, by_rules

_LOCAL: Final = (
    (r"conv(\d)", r"conv\1"),
    (r"conv(\d)_bn", r"bn\1"),
    (r"conv(\d)_relu", r"relu\1"),
    (r"shortcut", "downsample.0"),
    (r"shortcut_bn", "downsample.1"),
    (r"(\w+)", r"\1"),
)


def _block(match: re.Match[str]) -> str:
    stage, block, layer = match.groups()
    pattern, name = next(rule for rule in _LOCAL if re.fullmatch(rule[0], layer))
    return f"layer{int(stage) - 1}.{int(block) - 1}.{re.sub(pattern, name, layer)}"


FAMILY: Final = Family(
    signs=("conv2_1/conv1", "fc"),
    naming=by_rules(
        [
            (r"conv1", "conv1"),
            (r"conv1_bn", "bn1"),
            (r"conv1_relu", "relu"),
            (r"pool1", "maxpool"),
            (r"global_pool", "avgpool"),
            (r"fc", "fc"),
            (r"conv([2-5])_(\d+)/(\w+)", _block),
        ]
    ),
)
