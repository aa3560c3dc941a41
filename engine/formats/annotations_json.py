"""What is drawn around a network, as JSON in a project file: groups, frames, text notes and the
points that wires are led through.

Each is written only where there is one, so that a project without any is the same file as ever.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from engine.errors import FormatError, NetworkError, quoted
from engine.model.annotations import LEAST_FRAME, Frame, TextNote
from engine.model.figure_notes import FigureNote
from engine.model.grouping import Group, Grouping
from engine.model.network import Edge
from engine.model.project import DIRECTIONS, Point, Project

MAX_THINGS: Final = 20_000
"""Most groups, frames and notes that are read, each."""
MAX_COORDINATE: Final = 1e7
MAX_ID_LENGTH: Final = 200

LISTS: Final = ("groups", "frames", "text_notes", "bends", "figure_notes")
_GROUP_FIELDS: Final = {"id", "title", "members", "parent", "collapsed", "position"}
_FRAME_FIELDS: Final = {"id", "title", "position", "size", "colour"}
_NOTE_FIELDS: Final = {"id", "text", "position"}
_BEND_FIELDS: Final = {"from", "to", "points"}
MOST_BENDS: Final = 1000
"""Most points that one wire is led through."""

T = TypeVar("T")


def drawn_records(project: Project) -> dict[str, list[dict[str, Any]]]:
    """The records of each list that is not empty."""
    lists = {
        "groups": [
            _group_record(group, project.positions.get(group.id)) for group in project.groups.values()
        ],
        "frames": [_frame_record(frame) for frame in project.frames.values()],
        "text_notes": [
            {"id": n.id, "text": n.text, "position": [n.x, n.y]} for n in project.text_notes.values()
        ],
        "bends": [
            {"from": source, "to": reader, "points": [list(point) for point in points]}
            for (source, reader), points in project.bends.items()
        ],
        "figure_notes": [
            {"kind": note.kind, "nodes": list(note.nodes), "text": note.text} for note in project.figure_notes
        ],
    }
    return {name: records for name, records in lists.items() if records}


def drawn_settings(record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Point]]:
    """The settings of a `Project` that a file's record holds, and where its groups lie; `FormatError`."""
    groups: list[Group] = []
    places: dict[str, Point] = {}
    for index, one in enumerate(_list(record, "groups")):
        group = _group(one, f"groups[{index}]")
        groups.append(group)
        if "position" in one:
            places[group.id] = read_point(one["position"], f"group {quoted(group.id)}")
    frames = [_frame(one, f"frames[{i}]") for i, one in enumerate(_list(record, "frames"))]
    notes = [_note(one, f"text_notes[{i}]") for i, one in enumerate(_list(record, "text_notes"))]
    direction = record.get("direction", DIRECTIONS[0])
    if direction not in DIRECTIONS:
        raise FormatError(f"direction={quoted(direction)} is none of {', '.join(DIRECTIONS)}")
    settings = {
        "groups": Grouping(groups),
        "frames": _by_id(frames, "frames", lambda frame: frame.id),
        "text_notes": _by_id(notes, "notes", lambda note: note.id),
        "bends": dict(_bend(one, f"bends[{i}]") for i, one in enumerate(_list(record, "bends"))),
        "figure_notes": tuple(
            _figure_note(one, f"figure_notes[{i}]") for i, one in enumerate(_list(record, "figure_notes"))
        ),
        "direction": direction,
    }
    return settings, places


def _figure_note(record: Mapping[str, Any], where: str) -> FigureNote:
    no_others(record, {"kind", "nodes", "text"}, where)
    nodes = record.get("nodes", [])
    if not isinstance(nodes, list) or not all(isinstance(node, str) for node in nodes):
        raise FormatError(f"{where}: nodes={quoted(nodes)} must be a list of ids")
    try:
        return FigureNote(
            kind=read_text(record.get("kind"), f"{where}: kind"),
            nodes=tuple(nodes),
            text=read_text(record.get("text", ""), f"{where}: text"),
        )
    except NetworkError as error:
        raise FormatError(f"{where}: {error}") from None


def _bend(record: Mapping[str, Any], where: str) -> tuple[Edge, tuple[Point, ...]]:
    """A wire and the points that it is led through; those of a wire that is not there are dropped later."""
    no_others(record, _BEND_FIELDS, where)
    points = record.get("points", [])
    if not isinstance(points, list) or len(points) > MOST_BENDS:
        raise FormatError(f"{where}: points={quoted(points)} must be a list of at most {MOST_BENDS}")
    ends = (
        read_text(record.get("from", ""), f"{where}: from"),
        read_text(record.get("to", ""), f"{where}: to"),
    )
    return ends, tuple(read_point(point, where, "a point") for point in points)


