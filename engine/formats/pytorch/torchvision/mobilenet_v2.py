"""MobileNet v2."""

from collections.abc import Mapping
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, numbered_in_order
from engine.formats.pytorch.torchvision.inverted import stages
from engine.model.network import Network

_ENDS: Final = {"": 0, "_bn": 1, "_relu6": 2}


def _names(network: Network) -> Mapping[str, str]:
    blocks = numbered_in_order(network, r"(block\d+_\d+)/\w+")
    names = {"drop": "classifier.0", "fc": "classifier.1"}
    for end, place in _ENDS.items():
        names[f"conv1{end}"] = f"features.0.{place}"
        names[f"conv9{end}"] = f"features.{len(blocks) + 1}.{place}"
    for block, number in blocks.items():
        parts = stages(network, block)
        home = f"features.{number + 1}"
        for step, part in enumerate(parts[:-1]):
            for end, place in _ENDS.items():
                names[f"{block}/{part}{end}"] = f"{home}.conv.{step}.{place}"
        names[f"{block}/project"] = f"{home}.conv.{len(parts) - 1}"
        names[f"{block}/project_bn"] = f"{home}.conv.{len(parts)}"
        names[f"{block}/add"] = f"{home}.add"
    return names


FAMILY: Final = Family(signs=("block1_1/depthwise", "block7_1/project", "conv9"), naming=_names)
