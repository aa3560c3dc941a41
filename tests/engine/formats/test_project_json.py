"""The project file: nothing lost, and every broken one refused with a reason."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.errors import EngineError, FormatError, NetworkError
from engine.formats import project_json, read_project, write_project
from engine.layers import layer_kinds
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.layout.layout import lay_out
from engine.layout.unplaced import with_every_position
from engine.model.annotations import FRAME_COLOURS, Frame, TextNote
from engine.model.grouping import Group, Grouping
from engine.model.network import Network, Node
from engine.model.project import DIRECTIONS, Project
from engine.shapes import Padding
from engine.weights import HE, Given, Trained, weights_sources, weights_to_json

NETWORK = Network(
    [
        Node(id="input", layer=Input(shape=(3, 32, 32))),
        Node(id="a", layer=Conv2d(out_channels=8, padding=Padding.of((1, 0, 2, 0))), inputs=("input",)),
        Node(id="b", layer=Conv2d(kernel_size=(1, 1)), inputs=("a",), name="reduce · 1×1"),
    ]
)
PROJECT = Project(
    network=NETWORK,
    positions={"input": (0, 0), "b": (512.5, -64)},
    title="Ein Titel: „∑ ⊕“",
    image="astronaut",
    notes="two\nlines",
    seed=7,
)
VALID: dict[str, Any] = json.loads(project_json.write(PROJECT))
DRAWN_ON = replace(
    PROJECT,
    positions={**PROJECT.positions, "stage": (256, 0)},
    groups=Grouping(
        [
            Group(id="stage", title="Stage 1", members=("a",), collapsed=True),
            Group(id="stage/1", members=("b",), parent="stage"),
        ]
    ),
    frames={"frame_1": Frame(id="frame_1", title="here", x=-8, width=100.5, colour="blue")},
    text_notes={"note_1": TextNote(id="note_1", text="two\nlines", x=3, y=4)},
    direction="down",
)
DRAWN: dict[str, Any] = json.loads(project_json.write(DRAWN_ON))


EVERY_KIND = Network(
    [
        Node(id="input", layer=Input(shape=(3, 32, 32))),
        *(Node(id=kind, layer=cls()) for kind, cls in layer_kinds().items() if kind != "Input"),
        Node(id="given", layer=Conv2d(), weights=Given({"bias": [1.0, 2.0]})),
        Node(id="trained", layer=Conv2d(), weights=Trained("lenet5", "c1")),
        *(
            Node(id=f"from {name}", layer=Conv2d(), weights=source())
            for name, source in weights_sources().items()
            if name not in ("given", "recast", "trained")
        ),
    ]
)
EVERYTHING: dict[str, Any] = {
    **DRAWN,
    "nodes": [*DRAWN["nodes"], *json.loads(project_json.write(Project(network=EVERY_KIND)))["nodes"][1:]],
}
"""Every kind with every setting, every source of weights, and all that is drawn."""


def reason(record: Any) -> str:
    """Why a record is refused; empty for one that is read."""
    try:
        project_json.read(json.dumps(record).encode())
    except EngineError as error:
        return str(error)
    return ""


def refusal(record: Any) -> str:
    with pytest.raises(EngineError) as caught:
        project_json.read(json.dumps(record).encode())
    return str(caught.value)


def changed(**fields: Any) -> dict[str, Any]:
    return VALID | fields


def node_changed(**fields: Any) -> dict[str, Any]:
    first, *others = VALID["nodes"]
    return VALID | {"nodes": [first | fields, *others]}


def drawn_changed(name: str, **fields: Any) -> dict[str, Any]:
    """The drawn-on project with other fields in the last record of one of its lists."""
    *others, last = DRAWN[name]
    return DRAWN | {name: [*others, last | fields]}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a record, and to every list and object on it."""
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


def with_value(record: Any, path: tuple[Any, ...], value: Any) -> Any:
    made = copy.deepcopy(record)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return made


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


HUGE = {
    "text": "a" * 5_000,
    "lines": "a\n" * 3_000,
    "number": 10**4000,
    "negative": -(10**4000),
    "real": 1e300,
    "list": [1] * 5_000,
    "names": ["x" * 1000] * 5,
    "object": {"k" * 5_000: "v" * 5_000},
    "depth": nested(500),
}


@pytest.mark.parametrize("name", HUGE)
def test_no_refusal_is_as_long_as_what_it_refuses(name: str) -> None:
    """Whatever stands in place of whatever value, in a file that uses every part of the format."""
    for path in places(EVERYTHING):
        message = reason(with_value(EVERYTHING, path, HUGE[name]))
        assert len(message) < 500, path
        assert "\n" not in message, path


def test_groups_frames_and_notes_are_read_back_the_same() -> None:
    assert project_json.read(project_json.write(DRAWN_ON)) == DRAWN_ON


