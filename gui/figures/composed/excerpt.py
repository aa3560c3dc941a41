"""Some layers of a project as a project of their own: what a figure of a selection is of."""

from collections.abc import Collection
from dataclasses import replace

from engine.analysis.analyze import Analysis
from engine.analysis.group_report import part_of
from engine.model.figure_notes import orphans
from engine.model.grouping import Grouping
from engine.model.network import Network
from engine.model.project import Point, Project


def excerpt(
    project: Project, analysis: Analysis, node_ids: Collection[str], title: str = ""
) -> tuple[Project, Analysis]:
    """The layers with their numbers in the whole network, and what is said about them; `title` in place of
    `Part of …`. Groups that lie in it whole stay, one around all of it is opened."""
    chosen = frozenset(node_ids) & set(project.network.nodes)
    part = part_of(analysis, chosen, _names(project, chosen))
    whole = [
        group
        for one, group in project.groups.items()
        if chosen.issuperset(project.groups.nodes(one)) and len(project.groups.nodes(one)) < len(chosen)
    ]
    kept = {group.id for group in whole}
    groups = Grouping(replace(g, parent=g.parent if g.parent in kept else "") for g in whole)
    lost = orphans(project.figure_notes, part.network, groups)
    shown = replace(
        project,
        network=part.network,
        groups=groups,
        positions=_positions(project, part.network, groups),
        frames={},
        text_notes={},
        figure_notes=tuple(note for note in project.figure_notes if note not in lost),
        title=title or (f"Part of {project.title}" if project.title else ""),
    )
    return shown, part


def _names(project: Project, chosen: frozenset[str]) -> dict[str, str]:
    """What layers outside are called that lie in a group which is not shown: the outermost such group."""
    groups, names = project.groups, {}
    for one in project.network.nodes:
        outside = [
            group for group in groups.around(groups.home(one)) if chosen.isdisjoint(groups.nodes(group))
        ]
        if outside:
            names[one] = groups[outside[-1]].label
    return names


def _positions(project: Project, network: Network, groups: Grouping) -> dict[str, Point]:
    """Where the layers lie; nowhere, so that they are laid out, where one comes from far away."""
    if any(one in project.groups.members and one not in groups.members for one in network.nodes):
        return {}
    return {one: at for one, at in project.positions.items() if one in network or one in groups}
