"""A network laid out for the window that it is opened in, where its own places leave much of that empty."""

from engine.layout.card_rects import Rect, hull, shown_places
from engine.layout.layout import lay_out
from engine.model.project import Project

_READABLE = 0.55
"""Scale from which cards are drawn with all their words."""

_WORTH = 1.1
"""How many times as large cards have to become before a network is laid out anew."""


def filling(project: Project, width: float, height: float) -> Project:
    """The project laid out in lines that fill a window of this size; itself where its cards are as large
    there already, or are readable, and where something is drawn around them."""
    if width <= 0 or height <= 0 or not len(project.network) or project.frames or project.text_notes:
        return project
    if any(group.collapsed for group in project.groups.values()):
        return project  # folded, it is short
    before = _zoom(project, width, height)
    if before >= _READABLE:
        return project
    places = lay_out(project.network, project.groups, direction=project.direction, window=width / height)
    made = project.move(places)
    return made if _zoom(made, width, height) > _WORTH * before else project


def _zoom(project: Project, width: float, height: float) -> float:
    """Scale at which all cards fit into the window, at most 1."""
    whole = hull(Rect.of_card(at) for at in shown_places(project).values())
    return min(width / (whole.right - whole.left), height / (whole.bottom - whole.top), 1.0)