def test_a_project_without_groups_frames_and_notes_is_the_file_it_always_was() -> None:
    assert list(VALID) == ["format", "version", "title", "image", "notes", "seed", "nodes"]
    assert list(DRAWN) == [*[*VALID][:6], "direction", "nodes", "groups", "frames", "text_notes"]
    assert VALID["version"] == DRAWN["version"] == 1


def test_a_saved_project_is_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "net.onebyone"
    write_project(path, PROJECT)
    assert read_project(path) == with_every_position(PROJECT)


def test_the_file_is_readable_text_with_one_node_a_line() -> None:
    lines = project_json.write(PROJECT).decode().splitlines()
    assert lines[1:3] == ['  "format": "onebyone",', '  "version": 1,']
    assert sum('"layer": {"kind":' in line for line in lines) == len(NETWORK)
    assert any('"name": "reduce · 1×1"' in line for line in lines)


ids = st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=6, unique=True)
coordinates = st.floats(-1e7, 1e7)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    names = draw(ids)
    nodes = []
    for index, name in enumerate(names):
        source = draw(st.sampled_from(names[:index])) if index else None
        layer = Conv2d(
            out_channels=draw(st.integers(1, 65536)),
            kernel_size=draw(st.tuples(st.integers(1, 9), st.integers(1, 9))),
            padding=draw(st.sampled_from([Padding("same"), Padding("full"), Padding.of(3)])),
            bias=draw(st.booleans()),
        )
        inputs = () if source is None else (source,)
        nodes.append(Node(id=name, layer=layer, inputs=inputs, name=draw(st.text(max_size=5))))
    positions = {name: (draw(coordinates), draw(coordinates)) for name in names if draw(st.booleans())}
    groups = Grouping()
    for number in range(draw(st.integers(0, 3))):
        with suppress(NetworkError):
            chosen = draw(st.lists(st.sampled_from(names), unique=True))
            groups = groups.add(f"{names[0]}/{number}", chosen, draw(st.text(max_size=5)))
    groups = groups.replace(*(replace(group, collapsed=draw(st.booleans())) for group in groups.values()))
    sizes = st.floats(48, 1e7)
    frames = {
        one: Frame(
            id=one, title=draw(st.text(max_size=5)), x=draw(coordinates), y=draw(coordinates),
            width=draw(sizes), height=draw(sizes), colour=draw(st.sampled_from(FRAME_COLOURS)),
        )
        for one in draw(st.sets(st.sampled_from([f"{names[0]}/f{number}" for number in range(3)])))
    }  # fmt: skip
    notes = {
        one: TextNote(id=one, text=draw(st.text(max_size=9)), x=draw(coordinates), y=draw(coordinates))
        for one in draw(st.sets(st.sampled_from([f"{names[0]}/n{number}" for number in range(3)])))
    }
    taken = {*names, *groups, *frames, *notes}
    assume(len(taken) == len(names) + len(groups) + len(frames) + len(notes))
    positions |= {group: (draw(coordinates), draw(coordinates)) for group in groups if draw(st.booleans())}
    texts = [draw(st.text(max_size=20)) for _ in range(3)]
    return Project(
        groups=groups,
        frames=frames,
        text_notes=notes,
        direction=draw(st.sampled_from(DIRECTIONS)),
        network=Network(draw(st.permutations(nodes))),
        positions=positions,
        title=texts[0],
        image=texts[1],
        notes=texts[2],
        seed=draw(st.integers(0, 2**63 - 1)),
    )


@given(projects())
def test_nothing_is_lost(project: Project) -> None:
    data = project_json.write(project)
    assert project_json.read(data) == project
    assert project_json.write(project_json.read(data)) == data


