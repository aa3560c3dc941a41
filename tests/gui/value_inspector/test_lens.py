"""The lens: what it draws adds up, and what is pointed at is what is meant."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.layers import Layer
from engine.shapes import Shape
from gui.figures.drawing.drawing import Picture, Rect, Text
from gui.look.theme import LIGHT, PALETTES
from gui.value_inspector.cells import number_text
from gui.value_inspector.compose import View, draw_value
from gui.value_inspector.inspected_value import InspectedValue
from gui.value_inspector.matrix import MatrixPart, visible_rows
from gui.value_inspector.reading import reading
from gui.value_inspector.sheet import Spot, ValuePicture, ink_on
from gui.value_inspector.steps import steps_of
from gui.value_inspector.sums import lines_of
from gui.words.number_format import Numbers
from tests.engine.every_layer import every_layer, over
from tests.engine.small_networks import conv, make, pool
from tests.gui.value_inspector.lenses import every_kind, lens_of, ramp

LENSES = every_kind()
KINDS = tuple(LENSES)


def drawn(lens: InspectedValue, width: float = 960, height: float = 220, **view: object) -> ValuePicture:
    return draw_value(lens, View(width, height, **view), LIGHT, Numbers())  # type: ignore[arg-type]


def texts(picture: ValuePicture) -> list[str]:
    return [item.plain for item in picture.drawing.items if isinstance(item, Text)]


def point(picture: ValuePicture, kind: str, a: int, b: int) -> tuple[float, float]:
    """The middle of a spot."""
    for area in picture.areas:
        if area.kind == kind:
            row, column = a - area.first_a, b - area.first_b
            if 0 <= row < area.rows and 0 <= column < area.columns:
                return (
                    area.x + (column + 0.5) * area.width / area.columns,
                    area.y + (row + 0.5) * area.height / area.rows,
                )
    raise AssertionError(f"no {kind} ({a}, {b})")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(960, 220), (1600, 420), (420, 160), (280, 120)])
def test_every_kind_is_drawn_at_every_size(kind: str, size: tuple[int, int]) -> None:
    picture = drawn(LENSES[kind], *size)
    for item in picture.drawing.items:
        if isinstance(item, Rect | Picture):
            assert np.isfinite([item.x, item.y, item.width, item.height]).all()
            assert item.width > 0
            assert item.height > 0
    for area in picture.areas:
        assert area.width > 0
        assert area.height > 0
    assert reading(LENSES[kind], None, 0, Numbers())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if LENSES[kind].arithmetic is not None])
@pytest.mark.parametrize("size", [(960, 220), (1600, 420)])
def test_all_that_can_be_pointed_at_is_read_out_and_drawn(kind: str, size: tuple[int, int]) -> None:
    lens = LENSES[kind]
    picture = drawn(lens, *size)
    seen = set()
    for area in picture.areas:
        x, y = area.x + area.width * 0.51, area.y + area.height * 0.51
        spot = picture.spot(x, y)
        assert spot is not None
        assert reading(lens, spot, lens.strongest, Numbers())
        if spot.kind not in seen:
            seen.add(spot.kind)
            drawn(lens, *size, hover=spot)
    assert len(seen) > 1


@given(
    st.sampled_from([k for k in KINDS if (a := LENSES[k].arithmetic) is not None and a.operation != "steps"]),
    st.integers(2, 80),
    st.integers(0, 90),
)
def test_the_lines_always_add_up_to_the_value(kind: str, room: int, first: int) -> None:
    lens = LENSES[kind]
    rows = lines_of(lens, room, first)
    assert rows[-1].value == pytest.approx(lens.value, rel=1e-4, abs=1e-5)
    if lens.arithmetic is not None and lens.arithmetic.operation != "max":
        assert sum(row.value for row in rows[:-1]) == pytest.approx(lens.value, rel=1e-4, abs=1e-5)
    assert len(rows) <= max(room, 3)


@pytest.mark.parametrize(
    "kind", ["pointwise", "ten to four", "dense", "grouped pointwise", "strided pointwise"]
)
@pytest.mark.parametrize("columns", [1, 5, 400])
def test_the_column_times_the_matrix_is_the_output_column(kind: str, columns: int) -> None:
    lens = LENSES[kind]
    part = MatrixPart(lens, columns, 40.0, lens.rows)
    shown = part.weights[:, part.places] @ part.x[part.places]
    np.testing.assert_allclose(shown + part.rest + part.biases, part.outputs, rtol=1e-4, atol=1e-4)
    assert part.others == max(0, len(part.x) - columns)
    if part.others:
        assert part.places[0] == lens.strongest


def test_all_rows_of_the_matrix_come_by_scrolling() -> None:
    lens = LENSES["pointwise"]
    assert lens.at[0] in visible_rows(lens, 190, None)
    assert visible_rows(lens, 190, 0).start == 0
    assert visible_rows(lens, 190, 63).stop == 64
    names = [text for first in range(0, 64, 4) for text in texts(drawn(lens, first=first))]
    assert {f"map {row}" for row in range(64)} <= set(names)


def test_a_small_image_shows_every_number_in_its_cell() -> None:
    found = texts(drawn(ramp()))
    assert [str(number) for number in range(1, 17)] == sorted(
        {text for text in found if text.isdigit() and 1 <= int(text) <= 16}, key=int
    )
    assert found.count("99") == 1  # 6 + 7 + 8 + 10 + 11 + 12 + 14 + 15 + 16
    assert "Σ = 14" in found


def test_one_channel_times_two_is_one_product() -> None:
    found = texts(drawn(LENSES["doubling"]))
    assert {"7", "2", "14", "×", "="} <= set(found)
    assert "32" in found


def test_padding_is_dashed_and_never_counts() -> None:
    picture = drawn(ramp())
    dashed = [item for item in picture.drawing.items if isinstance(item, Rect) and item.dashes]
    assert len(dashed) == 20 + 5 + 5  # around the image, in the patch, in the products
    maximum = LENSES["maximum"]
    assert texts(drawn(maximum)).count("−∞") == 3


def test_the_window_slides_over_outputs_that_are_still_to_come() -> None:
    half = texts(drawn(LENSES["doubling"], reveal=7))
    assert "14" in half
    assert "16" in half  # of the image
    assert "32" not in half


def test_pointing_at_an_input_tints_the_outputs_that_read_it() -> None:
    lens = LENSES["convolution"]
    plain = [item for item in drawn(lens).drawing.items if isinstance(item, Picture)]
    tinted = [i for i in drawn(lens, hover=Spot("input", 5, 5)).drawing.items if isinstance(i, Picture)]
    changed = (plain[-1].pixels != tinted[-1].pixels).any(axis=-1)
    assert np.argwhere(changed).min(axis=0).tolist() == [4, 4]
    assert changed.sum() == 9
    assert "used by 9 outputs: rows 4–6, columns 4–6" in reading(lens, Spot("input", 5, 5), 0, Numbers())


def test_pointing_at_a_weight_tints_every_input_it_meets() -> None:
    lens = LENSES["strided pointwise"]
    plain = drawn(lens, focus=3)
    tinted = drawn(lens, hover=Spot("cell", 5, 3))
    first = [next(i for i in one.drawing.items if isinstance(i, Picture)).pixels for one in (plain, tinted)]
    changed = (first[0] != first[1]).any(axis=-1)
    assert np.argwhere(changed).tolist() == [[i, j] for i in range(0, 9, 2) for j in range(0, 9, 2)]


def test_a_weight_of_a_window_is_read_out_with_its_product() -> None:
    text = reading(ramp(), Spot("weight", 1, 2), 0, Numbers())
    assert text.startswith("2.0000 × 1.0000 = 2.0000 · input (0, 1)")
    assert "meets 12 inputs" in text
    assert "padding at (−1, 0)" in reading(ramp(), Spot("tap", 0, 1), 0, Numbers())


def test_spots_are_found_where_they_are_drawn() -> None:
    picture = drawn(LENSES["ten to four"])
    for spot in (Spot("cell", 2, 3), Spot("term", 4, 0), Spot("input", 7, 1), Spot("output", 0, 6)):
        assert picture.spot(*point(picture, spot.kind, spot.a, spot.b)) == spot
    assert picture.spot(-5, -5) is None


def test_a_normalisation_is_shown_step_by_step() -> None:
    lens = LENSES["normalization"]
    steps = steps_of(lens)
    assert [step.what for step in steps] == ["x", "− mean", "÷ √(variance + ε)", "× scale γ", "+ shift β"]
    assert steps[-1].running == pytest.approx(lens.value, rel=1e-5)


def test_512_channels_are_a_few_lines_and_the_rest_in_one() -> None:
    lens = lens_of(conv(4, 3), (512, 14, 14), at=(0, 7, 7))
    found = texts(drawn(lens))
    assert any(text.endswith(" others") for text in found)
    assert len(found) < 120
    later = lines_of(lens, 10, 200)
    assert later[0].place == int(lens.by_strength[200])


def test_values_that_are_not_finite_are_shown() -> None:
    x = np.ones((1, 2, 6, 6), np.float32)
    x[0, 1, 2, 2], x[0, 0, 2, 3] = np.nan, np.inf
    lens = lens_of(conv(1, 3), x=x, at=(0, 2, 2))
    assert lens.strongest in (0, 1)
    assert "NaN" in texts(drawn(lens))
    assert "∞" in texts(drawn(lens, focus=0))


def test_numbers_fit_their_cells() -> None:
    shown = [number_text(value) for value in (0.0, 0.371, -12.34, 123.4, 1234.5, 3e7, 4e-5, np.nan, -np.inf)]
    assert shown == ["0", "0.37", "−12.3", "123", "1234", "3e7", "4e−5", "NaN", "−∞"]
    assert number_text(0.5, point=",") == "0,50"
    assert number_text(9.996) == "10.0"
    assert number_text(-0.0) == "0"


def test_numbers_are_read_on_every_colour() -> None:
    from gui.look.colormaps import lookup_table

    def luminance(rgb: np.ndarray) -> float:
        part = rgb / 255
        linear = np.where(part <= 0.03928, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    for table in ("cividis", "diverging", "diverging dark"):
        for rgb in lookup_table(table):
            ink = np.array(list(bytes.fromhex(ink_on(rgb)[1:])))
            high, low = sorted((luminance(rgb), luminance(ink)), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.2


def test_a_lens_on_one_row_alone_knows_only_that_row() -> None:
    lens = lens_of(make("Linear", out_features=10), (84,), at=(3,))
    assert lens.rows == range(10)
    assert dataclasses.replace(lens, only_row=True).rows == range(3, 4)
    drawn(dataclasses.replace(lens, only_row=True))


def test_both_themes_have_their_own_ground() -> None:
    for palette in PALETTES.values():
        picture = draw_value(LENSES["ramp"], View(960, 220), palette, Numbers())
        assert picture.drawing.background == palette.surface


@pytest.mark.parametrize(
    ("layer", "at", "words"),
    [
        # a corner of a 3×3 window with padding 1 has 4 values inside
        (pool(3, 1, "AvgPool2d", padding=1, count_include_pad=False), (0, 0, 0), "mean of 4"),
        (pool(3, 1, "AvgPool2d", padding=1, count_include_pad=True), (0, 0, 0), "mean of 9"),
        (pool(3, 1, "AvgPool2d", padding=1, count_include_pad=False), (0, 1, 0), "mean of 6"),
        (pool(3, 1, padding=1), (0, 0, 0), "largest of 4"),
        (pool(3, 1, padding=1), (0, 1, 1), "largest of 9"),
    ],
)  # fmt: skip
def test_as_many_values_are_named_as_count(layer: object, at: tuple[int, int, int], words: str) -> None:
    lens = lens_of(layer, (2, 6, 6), at=at)  # type: ignore[arg-type]
    text = reading(lens, None, 0, Numbers())
    assert f"the {words} values = " in text
    made = lens.arithmetic
    assert made is not None
    if made.operation == "mean":  # the number in words is the one that the sum is divided by
        assert made.patch.sum() / int(words.split()[-1]) == pytest.approx(lens.value, rel=1e-5)


READING = [(layer, shapes) for layer, shapes in every_layer() if layer.max_inputs != 0]


@over(READING)
def test_every_value_of_every_kind_is_drawn_and_read_out(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    random = np.random.default_rng(3)
    output = layer.output_shape(*shapes)
    at = tuple(int(random.integers(size)) for size in output)
    lens = lens_of(layer, *shapes, at=at)
    spots = [Spot("output", 0, 0)] if len(output) == 3 else []
    spots += [Spot("input", 0, 0)] if len(output) == 3 and len(shapes[0]) == 3 else []
    for spot in (None, *spots):
        assert texts(drawn(lens, 1100, hover=spot))
        assert reading(lens, spot, 0, Numbers())
    said = reading(lens, None, 0, Numbers())
    if np.isfinite(lens.value):
        assert Numbers().decimal(lens.value, 4) in said
