"""Parts of photographs: what a reference means, how it is moved, and that it is found again."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PhotographError
from engine.image.cropped import WHOLE, Part, cropped, part_of
from engine.image.image_source import image_title, is_bundled, neighbour, open_image, with_file

shares = st.floats(0, 1)


@given(
    st.lists(st.tuples(st.floats(0.2, 5), shares, shares, st.floats(-1, 1), st.floats(-1, 1)), max_size=12)
)
def test_a_part_never_leaves_the_photograph(steps: list[tuple[float, float, float, float, float]]) -> None:
    part = WHOLE
    for factor, x, y, across, down in steps:
        for moved in (part.zoomed(factor, x, y), part.moved(across, down)):
            part = moved
            assert min(part.left, part.top) >= 0
            assert max(part.left + part.width, part.top + part.height) <= 1 + 1e-9
            assert min(part.width, part.height) >= 0.0199
            left, top, right, bottom = part.pixels(37, 1)
            assert 0 <= left < right <= 37
            assert (top, bottom) == (0, 1)
            found, whole = part_of(cropped("chelsea", part))
            assert whole == "chelsea"
            assert found == pytest.approx(part, abs=6e-4)


def test_what_lies_under_the_mouse_stays_there() -> None:
    before = Part(0.2, 0.1, 0.6, 0.5)
    after = before.zoomed(0.5, 0.25, 0.8)
    for axis, share in ((0, 0.25), (1, 0.8)):
        assert after[axis] + share * after[axis + 2] == pytest.approx(before[axis] + share * before[axis + 2])


def test_a_part_is_cut_out_of_its_photograph(tmp_path: Path) -> None:
    whole = np.asarray(open_image("chelsea"))
    height, width = whole.shape[:2]
    found = np.asarray(open_image("crop:0.5,0,0.5,0.25:chelsea"))
    assert (found == whole[: round(height / 4), round(width / 2) :]).all()
    assert cropped("chelsea", WHOLE) == "chelsea"
    assert is_bundled("crop:0,0,0.5,0.5:chelsea")
    assert not is_bundled("crop:0,0,0.5,0.5:a.png")
    assert image_title("crop:0,0,0.5,0.5:chelsea") == "a part of chelsea"
    assert neighbour("crop:0,0,0.5,0.5:chelsea", 1) == neighbour("chelsea", 1)
    moved = with_file("crop:0,0,0.5,0.5:a.png", lambda name: str(tmp_path / name))
    assert moved == f"crop:0,0,0.5,0.5:{tmp_path / 'a.png'}"


@pytest.mark.parametrize(
    "reference",
    ["crop:", "crop:1,2,3:chelsea", "crop:0,0,2,1:chelsea", "crop:0.6,0,0.6,1:chelsea",
     "crop:0,0,0,1:chelsea", "crop:0,0,.5,.5:", "crop:0,0,.5,.5:crop:0,0,.5,.5:chelsea",
     "crop:0,0,1..2,1:chelsea"],
)  # fmt: skip
def test_what_is_no_part_is_refused(reference: str) -> None:
    with pytest.raises(PhotographError, match="is no part of a photograph"):
        open_image(reference)


def test_a_pattern_has_no_parts() -> None:
    with pytest.raises(PhotographError, match="no part of it can be taken"):
        open_image("crop:0,0,0.5,0.5:pattern:ramp")
