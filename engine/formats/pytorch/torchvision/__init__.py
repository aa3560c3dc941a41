"""What torchvision calls the layers of networks that exist there, one family of networks a module.

A module of this folder with a `FAMILY` is found by being there. With these names, `load_state_dict` takes
what torchvision's own models give. Source of all names: torchvision's models, version 0.29.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from engine.formats.pytorch.torchvision.family import Family
from engine.model.network import Network

_modules = [import_module(f"{__name__}.{info.name}") for info in sorted(iter_modules(__path__))]

FAMILIES: Final[tuple[Family, ...]] = tuple(
    module.FAMILY for module in _modules if isinstance(getattr(module, "FAMILY", None), Family)
)


def torchvision_family(network: Network) -> Family | None:
    """The family that knows all layers of the network that have parameters; None where none does."""
    return next((family for family in FAMILIES if family.knows(network)), None)


def torchvision_names(network: Network) -> Mapping[str, str]:
    """torchvision's name of each layer by node id, as `layer1.0.conv1`; empty for a network of one's own."""
    family = torchvision_family(network)
    return {} if family is None else family.names(network)
