"""Photographs: every kind of file that people have, and every kind that is none."""

from pathlib import Path
from typing import Any

import numpy as np
import PIL
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.errors import PhotographError
from engine.image.patterns import PATTERNS
from engine.image.photograph import (
    fill_input,
    is_inverted,
    read_photograph,
    without_normalization,
)
from engine.image.preprocessing import NORMALIZATIONS, Preprocessing, crop_box


def saved(path: Path, image: Image.Image, **options: Any) -> np.ndarray:
    image.save(path, **options)
    made = read_photograph(path)
    assert made.shape == (image.height, image.width, 3)
    assert made.dtype == np.uint8
    assert not made.flags.writeable
    return made


def test_colours_arrive_as_they_are(tmp_path: Path) -> None:
    made = saved(tmp_path / "a.png", Image.new("RGB", (5, 3), (10, 200, 30)))
    assert (made == (10, 200, 30)).all()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LA", "RGBA", "HSV"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    if mode == "YCbCr" and int(PIL.__version__.partition(".")[0]) < 13:
        pytest.skip("this Pillow reads no TIFF of YCbCr without JPEG in it")
    ending = "tif" if mode in ("CMYK", "YCbCr") else "png"
    image = Image.new("RGB", (4, 2), (255, 255, 255)).convert(mode)
    if mode == "HSV":
        image = image.convert("RGB")
    assert (saved(tmp_path / f"a.{ending}", image) > 250).all()


def test_grey_is_the_same_in_all_channels(tmp_path: Path) -> None:
    ramp = Image.fromarray(np.arange(200, dtype=np.uint8).reshape(10, 20))
    made = saved(tmp_path / "grey.png", ramp)
    assert (made[..., 0] == np.arange(200).reshape(10, 20)).all()
    assert (made[..., 0] == made[..., 2]).all()


def test_sixteen_bits_keep_their_range_also_where_they_are_dark(tmp_path: Path) -> None:
    ramp = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)
    assert saved(tmp_path / "deep.png", Image.fromarray(ramp))[0, :, 0].tolist() == [0, 1, 128, 255]
    dark = np.array([[0, 100, 200, 255]], dtype=np.uint16)
    assert saved(tmp_path / "dark.png", Image.fromarray(dark))[0, :, 0].max() <= 1


def test_numbers_of_32_bits_are_scaled_by_what_they_reach(tmp_path: Path) -> None:
    whole = np.array([[0, 100000]], dtype=np.int32)
    assert saved(tmp_path / "whole.tif", Image.fromarray(whole))[0, :, 0].tolist() == [0, 255]
    real = np.array([[0.0, 0.5, 1.0, np.nan]], dtype=np.float32)
    assert saved(tmp_path / "real.tif", Image.fromarray(real))[0, :, 0].tolist() == [0, 128, 255, 0]


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (2, 1), (255, 0, 0, 0))
    clear.putpixel((1, 0), (255, 0, 0, 255))
    assert saved(tmp_path / "clear.png", clear)[0].tolist() == [[255, 255, 255], [255, 0, 0]]


@pytest.mark.parametrize("transparency", [1, b"\xff\x00"])
def test_a_transparent_palette_colour_is_white(tmp_path: Path, transparency: Any) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 255, 255, 0, 0])
    image.putdata([0, 1])
    made = saved(tmp_path / "palette.png", image, transparency=transparency)
    assert made[0].tolist() == [[0, 0, 255], [255, 255, 255]]


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0, 0)), (3, (2, 4)), (6, (0, 2)), (8, (4, 0)), (2, (0, 4)), (5, (0, 0))]
)
def test_a_photograph_is_turned_upright(tmp_path: Path, orientation: int, corner: tuple[int, int]) -> None:
    image = Image.new("RGB", (5, 3))
    image.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "turned.png", exif=exif)
    made = read_photograph(tmp_path / "turned.png")
    assert made.shape[:2] == ((5, 3) if orientation >= 5 else (3, 5))
    assert made[corner].tolist() == [255, 255, 255]
    assert made.sum() == 3 * 255