def test_half_a_surrogate_pair_survives() -> None:
    project = Project(title="a\ud800b")
    assert project_json.read(project_json.write(project)) == project


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_a_file_with_one_value_exchanged_is_read_or_refused(data: st.DataObject) -> None:
    record = json.loads(json.dumps(data.draw(st.sampled_from([VALID, DRAWN]))))
    record["nodes"][1]["weights"] = weights_to_json(HE)
    at: Any = record
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        inner = at[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 3)) == 0:
            break
        at = inner
    at[key] = data.draw(anything)
    with suppress(EngineError):
        project_json.write(project_json.read(json.dumps(record).encode()))


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 20))
def test_a_file_with_bytes_exchanged_is_read_or_refused(noise: bytes, start: int, length: int) -> None:
    data = project_json.write(DRAWN_ON)
    start = len(data) * start // 400
    with suppress(EngineError):
        project_json.read(data[:start] + noise + data[start + length :])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_called_truncated(share: float) -> None:
    data = project_json.write(PROJECT).rstrip()
    with pytest.raises(FormatError, match="truncated"):
        project_json.read(data[: int(share * len(data))])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"  \n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00", "no text file"),
        (b"hello", "no JSON"),
        (b"[1, 2]", "the file must be an object"),
        (b'{"cells": []}', "no OneByOne project"),
        (b'{"format": "onebyone", "format": "onebyone"}', "'format' is given twice"),
        (b"[" * 100_000, "nested too deeply|truncated"),
        (b'{"format": "onebyone", "seed": ' + b"1" * 5000 + b"}", "number cannot be read"),
    ],
)
def test_what_is_no_project_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        project_json.read(data)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (changed(version=7), "written by a newer version (version 7; this one reads up to 1)"),
        (changed(version="1"), "version='1' must be a whole number"),
        (changed(version=True), "version=True must be a whole number"),
        (changed(seed=-1), "seed=-1 must be"),
        (changed(seed=1.5), "seed=1.5 must be"),
        (changed(title=3), "title=3 must be a text"),
        (changed(nodes={"a": 1}), "must be a list"),
        (changed(nodes=[3]), "nodes[0] must be an object"),
        (changed(nodes=[{}] * 20_001), "at most 20000"),
        (changed(colour="red"), "unknown field 'colour'"),
        (node_changed(id=""), "id='' must be"),
        (node_changed(id="a"), "two nodes have the id 'a'"),
        (node_changed(id="c"), "reads from 'input', which does not exist"),
        (node_changed(inputs="a"), "node 'input': inputs='a' must be a list"),
        (node_changed(inputs=["a"]), "at most 0 fit"),
        (node_changed(layer=None), "layer must be an object"),
        (node_changed(layer={"kind": "Conv9d"}), "node 'input': unknown layer kind 'Conv9d'"),
        (node_changed(layer={"kind": "Input", "shape": [0, 1, 1]}), "shape=0 is below 1"),
        (node_changed(layer={"kind": "Input", "shape": [3, 10**9, 1]}), "is above 65536"),
        (node_changed(layer={"kind": "Input", "size": 3}), "has no setting 'size'"),
        (node_changed(position=["0", "0"]), "position=['0', '0'] must be two numbers"),
        (node_changed(position=[1e300, 0]), "must be two numbers"),
        (node_changed(position={"x": 0}), "must be two numbers"),
        (node_changed(weights="learned"), "weights='learned' is no known source"),
        (node_changed(name=None), "name=None must be a text"),
        (changed(direction="up"), "direction='up' is none of right, down"),
        (changed(groups={"a": 1}), "groups={'a': 1} must be a list"),
        (changed(groups=[3]), "groups[0] must be an object"),
        (changed(frames=[{}] * 20_001), "it has 20001 frames; at most 20000"),
        (drawn_changed("groups", id=""), "groups[1]: id='' must be"),
        (drawn_changed("groups", id="stage"), "two groups have the id 'stage'"),
        (drawn_changed("groups", id="b"), "a group cannot have the id 'b': it is that of a node"),
        (drawn_changed("groups", members="b"), "group 'stage/1': members='b' must be a list of ids"),
        (drawn_changed("groups", members=["b", "b"]), "names a node twice"),
        (drawn_changed("groups", members=["zebra"]), "'zebra' in the group 'stage/1' does not exist"),
        (drawn_changed("groups", members=["a"]), "a node lies in one group"),
        (drawn_changed("groups", members=[]), "the group 'stage/1' has no members"),
        (drawn_changed("groups", parent="zebra"), "lies in 'zebra', which does not exist"),
        (drawn_changed("groups", parent="stage/1"), "the group 'stage/1' lies in itself"),
        (drawn_changed("groups", collapsed=1), "collapsed=1 must be true or false"),
        (drawn_changed("groups", title=3), "group 'stage/1': title=3 must be a text"),
        (drawn_changed("groups", position=[1]), "group 'stage/1': position=[1] must be two numbers"),
        (drawn_changed("groups", colour="red"), "group 'stage/1' has an unknown field 'colour'"),
        (drawn_changed("frames", size=[10, 10]), "size=[10, 10] must be at least 48 each"),
        (drawn_changed("frames", size=None), "frame 'frame_1': size=None must be two numbers"),
        (drawn_changed("frames", colour="pink"), "frame 'frame_1': colour='pink' is none of grey, blue"),
        (drawn_changed("frames", id="a"), "a frame cannot have the id 'a': it is that of a node"),
        (drawn_changed("frames", id="note_1"), "a note cannot have the id 'note_1'"),
        (drawn_changed("frames", id="stage"), "a frame cannot have the id 'stage'"),
        (drawn_changed("text_notes", text=7), "note 'note_1': text=7 must be a text"),
        (drawn_changed("text_notes", position=[1e300, 0]), "must be two numbers"),
        (DRAWN | {"text_notes": DRAWN["text_notes"] * 2}, "two notes have the id 'note_1'"),
    ],
)
def test_a_wrong_value_is_named(record: Any, reason: str) -> None:
    message = refusal(record)
    assert reason in message


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_positions_are_finite(number: str) -> None:
    text = project_json.write(PROJECT).decode().replace("512.5", number)
    with pytest.raises(FormatError):
        project_json.read(text.encode())


