"""AlexNet with one tower."""

from collections.abc import Mapping
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, numbered_in_order
from engine.model.network import Network

_CLASSIFIER: Final = ("drop6", "fc6", "fc6_relu", "drop7", "fc7", "fc7_relu", "fc8")


def _names(network: Network) -> Mapping[str, str]:
    if "norm1" in network:
        return {}  # the two towers of 2012, which torchvision does not have
    places = numbered_in_order(network, r"(conv\d(?:_relu)?|pool\d)")
    return {node_id: f"features.{place}" for node_id, place in places.items()} | {
        node_id: f"classifier.{place}" for place, node_id in enumerate(_CLASSIFIER)
    }


FAMILY: Final = Family(signs=("conv1", "conv5", "fc6", "fc7", "fc8"), naming=_names)
