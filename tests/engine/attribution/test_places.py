"""Where cells are drawn: at the centre of what they see, for every preset."""

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.attribution.places import field_places, measured_places, resized_places
from engine.shapes import is_map
from tests.engine.attribution.questions import ask, pooled

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
