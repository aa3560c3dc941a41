"""Where each layer stands in the tree of modules: the attributes that lead to it from the network.

`("layer1", "0", "conv1")` is what PyTorch calls `layer1.0.conv1`, in state dictionaries too. The names are
torchvision's for networks that exist there, else those of the groups and of the nodes' ids.
"""

from collections.abc import Mapping

from engine.formats.pytorch.identifiers import identifiers
from engine.formats.pytorch.torchvision import torchvision_names
from engine.layout.repeats import repeat_count
from engine.model.grouping import Grouping
from engine.model.network import Network

Path = tuple[str, ...]


def module_paths(network: Network, groups: Grouping) -> Mapping[str, Path]:
    """A path for each node that is no Input, all different, none the beginning of another."""
    names = torchvision_names(network)
    return _completed(network, names) if names else group_paths(network, groups)


def flat_paths(network: Network) -> Mapping[str, Path]:
    """Every node right in the network, whatever its groups."""
    return group_paths(network, Grouping())


def group_paths(network: Network, groups: Grouping) -> Mapping[str, Path]:
    """Each node in its groups; N equal groups one behind the other are numbered."""
    paths: dict[str, Path] = {}

    def place(group_id: str, path: Path) -> None:
        inside = [one for one in groups.inner(group_id) if groups.nodes(one)]
        own = [
            node_id
            for node_id in network.order
            if groups.home(node_id) == group_id and not is_input(network, node_id)
        ]
        wanted = {f"group {one}": _short(groups, one, group_id) for one in inside}
        wanted |= {f"node {one}": one.removeprefix(f"{group_id}/") or one for one in own}
        names = _renamed(wanted)
        if group_id and repeat_count(network, groups, group_id) > 1:
            first = {one: min(network.rank[node] for node in groups.nodes(one)) for one in inside}
            in_order = sorted(inside, key=lambda one: first[one])
            names = {f"group {one}": str(index) for index, one in enumerate(in_order)}
        for one in own:
            paths[one] = (*path, names[f"node {one}"])
        for one in inside:
            place(one, (*path, names[f"group {one}"]))

    place("", ())
    return paths


def _short(groups: Grouping, group_id: str, parent: str) -> str:
    """The group's id in its parent's, or its title where the id was only counted."""
    if group_id.startswith("group_"):
        return groups[group_id].label.split("·")[0].strip().lower()
    return group_id.removeprefix(f"{parent}/") or group_id


def _renamed(wanted: Mapping[str, str]) -> dict[str, str]:
    """An identifier for each wanted name, by key; equal names are told apart."""
    made: dict[str, str] = {}
    for key, name in wanted.items():
        made[key] = identifiers([name], made.values())[name]
    return made


def _completed(network: Network, names: Mapping[str, str]) -> Mapping[str, Path]:
    """A node without a name stands where those before and behind it do, or right in the network."""
    paths: dict[str, Path] = {node_id: tuple(name.split(".")) for node_id, name in names.items()}
    for node_id in network.order:
        if node_id in paths or is_input(network, node_id):
            continue
        around = (*network[node_id].inputs, *network.outputs_of[node_id])
        homes = {paths[one][:-1] if one in paths else () for one in around}
        home = homes.pop() if len(homes) == 1 and network.outputs_of[node_id] else ()
        taken = {path[len(home)] for path in paths.values() if path[: len(home)] == home}
        own = node_id.rsplit("/", 1)[-1]
        paths[node_id] = (*home, identifiers([own], taken)[own])
    return paths


def is_input(network: Network, node_id: str) -> bool:
    """Whether the node is an argument of the module rather than a part of it."""
    return network[node_id].layer.role == "input"
