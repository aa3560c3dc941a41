"""What other programs call the layers of a network: torchvision for those it has, and our own exports."""

from collections.abc import Mapping

from engine.formats.keras.source import keras_names
from engine.formats.pytorch.paths import module_paths
from engine.formats.weights.weight_matching import Renaming
from engine.model.grouping import Grouping
from engine.model.network import Network


def renamings(network: Network, groups: Grouping | None = None) -> tuple[Renaming, ...]:
    """One for each scheme of names: of the PyTorch module and of the Keras model that are exported.

    The module's names are torchvision's for networks that exist there, so that its weights are taken.
    """
    paths = module_paths(network, groups or Grouping())
    modules = {".".join(path): node_id for node_id, path in paths.items()}
    variables = {name: node_id for node_id, name in keras_names(network).items()}
    return _by(modules), _by(variables)


def _by(names: Mapping[str, str]) -> Renaming:
    return lambda layer: names.get(layer, "")
