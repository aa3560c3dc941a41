"""What is promised of looking at maps: effective fields beside the forward run."""

import time
from statistics import median

import pytest

from engine.executor import Executor
from engine.gradients import backpropagate, channel_mean, unit
from presets import load
from tests.engine.execution.odd_networks import PHOTOGRAPH

pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize("whole_layer", [True, False])
def test_an_effective_field_of_vgg16_takes_less_than_three_forward_runs(whole_layer: bool) -> None:
    """conv5_3 at 224×224; the forward run computes all maps of the same prefix."""
    network = load("vgg16").project.network
    wanted = network.ancestors("conv5_3") | {"conv5_3"}
    executor = Executor()

    def forward() -> dict[str, object]:
        executor.forget()
        return {one.node_id: one.map for one in executor.run(network, PHOTOGRAPH, wanted=wanted)}

    maps = forward()
    shape = (512, 14, 14)
    dy = channel_mean(shape, 7, 7) if whole_layer else unit(shape, (100, 7, 7))
    backpropagate(network, maps, "conv5_3", dy)  # type: ignore[arg-type]  # packs the turned kernels
    there, back = [], []
    for _ in range(9):
        began = time.perf_counter()
        forward()
        there.append(time.perf_counter() - began)
        began = time.perf_counter()
        backpropagate(network, maps, "conv5_3", dy)  # type: ignore[arg-type]
        back.append(time.perf_counter() - began)
    assert median(back) < 3 * median(there)
