"""GIF, WebP and APNG."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.errors import FormatError
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from tests.gui.figures.everything import MOVING

pytestmark = pytest.mark.usefixtures("qapp")
NAMES = ("gif", "webp", "apng")


def read(name: str, animation=MOVING, **finish) -> tuple[list[np.ndarray], list[int]]:
    image = Image.open(io.BytesIO(WRITERS[name].animate(animation, Finish(**finish))))
    pictures, durations = [], []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        image.load()
        pictures.append(np.asarray(image.convert("RGB")))
        durations.append(int(image.info["duration"]))
    return pictures, durations


@pytest.mark.parametrize("name", NAMES)
def test_frames_and_durations_come_back(name: str) -> None:
    pictures, durations = read(name, scale=1)
    assert [picture.shape for picture in pictures] == [(20, 40, 3)] * 3
    assert durations == [120, 120, 900]
    for step, picture in enumerate(pictures):
        assert picture[5, 10 * step + 5].tolist() == [0, 0x72, 0xB2]
        assert picture[15, 35].tolist() == [255, 255, 255]


@pytest.mark.parametrize("name", NAMES)
def test_equal_frames_become_one_that_lasts_longer(name: str) -> None:
    first, second, _ = MOVING.frames
    animation = replace(MOVING, frames=(first, first, replace(first), second))
    assert read(name, animation)[1] == [360, 900]


def test_another_duration_can_be_chosen() -> None:
    assert read("gif", duration_ms=55)[1] == [60, 60, 900]
    assert read("webp", duration_ms=55)[1] == [55, 55, 900]


def test_what_has_no_background_stays_transparent_where_the_format_can() -> None:
    bare = replace(MOVING, frames=tuple(replace(frame, background=None) for frame in MOVING.frames))
    for name, alpha in (("webp", 0), ("apng", 0), ("gif", 255)):
        image = Image.open(io.BytesIO(WRITERS[name].animate(bare, Finish())))
        assert image.convert("RGBA").getpixel((70, 30))[3] == alpha


def test_too_many_pixels_are_refused_before_any_is_painted() -> None:
    with pytest.raises(FormatError, match="A smaller scale helps"):
        WRITERS["gif"].animate(MOVING, Finish(scale=1000))


def test_paper_and_ink_stay_exact_in_a_gif() -> None:
    from engine.analysis.analyze import analyze
    from gui.figures.figure import Subject, make_animation
    from gui.figures.style import Options
    from gui.figures.styles import STYLES
    from gui.look.theme import PALETTES
    from presets import load

    project = load("lenet5").project
    subject = Subject(project=project, analysis=analyze(project.network), palette=PALETTES["light"])
    pictures, _ = read("gif", make_animation(subject, STYLES["lenet"], Options(), "build-up"))
    for picture in pictures:
        assert picture[0, 0].tolist() == [255, 255, 255]
