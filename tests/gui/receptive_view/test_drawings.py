"""What is seen as drawings: the same values, colours, order and boxes as on the screen."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRectF

from engine.errors import FormatError
from gui.figures.drawing.drawing import Picture, Rect, Text
from gui.look.colormaps import lookup_table
from gui.look.theme import LIGHT
from gui.receptive_view.field_drawing import field_drawing
from gui.receptive_view.map_drawings import atlas_drawing, map_drawing
from gui.receptive_view.writing import MOST_FRAMES, WriteDrawing, WriteSliding, kinds_of, sliding_places
from gui.session.jobs import Desk, Interrupted
from gui.value_inspector.compose import View
from gui.widgets.maps.atlas import AtlasGrid
from gui.widgets.maps.map_picture import MapPicture
from gui.widgets.maps.region import Region
from gui.widgets.photograph.photograph_view import Heat, NestedBox, Overlay
from gui.words.number_format import Numbers
from tests.gui.value_inspector.lenses import every_kind

pytestmark = pytest.mark.usefixtures("qapp")

MAPS = np.arange(5 * 16, dtype=np.float32).reshape(5, 4, 4)
GRID = AtlasGrid(5, 3, 8, 8, 2)


def desk(stop_after: int = 10_000) -> Desk:
    asked = [0]

    def is_interrupted() -> bool:
        asked[0] += 1
        return asked[0] > stop_after

    return Desk(None, None, lambda done, total: None, is_interrupted)  # type: ignore[arg-type]


def test_the_atlas_is_that_of_the_screen() -> None:
    picture = MapPicture(MAPS, "viridis", sorted=True, shared=True)
    drawing = atlas_drawing(picture, GRID, "Conv", "5 maps of 4×4", LIGHT, Numbers())
    (pixels,) = (item.pixels for item in drawing.items if isinstance(item, Picture))
    assert pixels.shape == (18, 28, 3)
    first = picture.order[0]
    low = lookup_table("viridis")[round(255 * float(MAPS[first, 0, 0]) / 79)]
    np.testing.assert_allclose(pixels[0, 0], low, atol=3)
    assert pixels[0, 8].tolist() == [255, 255, 255]  # the gap
    texts = [item.plain for item in drawing.items if isinstance(item, Text)]
    assert texts[:2] == ["Conv", "5 maps of 4×4"]
    assert "max 79.00" in texts[2]


def test_a_large_map_keeps_its_values_in_a_small_tile() -> None:
    picture = MapPicture(np.random.default_rng(0).random((5, 20, 20), np.float32))
    drawing = atlas_drawing(picture, GRID, "Conv", "", LIGHT, Numbers())
    item = next(item for item in drawing.items if isinstance(item, Picture))
    assert item.pixels.shape == (18 * 3, 28 * 3, 3)
    assert (item.width, item.height) == (28, 18)


def test_one_map_comes_with_its_scale() -> None:
    picture = MapPicture(MAPS, region=Region(0.5, 0.5, 0.5))
    drawing = map_drawing(picture, 3, "Conv", LIGHT, Numbers())
    pixels = next(item.pixels for item in drawing.items if isinstance(item, Picture))
    assert pixels.shape == (2, 2, 3)
    texts = [item.plain for item in drawing.items if isinstance(item, Text)]
    assert "map 3 of 5" in texts
    assert {"48.00", "63.00"} <= set(texts)
    smooth = map_drawing(MapPicture(MAPS, smooth=True), 3, "Conv", LIGHT, Numbers())
    assert next(item.pixels for item in smooth.items if isinstance(item, Picture)).shape[0] > 400


def test_the_photograph_has_its_boxes_and_its_glow() -> None:
    photograph = np.full((80, 120, 3), 200, np.uint8)
    strength = np.zeros((8, 8), np.float32)
    strength[4, 4] = 1
    overlay = Overlay(
        QRectF(20, 0, 80, 80),
        QRectF(10, -10, 40, 40),
        nested=(NestedBox(QRectF(30, 10, 20, 20), "convolution"),),
        heat=Heat(strength),
        room=(0, 10, 0, 0),
    )
    drawing = field_drawing(photograph, overlay, "sees 4 px", LIGHT)
    picture = next(item for item in drawing.items if isinstance(item, Picture))
    assert picture.y == pytest.approx(16 + 10 * 640 / 120)
    middle, corner = picture.pixels[45, 65], picture.pixels[5, 25]
    assert middle[0] > 150 > corner[0]  # yellow, and dimmed
    assert (picture.pixels[:, :15] == 200).all()  # beside the crop
    boxes = [item for item in drawing.items if isinstance(item, Rect) and item.stroke]
    assert len(boxes) == 2 * 3
    assert any(box.dashes for box in boxes)
    padding = [item for item in drawing.items if isinstance(item, Rect) and item.fill_opacity == 0.25]
    assert len(padding) == 2
    scale = 640 / 120
    assert sum(one.width * one.height for one in padding) == pytest.approx((40 * 40 - 30 * 30) * scale**2)


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf", ".pptx"])
def test_a_drawing_is_written_in_every_still_format(tmp_path: Path, ending: str) -> None:
    drawing = atlas_drawing(MapPicture(MAPS), GRID, "Conv", "", LIGHT, Numbers())
    assert WriteDrawing(drawing, tmp_path / f"maps{ending}").work(desk()) == f"maps{ending}"
    assert (tmp_path / f"maps{ending}").stat().st_size > 500


def test_wrong_names_say_what_would_do(tmp_path: Path) -> None:
    drawing = atlas_drawing(MapPicture(MAPS), GRID, "Conv", "", LIGHT, Numbers())
    with pytest.raises(FormatError, match=r"maps\.xyz.*known endings are"):
        WriteDrawing(drawing, tmp_path / "maps.xyz").work(desk())
    with pytest.raises(FormatError, match="no still picture"):
        WriteDrawing(drawing, tmp_path / "maps.gif").work(desk())
    with pytest.raises(FormatError, match=r"slide-%03d\.png"):
        sliding(tmp_path / "slide.png").work(desk())
    assert not list(tmp_path.iterdir())


def sliding(path: Path) -> WriteSliding:
    lens = every_kind()["doubling"]
    return WriteSliding(
        lens=lens, view=View(480, 140), palette=LIGHT, numbers=Numbers(), path=path, scale=1.0
    )


@pytest.mark.parametrize("name", ["slide.gif", "slide.webp", "slide.apng"])
def test_the_window_slides_in_every_moving_format(tmp_path: Path, name: str) -> None:
    sliding(tmp_path / name).work(desk())
    with Image.open(tmp_path / name) as image:
        assert image.n_frames == 16  # type: ignore[attr-defined]
        assert image.size == (480, 140)


def test_the_window_slides_in_numbered_files(tmp_path: Path) -> None:
    assert sliding(tmp_path / "slide-%02d.svg").work(desk()) == "16 files"
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names[0] == "slide-01.svg"
    assert names[-1] == "slide-16.svg"
    early, late = ((tmp_path / name).read_text(encoding="utf-8") for name in (names[0], names[-1]))
    assert early.count(">32<") < late.count(">32<")


def test_writing_stops_between_frames(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        sliding(tmp_path / "slide.gif").work(desk(stop_after=5))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("height", "width"), [(1, 1), (4, 4), (28, 28), (224, 224), (3, 1000)])
def test_the_places_come_in_the_order_of_reading_and_end_at_the_last(height: int, width: int) -> None:
    places = sliding_places(height, width)
    assert len(places) <= MOST_FRAMES + 1
    assert places[0][0] == (0, 0)
    assert places[-1] == ((height - 1, width - 1), height * width)
    numbers = [y * width + x for (y, x), _ in places]
    assert numbers == sorted(set(numbers))


def test_the_file_dialog_offers_known_writers() -> None:
    assert kinds_of(("png", "svg", "none")).startswith("PNG (*.png);;SVG (*.svg)")
