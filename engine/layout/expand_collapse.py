"""Expanding a group in place, and collapsing it again: the cards around make room and take it back.

What lies behind the group on its line moves along by as much as its box is longer than its card; what lies
on either side of the line moves away by as much as the box reaches further across. Nothing else moves, all
keep their order, and collapsing undoes it exactly.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from engine.analysis.group_report import outer_outputs
from engine.layout.card_rects import Rect, box, shown_places
from engine.layout.collapsed_view import visible_cards
from engine.model.project import Point, Project

_EPSILON = 0.5
"""Cards that touch do not overlap, whatever rounding says."""


def expand(project: Project, group_id: str) -> Project:
    """With the content of a group in the place of its card. Groups around it are expanded first."""
    for around in reversed(project.groups.around(group_id)[1:]):
        project = expand(project, around)
    if not project.groups[group_id].collapsed:
        return project
    card = Rect.of_card(project.position(group_id))
    opened = project.set_collapsed(group_id, False)
    found = box(opened, group_id)
    to_x, to_y = _anchor(opened, group_id, found, card)
    opened = _moved_content(opened, group_id, to_x, to_y)
    return _with_room(opened, project, group_id, card, found.moved(to_x, to_y))


def collapse(project: Project, group_id: str) -> Project:
    """With one card in the place of a group's content."""
    if project.groups[group_id].collapsed:
        return project
    found = box(project, group_id)
    card = Rect.of_card((0.0, 0.0))
    off_x, off_y = _anchor(project, group_id, found, card)
    card = card.moved(-off_x, -off_y)
    closed = project.set_collapsed(group_id, True).move({group_id: (card.left, card.top)})
    return _with_room(closed, project, group_id, found, card)


def toggle(project: Project, group_id: str) -> Project:
    """Expanded if it is collapsed, and the other way round."""
    change = expand if project.groups[group_id].collapsed else collapse
    return change(project, group_id)


def _anchor(project: Project, group_id: str, found: Rect, card: Rect) -> Point:
    """How far a box has to go to its card's place: it begins there, and its way out keeps the line."""
    groups = project.groups
    way_out = groups.card(outer_outputs(project.network, groups.nodes(group_id))[0])
    exit_card = Rect.of_card(project.position(way_out))
    if project.direction == "down":
        return card.middle[0] - exit_card.middle[0], card.top - found.top
    return card.left - found.left, card.middle[1] - exit_card.middle[1]


def _moved_content(project: Project, group_id: str, dx: float, dy: float) -> Project:
    moves = {}
    for item_id in (*project.groups.nodes(group_id), *_inner_groups(project, group_id)):
        if item_id in project.network or item_id in project.positions:
            x, y = project.position(item_id)
            moves[item_id] = (x + dx, y + dy)
    return project.move(moves)


def _inner_groups(project: Project, group_id: str) -> Iterator[str]:
    for one in project.groups.inner(group_id):
        yield one
        yield from _inner_groups(project, one)


def _with_room(after: Project, before: Project, group_id: str, old: Rect, new: Rect) -> Project:
    """With everything around a group moved, which covered `old` and now covers `new`."""
    down = after.direction == "down"
    if down:
        old, new = old.turned, new.turned
    inside = {*after.groups.nodes(group_id), *_inner_groups(after, group_id), group_id}
    places = {one: at for one, at in shown_places(before).items() if one not in inside}
    rects = {one: Rect.of_card(at) for one, at in places.items()}
    rects |= {one: Rect(n.x, n.y, n.x, n.y) for one, n in before.text_notes.items()}
    if down:
        rects = {one: rect.turned for one, rect in rects.items()}
    mine = {before.groups.card(node) for node in before.groups.nodes(group_id)}
    behind = further_along(before, mine)
    moves = {}
    for one, rect in rects.items():
        along = new.right - old.right if one in behind or _beside(rect, old) else 0.0
        across = _aside(rect.top, rect.bottom, old, new)
        if along or across:
            dx, dy = (across, along) if down else (along, across)
            x, y = places[one] if one in places else (before.text_notes[one].x, before.text_notes[one].y)
            moves[one] = (x + dx, y + dy)
    return _stretched_frames(after.move(moves), before, old, new)


def _beside(rect: Rect, old: Rect) -> bool:
    """Whether it lies on the same line, further along."""
    on_line = rect.bottom > old.top + _EPSILON and rect.top < old.bottom - _EPSILON
    return on_line and rect.left >= old.right - _EPSILON


def _aside(top: float, bottom: float, old: Rect, new: Rect) -> float:
    if top >= old.bottom - _EPSILON:
        return new.bottom - old.bottom
    if bottom <= old.top + _EPSILON:
        return new.top - old.top
    return 0.0


def further_along(project: Project, cards: Collection[str]) -> set[str]:
    """The cards that wires lead to from these, always further along: a wire back begins another line.

    Of these themselves none is among them.
    """
    readers: dict[str, list[str]] = {}
    for one, sources in visible_cards(project.network, project.groups).items():
        for source in sources:
            readers.setdefault(source, []).append(one)
    last = max(_start(project, card) for card in cards)
    waiting = [(card, last) for card in cards]
    found: set[str] = set()
    while waiting:
        one, start = waiting.pop()
        for reader in readers.get(one, ()):
            if reader not in found and reader not in cards and _start(project, reader) > start:
                found.add(reader)
                waiting.append((reader, _start(project, reader)))
    return found


def _start(project: Project, card: str) -> float:
    x, y = project.position(card)
    return y if project.direction == "down" else x


def _stretched_frames(after: Project, before: Project, old: Rect, new: Rect) -> Project:
    """Frames go with what lies around them; one that the group lies on grows with it."""
    down = after.direction == "down"
    changed = []
    for frame in before.frames.values():
        rect = Rect(frame.x, frame.y, frame.x + frame.width, frame.y + frame.height)
        rect = rect.turned if down else rect
        left = rect.left + (new.right - old.right if _beside(rect, old) else 0.0)
        on_line = rect.bottom > old.top + _EPSILON and rect.top < old.bottom - _EPSILON
        right = rect.right + (new.right - old.right if on_line and rect.right >= old.right else 0.0)
        made = Rect(
            left,
            rect.top + _aside(rect.top, rect.top, old, new),
            right,
            rect.bottom + _aside(rect.bottom, rect.bottom, old, new),
        )
        made = made.turned if down else made
        changed.append(
            replace(
                frame, x=made.left, y=made.top, width=made.right - made.left, height=made.bottom - made.top
            )
        )
    return after.annotate(*changed) if changed else after
