"""The analysis follows every edit on the spot: what that may take."""

import gc
import time
from collections.abc import Callable
from statistics import median

import pytest

import engine.analysis.analyze as module
from engine.analysis.analyze import analyze
from engine.model.network import Network
from presets import presets
from tests.engine.small_networks import conv, graph, make

pytestmark = pytest.mark.benchmark


def milliseconds(action: Callable[[], object], times: int = 9) -> float:
    """Median; memory is tidied up between the runs, as it is between a person's edits."""
    found = []
    for _ in range(times):
        gc.collect()
        began = time.perf_counter()
        action()
        found.append((time.perf_counter() - began) * 1e3)
    return median(found)


def residual_network(blocks: int) -> Network:
    nodes = {"n0": (conv(64), "input")}
    for number in range(blocks):
        before = f"n{3 * number}"
        nodes[f"n{3 * number + 1}"] = (conv(64), before)
        nodes[f"n{3 * number + 2}"] = (conv(64, 1), f"n{3 * number + 1}")
        nodes[f"n{3 * number + 3}"] = (make("Add"), f"n{3 * number + 2}", before)
    return graph((3, 224, 224), **nodes)


def test_a_setting_in_a_network_of_300_nodes_takes_less_than_5_ms() -> None:
    network = residual_network(100)
    assert len(network) > 300
    before = analyze(network)
    kernels = iter(range(1, 99, 2))

    def edit() -> None:
        edited = network.replace_layer("n1", conv(64, next(kernels)))
        analyze(edited, before)

    assert milliseconds(edit) < 5


def test_the_largest_preset_from_nothing_takes_less_than_20_ms() -> None:
    network = max((preset.project.network for preset in presets()), key=len)

    def from_nothing() -> None:
        module._costs.cache_clear()
        analyze(network)

    assert milliseconds(from_nothing) < 20
