"""Budgets are held against the numbers of the analysis, and what is not known is not within any."""

from dataclasses import fields
from fractions import Fraction

import pytest

from engine.analysis.analyze import analyze
from engine.analysis.requirements import Requirements, memory_bytes, output_shapes, verdicts
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from presets import load

IMAGE = Node(id="image", layer=Input(shape=(3, 16, 16)))
CONV = Node(id="conv", layer=Conv2d(out_channels=4, kernel_size=(3, 5)), inputs=("image",))
PLAIN = Network([IMAGE, CONV])


def result(network: Network, **limits: object) -> tuple[object, bool]:
    (verdict,) = verdicts(analyze(network), Requirements(**limits))  # type: ignore[arg-type]
    return verdict.measured, verdict.holds


@pytest.mark.parametrize("name", ["max_parameters", "max_macs", "max_memory_bytes"])
def test_a_limit_holds_up_to_itself_and_not_beyond(name: str) -> None:
    measured, _ = result(PLAIN, **{name: 0})
    assert isinstance(measured, int)
    assert measured > 0
    assert result(PLAIN, **{name: measured}) == (measured, True)
    assert result(PLAIN, **{name: measured - 1}) == (measured, False)


def test_the_numbers_are_those_of_a_count_by_hand() -> None:
    assert result(PLAIN, max_parameters=0)[0] == 4 * (3 * 3 * 5 + 1)
    height, width = 16 - 3 + 1, 16 - 5 + 1
    if analyze(PLAIN).layers["conv"].output_shape == (4, 16, 16):  # where a new Conv2d pads
        height = width = 16
    assert result(PLAIN, max_macs=0)[0] == 4 * height * width * 3 * 3 * 5
    alive = 3 * 16 * 16 + 4 * height * width
    assert memory_bytes(analyze(PLAIN)) == 4 * (4 * 46 + alive)


def test_the_narrower_axis_of_the_field_counts() -> None:
    assert result(PLAIN, min_field=3) == (3, True)
    assert result(PLAIN, min_field=4) == (3, False)
    assert result(Network([IMAGE]), min_field=1)[1]
    assert result(Network(), min_field=1) == (None, False)


def test_a_field_of_the_whole_input_is_always_enough() -> None:
    project = load("efficientnet_lite0").project
    analysis = analyze(project.network)
    field = analysis.totals.receptive_field
    assert field is not None
    least = 10**6
    assert result(project.network, min_field=least)[1] == field.whole_input
    assert all(isinstance(size, int | Fraction) for size in field.size)


def test_every_output_has_to_have_the_shape() -> None:
    two = PLAIN.add(Node(id="other", layer=Conv2d(out_channels=5), inputs=("image",)))
    shape = analyze(PLAIN).layers["conv"].output_shape
    assert result(PLAIN, output=shape)[1]
    assert not result(two, output=shape)[1]
    assert len(output_shapes(analyze(two))) == 2
    assert not result(PLAIN, output=(4,))[1]
    assert result(load("squeezenet1_1").project.network, output=(1000,))[1]


def test_what_cannot_be_counted_is_within_no_limit() -> None:
    broken = PLAIN.add(Node(id="alone", layer=Conv2d()))
    for field in fields(Requirements):
        if field.name != "min_field":
            limit = (4, 16, 16) if field.name == "output" else 10**12
            (verdict,) = verdicts(analyze(broken), Requirements(**{field.name: limit}))  # type: ignore[arg-type]
            assert not verdict.holds, field.name
            assert verdict.note
