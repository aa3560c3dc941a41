"""MobileNet v3, large and small."""

from collections.abc import Mapping
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, numbered_in_order
from engine.formats.pytorch.torchvision.inverted import stages, step
from engine.model.network import Network


def _names(network: Network) -> Mapping[str, str]:
    blocks = numbered_in_order(network, r"(block\d+)/.+")
    names = {
        "features": "classifier.0", "features_hardswish": "classifier.1", "drop": "classifier.2",
        "fc": "classifier.3",
    }  # fmt: skip
    for place, end in enumerate(("", "_bn", "_hardswish")):
        names[f"conv1{end}"] = f"features.0.{place}"
        names[f"last{end}"] = f"features.{len(blocks) + 1}.{place}"
    for node_id in network.order:
        block, _, layer = node_id.partition("/")
        if block in blocks:
            found = step(layer, stages(network, block))
            names[node_id] = f"features.{blocks[block] + 1}." + (f"block.{found}" if found else layer)
    return names


FAMILY: Final = Family(signs=("block1/depthwise", "block11/project", "last", "features"), naming=_names)
