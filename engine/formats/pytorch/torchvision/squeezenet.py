"""SqueezeNet 1.0 and 1.1."""

import re
from collections.abc import Mapping
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, numbered_in_order
from engine.model.network import Network

_CLASSIFIER: Final = ("drop9", "conv10", "conv10_relu", "global_pool")


def _names(network: Network) -> Mapping[str, str]:
    places = numbered_in_order(network, r"(conv1|conv1_relu|pool\d|fire\d)(?:/\w+)?")
    names = {node_id: f"classifier.{place}" for place, node_id in enumerate(_CLASSIFIER)}
    for node_id in network.order:
        block, _, layer = node_id.partition("/")
        if block in places:
            layer = re.sub("_relu$", "_activation", layer.replace("squeeze1x1", "squeeze"))
            names[node_id] = f"features.{places[block]}" + (f".{layer}" if layer else "")
    return names


FAMILY: Final = Family(signs=("fire2/squeeze1x1", "conv10"), naming=_names)
