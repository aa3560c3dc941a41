"""What the lens says in words about the spot under the mouse, or about the value as a whole. No Qt."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.attribution.fields.window_reads import inputs_of, inputs_through, outputs_reading
from engine.shapes import count_text
from gui.value_inspector.inspected_value import InspectedValue
from gui.value_inspector.sheet import Spot
from gui.words.number_format import MINUS, Numbers


def reading(lens: InspectedValue, spot: Spot | None, focus: int, numbers: Numbers) -> str:
    """One line."""
    made = lens.arithmetic
    if spot is None or made is None:
        return _whole(lens, numbers)
    if spot.kind == "output":
        return _output(lens, spot, numbers)
    if spot.kind == "input":
        return _input(lens, spot, focus, numbers)
    if spot.kind == "cell":
        return _cell(lens, spot, numbers)
    if spot.kind == "term":
        share = numbers.decimal(float(made.channel_sums[spot.a]) / made.divisor, 4)
        one = "value" if lens.is_vector else "map"
        name = lens.sources[spot.a] if lens.joins else f"{one} {lens.channel(spot.a)}"
        return f"{name} adds {share} of {numbers.decimal(made.value, 4)}"
    return _tap(lens, spot, focus, numbers)


def _whole(lens: InspectedValue, numbers: Numbers) -> str:
    made, value = lens.arithmetic, numbers.decimal(lens.value, 4)
    if made is None:
        return value
    if made.operation == "move":
        where = "the map before" if len(lens.inputs) == 1 else lens.sources[made.source]
        text = f"nothing is computed: the value stood elsewhere in {where}"
        return f"{text if made.inside.all() else 'nothing is computed: it fills the border'} = {value}"
    if made.operation == "steps":
        if lens.layer.role == "activation" and len(made.steps) == 2:
            return f"{lens.layer.label} works on each value alone: {value}"
        return f"{lens.layer.label}, step by step = {value}"
    terms = made.products.size
    if made.steps and made.kernel is not None:
        scale, shift = numbers.decimal(float(made.kernel[0, 0, 0]), 4), numbers.decimal(made.bias, 4)
        return f"all of it together is one product and one sum: × {scale} + {shift} = {value}"
    bias = " + bias" if "bias" in lens.params and made.kernel is not None else ""
    if made.operation == "max":
        # what lies in the padding is −∞, and takes no part
        text = f"the largest of {count_text(int(made.inside.sum()) * len(made.patch), 'value')} = {value}"
    elif made.operation == "mean":
        text = f"the mean of {count_text(int(made.divisor), 'value')} = {value}"
    elif made.operation == "norm":
        power = numbers.decimal(made.power, 4)
        text = f"the root of the sum of {terms} powers, with exponent {power} = {value}"
    elif made.kernel is None:
        text = f"the sum of {terms} values = {value}"
    else:
        text = f"{numbers.exact(terms)} product{'s' if terms != 1 else ''}{bias} = {value}"
    off = abs(made.value - lens.value)
    if not np.isfinite(off) or off == 0:
        return text
    return f"{text} · summed up here in float64 it differs from the engine’s float32 by {off:.0e}"


def _output(lens: InspectedValue, spot: Spot, numbers: Numbers) -> str:
    value = numbers.decimal(float(lens.output[0, lens.at[0], spot.a, spot.b]), 4)
    shape = lens.read.shape[1:]
    if len(shape) != 3:
        return f"output ({spot.a}, {spot.b}) of map {lens.at[0]} = {value}"
    rows, columns = (inputs_of(lens.layer, shape, at, axis) for axis, at in enumerate((spot.a, spot.b)))
    reads = f" · reads {_places(rows, columns)}" if rows and columns else " · reads nothing but padding"
    return f"output ({spot.a}, {spot.b}) of map {lens.at[0]} = {value}{reads}"


def _input(lens: InspectedValue, spot: Spot, focus: int, numbers: Numbers) -> str:
    values = lens.input_map(focus)
    assert values is not None
    shape = lens.read.shape[1:]
    rows, columns = (outputs_reading(lens.layer, shape, at, axis) for axis, at in enumerate((spot.a, spot.b)))
    count = len(rows) * len(columns)
    if not count:
        used = "no output reads it"
    elif count == 1:
        used = f"used by output ({rows[0]}, {columns[0]})"
    else:
        used = f"used by {numbers.exact(count)} outputs: {_places(rows, columns)}"
    value = numbers.decimal(float(values[spot.a, spot.b]), 4)
    return f"input ({spot.a}, {spot.b}) of map {lens.channel(focus)} = {value} · {used}"


def _cell(lens: InspectedValue, spot: Spot, numbers: Numbers) -> str:
    made = lens.arithmetic
    assert made is not None
    column = lens.output[0, spot.a]
    name = "value" if lens.is_vector else "map"
    value = float(column if column.ndim == 0 else column[lens.at[1], lens.at[2]])
    if spot.b < 0:
        return f"output of {name} {spot.a} = {numbers.decimal(value, 4)} · a click takes it apart"
    x = float(made.patch[spot.b, 0, 0])
    weight = float(lens.weights_of(range(spot.a, spot.a + 1))[0, spot.b])
    product = f"{numbers.decimal(x, 4)} × {numbers.decimal(weight, 4)} = {numbers.decimal(x * weight, 4)}"
    where = "" if lens.is_vector else " · the same weight at every pixel"
    return f"{name} {made.channels[spot.b]} → {name} {spot.a}: {product}{where}"


def _tap(lens: InspectedValue, spot: Spot, focus: int, numbers: Numbers) -> str:
    made = lens.arithmetic
    assert made is not None
    row, column = made.rows[spot.a], made.columns[spot.b]
    x = float(made.patch[focus, spot.a, spot.b])
    place = f"input ({_signed(row)}, {_signed(column)})"
    if not made.inside[spot.a, spot.b]:
        place = f"padding at ({_signed(row)}, {_signed(column)})"
    if made.kernel is None:
        return f"{place} = {numbers.decimal(x, 4)}"
    weight = float(made.kernel[focus, spot.a, spot.b])
    text = (
        f"{numbers.decimal(x, 4)} × {numbers.decimal(weight, 4)} = {numbers.decimal(x * weight, 4)} · {place}"
    )
    if spot.kind != "weight" or lens.layer.transposed:
        return text
    shape = lens.inputs[0].shape[1:]
    met = len(inputs_through(lens.layer, shape, spot.a, 0)) * len(
        inputs_through(lens.layer, shape, spot.b, 1)
    )
    return f"{text} · on its way this weight meets {numbers.exact(met)} inputs of the map"


def _places(rows: Sequence[int], columns: Sequence[int]) -> str:
    return f"{_range('row', rows)}, {_range('column', columns)}"


def _range(name: str, places: Sequence[int]) -> str:
    if len(places) == 1:
        return f"{name} {places[0]}"
    step = places[1] - places[0]
    even = all(b - a == step for a, b in pairwise(places))
    if not even or (step > 1 and len(places) <= 4):
        return f"{name}s {', '.join(map(str, places))}"
    by = f" in steps of {step}" if step > 1 else ""
    return f"{name}s {places[0]}–{places[-1]}{by}"


def _signed(value: int) -> str:
    return str(value).replace("-", MINUS)
