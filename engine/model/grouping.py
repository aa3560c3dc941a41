"""Groups of nodes: a forest of named boxes around layers, beside the network and never part of it. Immutable.

A node lies in at most one group directly, and a group in at most one other. A collapsed group stands on
the canvas as one card. Groups have no part in what is computed.
"""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.errors import NetworkError, quoted


@dataclass(frozen=True, kw_only=True)
class Group:
    """A box around nodes. `members` are the nodes that lie in it directly, not in an inner group."""

    id: str
    """Different from the ids of nodes, and of everything else on the canvas."""
    title: str = ""
    members: tuple[str, ...] = ()
    parent: str = ""
    """Id of the group around it; empty at the top."""
    collapsed: bool = False

    @property
    def label(self) -> str:
        """The caption people see."""
        return self.title or "Group"


class Grouping(Mapping[str, Group]):
    """Groups by id, checked on creation: `NetworkError` names what is wrong."""

    def __init__(self, groups: Iterable[Group] = ()) -> None:
        self._groups: dict[str, Group] = {}
        for group in groups:
            if group.id in self._groups:
                raise NetworkError(f"two groups have the id {quoted(group.id)}")
            self._groups[group.id] = group
        self._check_parents()
        self._home: dict[str, str] = {}
        for group in self._groups.values():
            for node_id in group.members:
                if node_id in self._home:
                    raise NetworkError(
                        f"{quoted(node_id)} is a member of the group {quoted(self._home[node_id])}"
                        f" and of {quoted(group.id)}: a node lies in one group"
                    )
                self._home[node_id] = group.id
        empty = next((group for group in self._groups if not self.nodes(group)), None)
        if empty is not None:
            raise NetworkError(f"the group {quoted(empty)} has no members")

    def __getitem__(self, group_id: str) -> Group:
        try:
            return self._groups[group_id]
        except KeyError:
            raise NetworkError(f"there is no group {quoted(group_id)}") from None

    def __contains__(self, group_id: object) -> bool:
        return group_id in self._groups

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def __repr__(self) -> str:
        return f"Grouping({list(self._groups.values())!r})"

    @property
    def members(self) -> Collection[str]:
        """All nodes that lie in a group."""
        return self._home.keys()

    def home(self, node_id: str) -> str:
        """The innermost group around a node; empty where there is none."""
        return self._home.get(node_id, "")

    def inner(self, group_id: str = "") -> tuple[str, ...]:
        """The groups that lie directly in a group; those at the top for the empty id."""
        return self._inner.get(group_id, ())

    def nodes(self, group_id: str) -> tuple[str, ...]:
        """All nodes of a group, those of inner groups behind its own."""
        return self._nodes[self[group_id].id]

    def around(self, group_id: str) -> tuple[str, ...]:
        """The group itself and those around it, from the inside out; none for the empty id."""
        found = []
        while group_id:
            found.append(group_id)
            group_id = self[group_id].parent
        return tuple(found)

    def card(self, item_id: str) -> str:
        """What stands for a node or group on the canvas: its outermost collapsed group, else itself."""
        start = item_id if item_id in self._groups else self.home(item_id)
        collapsed = [one for one in self.around(start) if self._groups[one].collapsed]
        return collapsed[-1] if collapsed else item_id

    def common(self, node_ids: Iterable[str]) -> str:
        """The innermost group that holds all these nodes; empty where there is none."""
        shared: tuple[str, ...] | None = None
        for node_id in node_ids:
            path = self.around(self.home(node_id))
            shared = path if shared is None else tuple(one for one in shared if one in path)
        return shared[0] if shared else ""

    def add(self, group_id: str, node_ids: Iterable[str], title: str = "") -> "Grouping":
        """With a new group around these nodes; inner groups all of whose nodes are named go along whole.

        `NetworkError` for nothing, for nodes that are a group already, and for a part of an inner group.
        """
        chosen = dict.fromkeys(node_ids)
        if not chosen:
            raise NetworkError("select the layers that are to be a group")
        parent = self.common(chosen)
        if parent and len(self.nodes(parent)) == len(chosen):
            raise NetworkError(f"these layers are the group “{self[parent].label}” already")
        swallowed = []
        for one in self.inner(parent):
            within = [node_id for node_id in self.nodes(one) if node_id in chosen]
            if within and len(within) < len(self.nodes(one)):
                raise NetworkError(
                    f"the selection cuts through the group “{self[one].label}”:"
                    " select all of it, or ungroup it"
                )
            if within:
                swallowed.append(one)
        own = tuple(node_id for node_id in chosen if self.home(node_id) == parent)
        made = []
        for group in self._groups.values():
            if group.id == parent:
                kept = tuple(member for member in group.members if member not in chosen)
                group = dataclasses.replace(group, members=kept)
            elif group.id in swallowed:
                group = dataclasses.replace(group, parent=group_id)
            made.append(group)
        return Grouping([*made, Group(id=group_id, title=title.strip(), members=own, parent=parent)])

    def dissolve(self, group_id: str) -> "Grouping":
        """Without the group; what lay in it lies in the group around it."""
        gone = self[group_id]
        made = []
        for group in self._groups.values():
            if group.id == gone.id:
                continue
            if group.parent == gone.id:
                group = dataclasses.replace(group, parent=gone.parent)
            if group.id == gone.parent:
                group = dataclasses.replace(group, members=(*group.members, *gone.members))
            made.append(group)
        return Grouping(made)

    def replace(self, *changed: Group) -> "Grouping":
        """With these groups in the place of those with the same ids; itself where all are the same."""
        by_id = {self[group.id].id: group for group in changed}
        if all(self._groups[one] == group for one, group in by_id.items()):
            return self
        return Grouping(by_id.get(one, group) for one, group in self._groups.items())

    def put(self, node_id: str, group_id: str) -> "Grouping":
        """With a node in this group, wherever it lay before; the empty id takes it out of all."""
        if self.home(node_id) == group_id:
            return self
        made = []
        for group in self._groups.values():
            if group.id == self.home(node_id):
                kept = tuple(member for member in group.members if member != node_id)
                group = dataclasses.replace(group, members=kept)
            elif group.id == group_id:
                group = dataclasses.replace(group, members=(*group.members, node_id))
            made.append(group)
        return _without_empty(made)

    def within(self, node_ids: Collection[str]) -> "Grouping":
        """With members among these nodes only; groups left empty are gone. Itself where nothing changes."""
        if all(node_id in node_ids for node_id in self._home):
            return self
        return _without_empty(
            dataclasses.replace(
                group, members=tuple(member for member in group.members if member in node_ids)
            )
            for group in self._groups.values()
        )

    @cached_property
    def _inner(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for group in self._groups.values():
            found.setdefault(group.parent, []).append(group.id)
        return {parent: tuple(ids) for parent, ids in found.items()}

    @cached_property
    def _nodes(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {group: [] for group in self._groups}
        for group in self._groups.values():
            for one in self.around(group.id):
                found[one] += group.members
        return {one: tuple(ids) for one, ids in found.items()}

    def _check_parents(self) -> None:
        sound: set[str] = {""}
        for group in self._groups.values():
            path: dict[str, None] = {}
            one = group.id
            while one not in sound:
                if one in path:
                    raise NetworkError(f"the group {quoted(one)} lies in itself")
                path[one] = None
                parent = self._groups[one].parent
                if parent and parent not in self._groups:
                    raise NetworkError(
                        f"the group {quoted(one)} lies in {quoted(parent)}, which does not exist"
                    )
                one = parent
            sound.update(path)


def _without_empty(groups: Iterable[Group]) -> Grouping:
    """The groups that hold a node; an empty one takes along the groups around it that hold nothing else."""
    by_id = {group.id: group for group in groups}
    kept: set[str] = set()
    for group in by_id.values():
        one = group.id if group.members else ""
        while one and one not in kept:
            kept.add(one)
            one = by_id[one].parent
    return Grouping(group for group in by_id.values() if group.id in kept)