def test_the_first_picture_of_an_animation_is_taken(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (3, 2), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert (read_photograph(tmp_path / "a.gif") == (255, 0, 0)).all()


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    for ending in ("png", "jpg", "gif", "bmp", "webp"):
        path = tmp_path / f"cut.{ending}"
        Image.fromarray(noise).save(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(PhotographError, match=path.name):
            read_photograph(path)


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a"])
def test_what_is_no_image_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.png"
    path.write_bytes(content)
    with pytest.raises(PhotographError, match=r"letter\.png") as caught:
        read_photograph(path)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_file_gives_a_picture_or_a_reason(extra: bytes, place: int, value: int) -> None:
    from io import BytesIO
    from tempfile import TemporaryDirectory

    buffer = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (8, 6), (9, 99, 199)).save(buffer, "JPEG", exif=exif)
    data = bytearray(buffer.getvalue())
    data[place % len(data)] = value
    data[place % len(data) : place % len(data)] = extra
    with TemporaryDirectory() as folder:
        path = Path(folder, "damaged.jpg")
        path.write_bytes(data)
        try:
            assert read_photograph(path).shape[2] == 3
        except PhotographError as error:
            assert "damaged.jpg" in str(error)  # noqa: PT017  # either outcome is right


def test_an_input_sees_the_largest_centred_part_of_its_own_shape() -> None:
    assert crop_box(400, 200, (3, 100, 100)) == (100.0, 0.0, 300.0, 200.0)
    assert crop_box(200, 400, (3, 50, 100)) == (0.0, 150.0, 200.0, 250.0)
    assert crop_box(7, 7, (3, 7, 7)) == (0.0, 0.0, 7.0, 7.0)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 50), st.integers(1, 50))
def test_the_part_lies_within_the_photograph_and_has_the_inputs_shape(
    width: int, height: int, rows: int, columns: int
) -> None:
    left, top, right, bottom = crop_box(width, height, (3, rows, columns))
    assert left >= 0
    assert top >= 0
    assert right <= width
    assert bottom <= height
    assert (right - left) * rows == pytest.approx((bottom - top) * columns)


PHOTOGRAPH = np.random.default_rng(3).integers(0, 256, (40, 60, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "shape", [(3, 16, 16), (1, 7, 30), (192, 28, 28), (2, 5, 5), (3, 100, 120), (4, 1, 1)]
)
def test_an_input_of_any_shape_is_filled(shape: tuple[int, int, int]) -> None:
    made = fill_input(PHOTOGRAPH, shape)
    assert made.shape == (1, *shape)
    assert made.dtype == np.float32
    assert made.flags.c_contiguous
    assert not made.flags.writeable
    assert np.isfinite(made).all()
    if shape[0] in (1, 3):
        assert made.min() >= 0
        assert made.max() <= 1 + 1e-6


def test_a_photograph_of_the_inputs_size_arrives_pixel_by_pixel() -> None:
    made = fill_input(PHOTOGRAPH, (3, 40, 60))
    np.testing.assert_allclose(made[0].transpose(1, 2, 0), PHOTOGRAPH / 255, atol=1e-6)
    grey = fill_input(PHOTOGRAPH, (1, 40, 60))
    np.testing.assert_allclose(grey[0, 0], PHOTOGRAPH / 255 @ [0.299, 0.587, 0.114], atol=1e-5)


@pytest.mark.parametrize(
    ("resize", "box"),
    [
        ("fill", (100.0, 0.0, 300.0, 200.0)),
        ("fit", (0.0, -100.0, 400.0, 300.0)),
        ("crop", (150.0, 50.0, 250.0, 150.0)),
        ("stretch", (0.0, 0.0, 400.0, 200.0)),
    ],
)
def test_what_an_input_sees_is_chosen(resize: str, box: tuple[float, ...]) -> None:
    assert crop_box(400, 200, (3, 100, 100), resize) == box


def test_a_crop_of_a_small_photograph_fills() -> None:
    assert crop_box(40, 20, (3, 100, 100), "crop") == crop_box(40, 20, (3, 100, 100), "fill")


HALVES = np.repeat(np.array([[[255, 0, 0]] * 20 + [[0, 0, 255]] * 20], np.uint8), 20, axis=0)
"""40×20: red at the left, blue at the right."""


def test_a_photograph_that_is_fitted_has_black_bars() -> None:
    fit = Preprocessing(resize="fit")
    made = fill_input(HALVES, (3, 40, 40), fit)[0]
    assert not made[:, :10].any()
    assert not made[:, 30:].any()
    np.testing.assert_allclose(made[:, 10:30, :18], np.array([1, 0, 0])[:, None, None] * np.ones((20, 18)))
    tall = fill_input(
        np.ascontiguousarray(HALVES.transpose(1, 0, 2)), (3, 40, 40), Preprocessing(resize="fit")
    )[0]
    np.testing.assert_array_equal(tall, made.transpose(0, 2, 1))


def test_a_photograph_that_is_stretched_shows_all() -> None:
    made = fill_input(HALVES, (3, 40, 40), Preprocessing(resize="stretch"))[0]
    assert made[0, :, :18].min() == made[2, :, 22:].min() == 1


def test_a_crop_is_not_resampled() -> None:
    photograph = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    made = fill_input(photograph, (3, 10, 20), Preprocessing(resize="crop"))[0]
    np.testing.assert_array_equal(made, photograph[10:20, 15:35].transpose(2, 0, 1).astype(np.float32) / 255)


@pytest.mark.parametrize("resize", ["fill", "fit", "crop", "stretch"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 500), (500, 1), (7, 3)])
@pytest.mark.parametrize("shape", [(3, 1, 1), (1, 1, 40), (3, 40, 1), (3, 33, 57), (8, 5, 9)])
def test_every_policy_fills_every_input(
    resize: str, width: int, height: int, shape: tuple[int, int, int]
) -> None:
    photograph = np.full((height, width, 3), 255, dtype=np.uint8)
    made = fill_input(photograph, shape, Preprocessing(resize=resize))
    assert made.shape == (1, *shape)
    assert np.isfinite(made).all()
    if shape[0] == 3:
        assert made.max() == 1


