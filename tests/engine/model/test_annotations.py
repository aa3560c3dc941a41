"""Frames and text notes: drawn around a network without touching it."""

import pytest

from engine.errors import NetworkError
from engine.model.annotations import Frame, TextNote
from engine.model.project import Project
from tests.engine.small_networks import chain, conv

FRAME = Frame(id="frame_1", title="Stem", x=10, y=20, width=300, height=200)
NOTE = TextNote(id="note_1", text="why?", x=1, y=2)


def test_annotations_come_are_moved_and_go() -> None:
    project = Project(network=chain(conv())).annotate(FRAME, NOTE)
    assert project.new_id("frame") == "frame_2"
    moved = project.move({"frame_1": (0.0, 5.0), "note_1": (7.0, 8.0), "n1": (9.0, 9.0)})
    assert (moved.frames["frame_1"].x, moved.frames["frame_1"].y) == (0.0, 5.0)
    assert (moved.text_notes["note_1"].x, moved.text_notes["note_1"].y) == (7.0, 8.0)
    assert moved.network is project.network
    other = TextNote(id="note_1", text="because")
    assert project.annotate(other).text_notes == {"note_1": other}
    assert project.annotate(NOTE) == project
    assert project.erase("frame_1", "note_1") == Project(network=project.network)
    with pytest.raises(NetworkError, match="there is no frame and no note 'n1'"):
        project.erase("n1")


def test_what_lies_on_a_frame_lies_on_it_entirely() -> None:
    assert FRAME.holds(10, 20, 300, 200)
    assert not FRAME.holds(9, 20)
    assert not FRAME.holds(100, 100, 211, 10)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"width": 47}, "width=47 of a frame is below 48"),
        ({"height": float("nan")}, "height=nan"),
        ({"colour": "pink"}, "colour='pink' is none of grey"),
    ],
)
def test_a_frame_that_cannot_be_seen_is_refused(settings: dict[str, float], reason: str) -> None:
    with pytest.raises(NetworkError, match=reason):
        Frame(id="f", **settings)  # type: ignore[arg-type]  # a colour is a text


def test_ids_are_shared_by_everything_on_the_canvas() -> None:
    project = Project(network=chain(conv())).annotate(FRAME)
    with pytest.raises(NetworkError, match="a note cannot have the id 'frame_1'"):
        project.annotate(TextNote(id="frame_1"))
    with pytest.raises(NetworkError, match="a frame cannot have the id 'input'"):
        project.annotate(Frame(id="input"))
    with pytest.raises(NetworkError, match="direction='up' is none of right, down"):
        Project(direction="up")
