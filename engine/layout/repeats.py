"""Groups that are the same thing again: the same layers wired the same way, one behind the other.

A stage of a residual network is one block and n − 1 equal ones; drawn as a card `×N` each of them is still
there. Two groups are equal if an order of their nodes exists in which layers, settings and inner wires
agree; here that is the order of computation, which equal ways of writing a block share.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.analysis.group_report import outer_inputs, outer_outputs
from engine.analysis.report import Analysis
from engine.model.grouping import Group, Grouping
from engine.model.network import Network
from engine.model.project import Project
from engine.shapes import Shape

Signature = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """Equal groups one behind the other, the first reading what comes in."""

    groups: tuple[str, ...]

    @property
    def count(self) -> int:
        """How often the first one stands there: the N of ×N."""
        return len(self.groups)


def signature(network: Network, node_ids: Sequence[str]) -> Signature:
    """What equal groups of nodes share: layers, settings, inner wires, places of the outer ones."""
    order = network.in_order(node_ids)
    place = {node_id: index for index, node_id in enumerate(order)}
    outside = {source: index for index, source in enumerate(outer_inputs(network, order))}
    ends = set(outer_outputs(network, order))
    found = []
    for node_id in order:
        node = network.nodes[node_id]
        wires = tuple(place[source] if source in place else -1 - outside[source] for source in node.inputs)
        found.append((node.layer, wires, node_id in ends))
    return tuple(found)


def find_repeats(
    network: Network, groups: Grouping, parent: str = "", *, analysis: Analysis | None = None
) -> tuple[Repeat, ...]:
    """The longest runs of two or more equal groups that lie directly in `parent` (at the top for "").

    Each group of a run reads the one before and nothing else, and is read by the next one alone. With an
    analysis their shapes have to be equal too (except where the first one comes in); without one a dense
    block's layers are equal, whose inputs grow.
    """
    runs: list[list[str]] = []
    signs = {group_id: signature(network, groups.nodes(group_id)) for group_id in groups.inner(parent)}
    for sign in sorted(signs, key=lambda sign: min(network.rank[node] for node in groups.nodes(sign))):
        last = runs[-1][-1] if runs else ""
        if (
            last
            and signs[last] == signs[sign]
            and _follows(network, groups.nodes(last), groups.nodes(sign))
            and (analysis is None or _shapes(analysis, groups, last) == _shapes(analysis, groups, sign))
        ):
            runs[-1].append(sign)
        else:
            runs.append([sign])
    return tuple(Repeat(groups=tuple(run)) for run in runs if len(run) > 1)


def repeat_count(network: Network, groups: Grouping, group_id: str) -> int:
    """N if the group is nothing but N equal inner groups one behind the other, else 1."""
    inner = groups.inner(group_id)
    if len(inner) < 2 or groups[group_id].members:
        return 1
    runs = find_repeats(network, groups, group_id)
    return len(inner) if len(runs) == 1 and runs[0].count == len(inner) else 1


def fold_repeats(project: Project, parent: str | None = None) -> Project:
    """With a collapsed group around each run of equal groups, at every level or in one group alone.

    A run that is all of its group needs no other; the project itself where there is nothing to fold.
    """
    groups = project.groups
    for level in ("", *groups) if parent is None else (parent,):
        for run in find_repeats(project.network, groups, level):
            if level and not groups[level].members and set(run.groups) == set(groups.inner(level)):
                continue
            taken = replace(project, groups=groups, positions={})
            box = Group(
                id=taken.new_id("group"),
                title=_title([groups[group] for group in run.groups]),
                parent=level,
                collapsed=True,
            )
            inside = [replace(groups[group], parent=box.id) for group in run.groups]
            kept = [group for group in groups.values() if group.id not in run.groups]
            groups = Grouping([*kept, box, *inside])
    return project if groups is project.groups else replace(project, groups=groups)


def _title(run: Sequence[Group]) -> str:
    """What the groups are all called, without the numbers that tell them apart."""
    if len({group.title for group in run}) == 1:
        return run[0].title
    names = {group.title.rstrip("0123456789").rstrip(" ._-·") for group in run}
    return names.pop() if len(names) == 1 else run[0].title


def _follows(network: Network, first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second group reads the first one's output and nothing else, and reads it alone."""
    ends = outer_outputs(network, first)
    if len(ends) != 1 or outer_inputs(network, second) != ends:
        return False
    return {*first, *second}.issuperset(network.outputs_of[ends[0]])


def _shapes(analysis: Analysis, groups: Grouping, group_id: str) -> list[Shape | None]:
    return [
        analysis.layers[node_id].output_shape for node_id in analysis.network.in_order(groups.nodes(group_id))
    ]
