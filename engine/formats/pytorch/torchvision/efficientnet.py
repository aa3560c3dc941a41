"""EfficientNet."""

import re
from collections.abc import Mapping
from typing import Final

from engine.formats.pytorch.torchvision.family import Family
from engine.formats.pytorch.torchvision.inverted import stages, step
from engine.model.network import Network


def _names(network: Network) -> Mapping[str, str]:
    names = {"drop": "classifier.0", "fc": "classifier.1"}
    for place, end in enumerate(("", "_bn", "_silu")):
        names[f"conv1{end}"] = f"features.0.{place}"
        names[f"conv9{end}"] = f"features.8.{place}"
    for node_id in network.order:
        match = re.fullmatch(r"(stage(\d)_(\d+))/(.+)", node_id)
        if match:
            block, stage, number, layer = match.groups()
            found = step(layer, stages(network, block))
            home = f"features.{int(stage) - 1}.{int(number) - 1}"
            names[node_id] = f"{home}.block.{found}" if found else f"{home}.{layer}"
    return names


FAMILY: Final = Family(signs=("stage2_1/depthwise", "stage2_1/se/squeeze", "conv9"), naming=_names)
