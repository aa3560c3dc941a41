"""VGG without batch normalisation."""

from collections.abc import Mapping
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, numbered_in_order
from engine.model.network import Network

_CLASSIFIER: Final = ("fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8")


def _names(network: Network) -> Mapping[str, str]:
    places = numbered_in_order(network, r"((conv|relu)\d_\d|pool\d)")
    return {node_id: f"features.{place}" for node_id, place in places.items()} | {
        node_id: f"classifier.{place}" for place, node_id in enumerate(_CLASSIFIER)
    }


FAMILY: Final = Family(signs=("conv1_1", "conv5_1", "fc6", "fc7", "fc8"), naming=_names)
