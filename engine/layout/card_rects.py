"""What cards and the outlines of expanded groups cover on the canvas. Plain numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.layout.layout import BOX, CARD
from engine.model.grouping import Grouping
from engine.model.project import Point, Project


@dataclass(frozen=True)
class Rect:
    """From its top left to its bottom right corner, in canvas units."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of_card(cls, at: Point) -> "Rect":
        """The card whose top left corner lies there."""
        return cls(at[0], at[1], at[0] + CARD[0], at[1] + CARD[1])

    @property
    def turned(self) -> "Rect":
        """Along and across exchanged: what runs down runs to the right."""
        return Rect(self.top, self.left, self.bottom, self.right)

    @property
    def middle(self) -> Point:
        """Its centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def moved(self, dx: float, dy: float) -> "Rect":
        """The same size elsewhere."""
        return Rect(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def padded(self) -> "Rect":
        """With the room that a group's outline and title take around its content."""
        return Rect(
            self.left - BOX.left, self.top - BOX.top, self.right + BOX.right, self.bottom + BOX.bottom
        )


def hull(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle around some (at least one)."""
    all_of_them = list(rects)
    return Rect(
        min(rect.left for rect in all_of_them),
        min(rect.top for rect in all_of_them),
        max(rect.right for rect in all_of_them),
        max(rect.bottom for rect in all_of_them),
    )


def shown_places(project: Project) -> dict[str, Point]:
    """Top left corner of every card on the canvas: of nodes, and of collapsed groups for what is in them."""
    groups = project.groups
    if not any(group.collapsed for group in groups.values()):
        return {node_id: project.position(node_id) for node_id in project.network.nodes}
    cards = dict.fromkeys(groups.card(node_id) for node_id in project.network.nodes)
    return {card: project.position(card) for card in cards}


def place(project: Project, node_id: str) -> Point:
    """Where the card lies that stands for a node."""
    return project.position(project.groups.card(node_id))


def box(project: Project, group_id: str) -> Rect:
    """What the outline of a group encloses where it is expanded, inner outlines included."""
    groups = project.groups
    return hull(_contents(project, groups, group_id)).padded()


def _contents(project: Project, groups: Grouping, group_id: str) -> Iterable[Rect]:
    for node_id in groups[group_id].members:
        yield Rect.of_card(project.position(node_id))
    for one in groups.inner(group_id):
        if groups[one].collapsed:
            yield Rect.of_card(project.position(one))
        else:
            yield box(project, one)