def test_normalisations_are_what_models_expect() -> None:
    photograph = np.full((4, 4, 3), 255, dtype=np.uint8)
    made = fill_input(photograph, (3, 2, 2), Preprocessing(normalization="imagenet"))[0, :, 0, 0]
    np.testing.assert_allclose(
        made, [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225], rtol=1e-6
    )
    assert (fill_input(photograph, (3, 2, 2), Preprocessing(normalization="signed")) == 1).all()
    assert (fill_input(0 * photograph, (1, 2, 2), Preprocessing(normalization="signed")) == -1).all()


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_normalisation_can_be_taken_back(normalization: str, channels: int) -> None:
    taken = Preprocessing(normalization=normalization, channel_order="bgr")
    photograph = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    plain = fill_input(photograph, (channels, 8, 8))
    made = fill_input(photograph, (channels, 8, 8), taken)
    np.testing.assert_allclose(without_normalization(made, taken), plain, atol=1e-6)


def test_the_ranges_that_networks_were_trained_on() -> None:
    grey = np.full((4, 4, 3), 191, dtype=np.uint8)
    for normalization, expected in (("lite", 0.5), ("bytes", 191.0)):
        made = fill_input(grey, (3, 2, 2), Preprocessing(normalization=normalization))
        np.testing.assert_allclose(made, expected, rtol=1e-5)
    colour = np.zeros((4, 4, 3), dtype=np.uint8) + np.array([200, 150, 100], dtype=np.uint8)
    caffe = Preprocessing(normalization="caffe", channel_order="bgr")
    made = fill_input(colour, (3, 2, 2), caffe)[0, :, 0, 0]
    np.testing.assert_allclose(made, [100 - 103.939, 150 - 116.779, 200 - 123.68], atol=1e-4)


def test_the_centre_of_a_resized_photograph_is_taken_as_torchvision_does() -> None:
    """Resize(256), CenterCrop(224) of a photograph of 512×600: the middle 448×448 of it."""
    assert crop_box(600, 512, (3, 224, 224), "fill", 256) == (76.0, 32.0, 524.0, 480.0)
    photograph = np.random.default_rng(0).integers(0, 256, (32, 40, 3), dtype=np.uint8)
    made = fill_input(photograph, (3, 28, 28), Preprocessing(resize_to=32))[0]
    np.testing.assert_array_equal(made, photograph[2:30, 6:34].transpose(2, 0, 1).astype(np.float32) / 255)


def test_a_smaller_side_than_the_input_s_leaves_a_border_of_zeros() -> None:
    digit = np.random.default_rng(0).integers(1, 256, (28, 28, 3), dtype=np.uint8)
    made = fill_input(digit, (3, 32, 32), Preprocessing(resize="fit", resize_to=28))[0]
    np.testing.assert_array_equal(made[:, 2:30, 2:30], digit.transpose(2, 0, 1).astype(np.float32) / 255)
    assert np.count_nonzero(made) == np.count_nonzero(made[:, 2:30, 2:30])


def test_dark_ink_on_light_ground_is_inverted_and_nothing_else() -> None:
    wanted = Preprocessing(resize="fit", resize_to=28, polarity="light_on_dark")
    light = np.zeros((28, 28, 3), dtype=np.uint8)
    light[8:20, 13:15] = 255
    dark = 255 - light
    assert is_inverted(dark, wanted)
    assert not is_inverted(light, wanted)
    assert not is_inverted(dark, Preprocessing())
    assert not is_inverted(PATTERNS["ramp"], wanted)
    np.testing.assert_array_equal(
        fill_input(dark, (1, 32, 32), wanted), fill_input(light, (1, 32, 32), wanted)
    )
