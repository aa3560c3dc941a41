"""The engine beside PyTorch and onnxruntime: what is claimed of it, taken in turns within one run.

The bounds lie some way below what is usually measured, so that other programs may use the machine too.
"""

from functools import cache
from typing import Any

import pytest

from gui.bench.comparison import DISCARDING, geometric_means
from gui.commands import bench
from gui.commands.networks import find_network
from tests.benchmarks.test_engine_speed import THREADS

pytestmark = [pytest.mark.benchmark, pytest.mark.peer]


@cache
def record(name: str) -> dict[str, Any]:
    return bench.measured(find_network(name), THREADS)


@pytest.mark.parametrize("name", bench.QUICK)
def test_no_network_is_slower_than_in_pytorch_or_than_the_same_maps_in_onnxruntime(name: str) -> None:
    ratio = dict(record(name)["ratio"])
    peers = {"torch", "torch channels_last", "onnxruntime", "openvino"}
    assert set(ratio) == peers | {"onnxruntime, all maps", "openvino, all maps"}
    for name in DISCARDING:  # they throw their maps away
        del ratio[name]
    assert min(ratio.values()) >= 1.1
    assert min(ratio["torch"], ratio["torch channels_last"]) >= 1.5


def test_on_average_the_engine_is_well_ahead() -> None:
    means = geometric_means([record(name) for name in bench.QUICK])
    assert means["torch, the better format"] >= 2.0
    assert means["onnxruntime, all maps"] >= 1.5
    assert means["onnxruntime"] >= 1.1
