"""A node's map as one small picture."""

import numpy as np

from engine.image.patterns import PATTERNS
from engine.image.photograph import fill_input
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from gui.look.colormaps import lookup_table
from gui.look.thumbnails import layer_thumbnail, strongest_map, thumbnail


def test_the_map_that_varies_most_is_the_strongest() -> None:
    maps = np.zeros((1, 3, 4, 6), np.float32)
    maps[0, 0] += 100
    maps[0, 1, :, ::2] = 1
    maps[0, 2, :, ::2] = 3
    assert np.array_equal(strongest_map(maps), maps[0, 2])


def test_a_map_of_infinities_is_not_the_strongest() -> None:
    maps = np.zeros((1, 2, 4, 4), np.float32)
    maps[0, 0, 0, 0] = np.inf
    maps[0, 1, 0, 0] = 1
    assert np.array_equal(strongest_map(maps), maps[0, 1])


def test_a_vector_folds_into_the_squarest_grid() -> None:
    assert strongest_map(np.arange(120, dtype=np.float32)[None]).shape == (10, 12)
    assert strongest_map(np.arange(13, dtype=np.float32)[None]).shape == (1, 13)


def test_a_thumbnail_repeats_the_pixels_of_a_small_map() -> None:
    maps = np.array([[[[0.0, 1.0], [2.0, 3.0]]]], np.float32)
    made = thumbnail(maps, 4, "greys")
    assert made[:, :, 0].tolist() == [
        [0, 0, 85, 85],
        [0, 0, 85, 85],
        [170, 170, 255, 255],
        [170, 170, 255, 255],
    ]


def test_a_thumbnail_of_a_wide_map_is_its_middle() -> None:
    maps = np.tile(np.array([9, 9, 0, 1, 9, 9], np.float32), (1, 1, 2, 1))
    assert thumbnail(maps, 2, "greys")[:, :, 0].tolist() == [[0, 255], [0, 255]]


def test_a_photograph_keeps_its_colours() -> None:
    maps = np.zeros((1, 3, 8, 8), np.float32)
    maps[0, 0] = 1
    assert (thumbnail(maps, 4, photograph=True) == (255, 0, 0)).all()
    assert (thumbnail(maps, 4, "greys")[..., 0] == lookup_table("greys")[0, 0]).all()


def test_what_responds_is_bright_whichever_way_it_is_signed() -> None:
    maps = np.zeros((1, 1, 4, 4), np.float32)
    maps[0, 0, 1, 1] = -3
    assert np.array_equal(thumbnail(maps, 4), thumbnail(-maps, 4))
    assert (thumbnail(maps, 4)[1, 1] == lookup_table("cividis")[255]).all()


def test_a_photograph_in_luminance_is_grey() -> None:
    maps = np.full((1, 1, 4, 4), 0.5, np.float32)
    assert (thumbnail(maps, 2, photograph=True) == 128).all()


def test_an_input_shows_the_photograph_before_its_normalisation() -> None:
    photograph = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    plain = layer_thumbnail(Input(shape=(3, 48, 48)), fill_input(photograph, (3, 48, 48)))
    for normalization in ("signed", "imagenet"):
        layer = Input(shape=(3, 48, 48), normalization=normalization)
        made = layer_thumbnail(layer, fill_input(photograph, layer.shape, layer.preprocessing))
        assert np.abs(made.astype(int) - plain.astype(int)).max() <= 1


def test_numbers_beyond_a_photograph_are_shown_as_a_map() -> None:
    ramp = fill_input(PATTERNS["ramp"], (1, 4, 4))
    made = layer_thumbnail(Input(shape=(1, 4, 4)), ramp)
    np.testing.assert_array_equal(made, thumbnail(ramp))
    assert len(np.unique(made.reshape(-1, 3), axis=0)) > 10


def test_three_maps_of_mixed_colours_are_the_picture_that_they_make() -> None:
    photograph = np.random.default_rng(0).random((1, 3, 48, 48), dtype=np.float32)
    grey = np.broadcast_to(photograph.mean(axis=1, keepdims=True), photograph.shape)
    made = layer_thumbnail(Conv2d(out_channels=3, kernel_size=(1, 1)), np.ascontiguousarray(grey))
    assert (made == made[:, :, :1]).all(), "grey"
    opposed = layer_thumbnail(Conv2d(out_channels=3, kernel_size=(1, 1)), photograph - 0.5)
    np.testing.assert_array_equal(opposed, thumbnail(photograph - 0.5))