def read_point(value: Any, where: str, name: str = "position") -> Point:
    """Two finite numbers."""
    if isinstance(value, list) and len(value) == 2 and all(_is_coordinate(one) for one in value):
        return float(value[0]), float(value[1])
    raise FormatError(f"{where}: {name}={quoted(value)} must be two numbers between ±{MAX_COORDINATE:,.0f}")


def read_id(record: Mapping[str, Any], where: str) -> str:
    """The id of a thing on the canvas."""
    found = record.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ID_LENGTH:
        raise FormatError(f"{where}: id={quoted(found)} must be a text of 1 to {MAX_ID_LENGTH} letters")
    return found


def read_text(value: Any, where: str) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise FormatError(f"{where}={quoted(value)} must be a text")
    return value


def no_others(record: Mapping[str, Any], known: set[str], where: str) -> None:
    """`FormatError` for a field that is not known."""
    for name in record:
        if name not in known:
            raise FormatError(
                f"{where} has an unknown field {quoted(name)}; known are {', '.join(sorted(known))}"
            )


def _group_record(group: Group, at: Point | None) -> dict[str, Any]:
    record: dict[str, Any] = {"id": group.id, "title": group.title, "members": list(group.members)}
    if group.parent:
        record["parent"] = group.parent
    if group.collapsed:
        record["collapsed"] = True
    if at is not None:
        record["position"] = list(at)
    return record


def _frame_record(frame: Frame) -> dict[str, Any]:
    at, size = [frame.x, frame.y], [frame.width, frame.height]
    return {"id": frame.id, "title": frame.title, "colour": frame.colour, "position": at, "size": size}


def _group(record: Mapping[str, Any], where: str) -> Group:
    group_id = read_id(record, where)
    where = f"group {quoted(group_id)}"
    no_others(record, _GROUP_FIELDS, where)
    members = record.get("members", [])
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        raise FormatError(f"{where}: members={quoted(members)} must be a list of ids")
    if len(set(members)) < len(members):
        raise FormatError(f"{where}: members={quoted(members)} names a node twice")
    collapsed = record.get("collapsed", False)
    if not isinstance(collapsed, bool):
        raise FormatError(f"{where}: collapsed={quoted(collapsed)} must be true or false")
    return Group(
        id=group_id,
        title=read_text(record.get("title", ""), f"{where}: title"),
        members=tuple(members),
        parent=read_text(record.get("parent", ""), f"{where}: parent"),
        collapsed=collapsed,
    )


def _frame(record: Mapping[str, Any], where: str) -> Frame:
    frame_id = read_id(record, where)
    where = f"frame {quoted(frame_id)}"
    no_others(record, _FRAME_FIELDS, where)
    x, y = read_point(record.get("position"), where)
    width, height = read_point(record.get("size"), where, "size")
    if width < LEAST_FRAME or height < LEAST_FRAME:
        raise FormatError(f"{where}: size={quoted(record['size'])} must be at least {LEAST_FRAME:.0f} each")
    title = read_text(record.get("title", ""), f"{where}: title")
    colour = read_text(record.get("colour", "grey"), f"{where}: colour")
    try:
        return Frame(id=frame_id, title=title, x=x, y=y, width=width, height=height, colour=colour)
    except NetworkError as error:
        raise FormatError(f"{where}: {error}") from None


def _note(record: Mapping[str, Any], where: str) -> TextNote:
    note_id = read_id(record, where)
    where = f"note {quoted(note_id)}"
    no_others(record, _NOTE_FIELDS, where)
    x, y = read_point(record.get("position"), where)
    return TextNote(id=note_id, text=read_text(record.get("text", ""), f"{where}: text"), x=x, y=y)


def _list(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = record.get(name, [])
    if not isinstance(found, list):
        raise FormatError(f"{name}={quoted(found)} must be a list")
    if len(found) > MAX_THINGS:
        raise FormatError(f"it has {len(found)} {name}; at most {MAX_THINGS} are read")
    for index, one in enumerate(found):
        if not isinstance(one, dict):
            raise FormatError(f"{name}[{index}] must be an object {{…}}, not {quoted(one)}")
    return found


def _by_id(things: list[T], what: str, key: Callable[[T], str]) -> dict[str, T]:
    made = {key(thing): thing for thing in things}
    if len(made) < len(things):
        ids = [key(thing) for thing in things]
        twice = next(node_id for node_id in ids if ids.count(node_id) > 1)
        raise FormatError(f"two {what} have the id {quoted(twice)}")
    return made


def _is_coordinate(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= MAX_COORDINATE  # false for NaN, too
