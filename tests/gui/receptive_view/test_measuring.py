"""The job that measures effective fields, on a real desk."""

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.attribution.fields.effective_field import EffectiveField
from engine.execution.executor import Executor
from gui.receptive_view.measured import MeasureField
from gui.session.jobs import Desk, Interrupted
from tests.engine.small_networks import chain, conv, make, pool

NETWORK = chain(conv(8), make("ReLU"), pool(2), conv(8), shape=(3, 24, 24))
PHOTOGRAPH = np.random.default_rng(0).integers(0, 256, (50, 40, 3), dtype=np.uint8)


def job(**changed: object) -> MeasureField:
    settings = {"network": NETWORK, "seed": 0, "reference": "x", "node_id": "n4", "row": 5, "column": 6}
    return MeasureField(**settings | {"channel": None, "noise": 0} | changed)  # type: ignore[arg-type]


def desk(stop_after: int = 10_000) -> tuple[Desk, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    asked = [0]

    def is_interrupted() -> bool:
        asked[0] += 1
        return asked[0] > stop_after

    return Desk(
        Executor(), lambda reference: PHOTOGRAPH, lambda *done: told.append(done), is_interrupted
    ), told


@pytest.mark.parametrize("noise", [0, 3])
@pytest.mark.parametrize("channel", [None, 2])
def test_the_field_lies_in_its_box(noise: int, channel: int | None) -> None:
    made, told = desk()
    field = job(noise=noise, channel=channel).work(made)
    assert isinstance(field, EffectiveField)
    assert field.inputs == noise
    assert told == [(number, 3) for number in range(noise)]
    theory = analyze(NETWORK).layers["n4"].receptive_field
    assert theory is not None
    box = theory.box(5, 6)
    assert box is not None
    (top, bottom), (left, right) = box
    outside = field.strength.copy()
    outside[max(top, 0) : bottom + 1, max(left, 0) : right + 1] = 0
    assert not outside.any()
    assert field.strength.max() == 1


def test_it_stops_between_layers() -> None:
    made, _ = desk(stop_after=6)
    with pytest.raises(Interrupted):
        job(noise=3).work(made)


def test_a_feature_of_a_vector_sees_everything() -> None:
    net = chain(conv(4), make("Flatten"), make("Linear", out_features=3), shape=(1, 6, 6))
    made, _ = desk()
    field = job(network=net, node_id="n3", row=0, column=0, channel=1).work(made)
    assert (field.strength > 0).all()
