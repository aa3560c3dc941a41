"""Where cells are drawn: at the centre of what they see, for every preset."""

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.attribution.fields.effective_field import gradient_strength
from engine.attribution.places import field_places, measured_places, resized_places
from engine.errors import NetworkError
from engine.shapes import is_map
from engine.weights import BY_HAND, Given
from tests.engine.attribution.questions import CONV, ask, network_of, pooled

KNOWN = {
    # network, layer: first and last centre in pixels, by hand from kernel sizes, strides and paddings
    ("lenet5", "c3"): (6.5, 24.5),
    ("lenet5", "s4"): (7.5, 23.5),
    ("squeezenet1_1", "conv10"): (15, 207),
    ("vgg16", "conv5_3"): (7.5, 215.5),
}


@pytest.mark.parametrize(("name", "layer_id"), KNOWN)
def test_the_centres_of_known_layers(name: str, layer_id: str) -> None:
    places = field_places(analyze(presets.load(name).project.network), layer_id)
    assert (places.rows[0], places.rows[-1]) == KNOWN[name, layer_id]
    assert (places.columns[0], places.columns[-1]) == KNOWN[name, layer_id]


def test_the_usual_overlay_of_resnet18_is_fifteen_pixels_off() -> None:
    analysis = analyze(presets.load("resnet18").project.network)
    last = [name for name, report in analysis.layers.items() if (report.output_shape or ())[1:] == (7, 7)][-1]
    places = field_places(analysis, last)
    assert places.rows.tolist() == [0, 32, 64, 96, 128, 160, 192]
    assert resized_places((224, 224), (7, 7)).shift(places) == (-15.5, -15.5)
    assert places.shift(resized_places((224, 224), (7, 7))) == (15.5, 15.5)


@pytest.mark.parametrize("name", presets.preset_names())
def test_cells_of_every_preset_lie_at_the_centre_of_their_receptive_field(name: str) -> None:
    analysis = analyze(presets.load(name).project.network)
    for node_id, report in analysis.layers.items():
        field, shape = report.receptive_field, report.output_shape
        if field is None or shape is None or not is_map(shape) or field.whole_input:
            continue
        places = field_places(analysis, node_id)
        for row, column in ((0, 0), (shape[1] - 1, shape[2] - 1), (shape[1] // 2, shape[2] // 3)):
            box = field.box(row, column)
            if box is not None:
                centre = ((box[0][0] + box[0][1]) / 2, (box[1][0] + box[1][1]) / 2)
                assert (places.rows[row], places.columns[column]) == centre, node_id


def test_each_pixel_has_the_value_of_the_cell_that_looks_nearest() -> None:
    analysis = analyze(presets.load("resnet18").project.network)
    last = [name for name, report in analysis.layers.items() if (report.output_shape or ())[1:] == (7, 7)][-1]
    places = field_places(analysis, last)
    heat = places.spread(np.arange(49, dtype=np.float32).reshape(7, 7), (224, 224))
    assert heat.shape == (224, 224)
    assert (heat[:16, :16] == 0).all()
    assert heat[17, 0] == 7
    assert heat[64, 96] == 2 * 7 + 3
    assert heat[223, 223] == 48
    assert places.cell_at(70, 90) == (2, 3)


def test_the_usual_overlay_goes_straight_between_centres() -> None:
    heat = resized_places((4, 8), (2, 4)).spread(np.eye(2, 4, dtype=np.float32), (4, 8))
    assert heat[0, 0] == 1
    assert heat[1, 1] == pytest.approx(0.75 * 0.75 + 0.25 * 0.25)


def test_measured_centres_lie_inside_of_the_picture_and_in_order() -> None:
    question = ask(pooled())
    places = measured_places(question.network, question.maps, "act2", "input")
    for centres, side in ((places.rows, 13), (places.columns, 17)):
        assert (np.diff(centres) > 0).all()
        assert centres[0] >= 0
        assert centres[-1] <= side - 1


def test_measured_centres_are_those_of_the_slow_twin() -> None:
    question = ask(pooled())
    places = measured_places(question.network, question.maps, "conv1", "input")
    rows, columns = question.maps["conv1"].shape[2:]
    for column in range(columns):
        found = gradient_strength(question.network, question.maps, "conv1", rows // 2, column)["input"]
        strength = found.sum(axis=0, dtype=np.float64)
        centre = float(strength @ np.arange(17) / strength.sum())
        assert places.columns[column] == pytest.approx(centre, abs=1e-3)


def test_of_many_cells_some_are_measured_and_the_others_lie_between() -> None:
    network = network_of(("conv1", "Conv2d", CONV), size=(3, 13, 41))
    question = ask(network, node_id="conv1", at=(3, 3))
    places = measured_places(network, question.maps, "conv1", "input")
    assert len(places.columns) == 41
    np.testing.assert_allclose(places.columns[2:-2], np.arange(2, 39), atol=1)


def test_nothing_measured_is_said() -> None:
    shut = {"weight": -np.ones((5, 3, 3, 3), np.float32), "bias": -np.ones(5, np.float32)}
    network = pooled().set_weights("conv1", Given(origin=BY_HAND, arrays=shut))
    question = ask(network)
    with pytest.raises(NetworkError, match="nothing in the picture moves act1"):
        measured_places(network, question.maps, "act1", "input")