def test_a_cycle_is_refused() -> None:
    nodes = [{"id": a, "layer": {"kind": "Conv2d"}, "inputs": [b]} for a, b in ("ab", "bc", "ca")]
    assert "cycle" in refusal(changed(nodes=nodes))


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert project_json.read(b"\xef\xbb\xbf" + project_json.write(PROJECT)) == PROJECT


def test_what_cannot_be_read_back_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "net.onebyone"
    write_project(path, PROJECT)
    for wrong in (Project(seed=-1), Project(network=NETWORK, positions={"a": (float("nan"), 0)})):
        with pytest.raises(FormatError, match="is not written"):
            write_project(path, wrong)
    assert read_project(path) == with_every_position(PROJECT)


def test_the_reason_names_the_file_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "net.onebyone"
    path.write_text(json.dumps(node_changed(layer={"kind": "a\nb" + "x" * 5000})))
    with pytest.raises(FormatError) as caught:
        read_project(path)
    message = str(caught.value)
    assert message.startswith("net.onebyone: node 'input': unknown layer kind")
    assert "\n" not in message
    assert len(message) <= 400


REQUIRED = {
    "the file": {"format", "version", "nodes"},
    "a node": {"id", "layer"},
    "a layer": {"kind"},
    "a group": {"id", "members"},
    "a frame": {"id", "position", "size"},
    "a note": {"id", "position"},
    "weights": {"source", "arrays", "network", "layer"},
    "bypassed": {"layer"},
}
"""What a record of the format cannot do without; everything else is optional."""


def place_of(path: tuple[Any, ...]) -> str:
    """What kind of record a field lies in."""
    match path:
        case (_,):
            return "the file"
        case ("nodes", int(), _):
            return "a node"
        case ("nodes", int(), "weights", _):
            return "weights"
        case ("nodes", int(), "bypassed", _):
            return "bypassed"
        case (*_, "layer", _):
            return "a layer"
        case ("groups", int(), _):
            return "a group"
        case ("frames", int(), _):
            return "a frame"
        case ("notes_on_canvas" | "text_notes", int(), _):
            return "a note"
    return "?"


def without_value(record: Any, path: tuple[Any, ...]) -> Any:
    made = copy.deepcopy(record)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return made


def test_any_optional_field_may_be_absent(tmp_path: Path) -> None:
    """The file opens, and every node has a place of its own."""
    seen = set()
    for path in places(EVERYTHING):
        if not isinstance(path[-1], str) or "arrays" in path or "padding" in path[:-1]:
            continue
        seen.add(place_of(path))
        record = without_value(EVERYTHING, path)
        if path[-1] in REQUIRED.get(place_of(path), ()):
            reason(record)  # in words, if it is refused
            continue
        (tmp_path / "a.onebyone").write_text(json.dumps(record))
        project = read_project(tmp_path / "a.onebyone")
        at = [project.positions[node_id] for node_id in project.network.nodes]
        assert len(set(at)) == len(at), path
    assert seen == {"the file", "a node", "a layer", "a group", "a frame", "a note", "weights"}


def test_the_least_file_opens_laid_out(tmp_path: Path) -> None:
    nodes = [
        {"id": "a", "layer": {"kind": "Input"}},
        {"id": "b", "layer": {"kind": "Conv2d"}, "inputs": ["a"]},
        {"id": "c", "layer": {"kind": "Conv2d"}, "inputs": ["b"]},
    ]
    (tmp_path / "a.onebyone").write_text(json.dumps({"format": "onebyone", "version": 1, "nodes": nodes}))
    project = read_project(tmp_path / "a.onebyone")
    assert project.positions == lay_out(project.network)
    assert project.positions["a"][0] < project.positions["b"][0] < project.positions["c"][0]
    assert project.groups == Grouping()
    # what has a place keeps it, and the others stand to it as they would have
    nodes[1] = nodes[1] | {"position": [1000, 500]}
    (tmp_path / "a.onebyone").write_text(json.dumps({"format": "onebyone", "version": 1, "nodes": nodes}))
    placed = read_project(tmp_path / "a.onebyone").positions
    assert placed["b"] == (1000, 500)
    assert placed["a"][0] < 1000 < placed["c"][0]
    assert placed["a"][1] == placed["c"][1] == 500
