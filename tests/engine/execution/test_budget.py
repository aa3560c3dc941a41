"""Memory is known before it is needed: by shapes before a plan is made, by the plan before anything is."""

import random
import time

import numpy as np
import pytest

from engine.errors import MemoryLimit
from engine.execution import executor as module
from engine.execution.budget import least_map_bytes
from engine.execution.executor import Executor
from engine.layers.input import Input
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from tests.engine.execution.odd_networks import PHOTOGRAPH, odd_network
from tests.engine.small_networks import chain, conv, make


def refusal(network: Network, budget_bytes: int) -> str:
    with pytest.raises(MemoryLimit) as caught:
        list(Executor(budget_bytes).run(network, PHOTOGRAPH))
    return str(caught.value)


@pytest.mark.parametrize("shape", [(65536, 4096, 4096), (65536, 65536, 65536), (3, 65536, 65536)])
def test_what_can_never_fit_is_not_planned(
    shape: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "make_plan", lambda *_, **__: pytest.fail("planned"))
    began = time.process_time()
    message = refusal(chain(conv(64), conv(64), shape=shape), 8 << 30)
    assert time.process_time() - began < 1
    assert "×65536" in message or "×4096" in message
    with pytest.raises(MemoryLimit):
        Executor(8 << 30).plan(chain(conv(64), shape=shape))


@pytest.mark.parametrize("seed", range(100))
def test_shapes_never_ask_for_more_than_the_plan(seed: int) -> None:
    """Else a network would be refused that fits; and little less, where maps are not tiny."""
    network = odd_network(random.Random(seed), 12)
    shapes = output_shapes(network)
    wanted = {node_id for node_id in shapes if random.Random(seed).random() < 0.7}
    least = least_map_bytes(network, shapes, wanted)
    plan = Executor().plan(network, wanted)
    inputs = {node_id: size for node_id, size in least.items() if isinstance(network[node_id].layer, Input)}
    assert sum(least.values()) <= plan.bytes_of("map") + sum(inputs.values())


def test_weights_count() -> None:
    """A dense layer's maps are 4 KB, its weights 16 MB."""
    network = chain(make("Flatten"), make("Linear", out_features=4096), shape=(1, 32, 32))
    message = refusal(network, 12 << 20)
    assert "17 MB weights" in message
    assert list(Executor(24 << 20).run(network, PHOTOGRAPH))


def test_planning_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    executor = Executor()
    network = chain(*[conv(8)] * 20, shape=(3, 16, 16))
    planned = []
    fuse = module.make_plan.__globals__["lower"]

    def lower(step: object) -> object:
        planned.append(step)
        if len(planned) == 5:
            executor.cancel()
        return fuse(step)

    monkeypatch.setitem(module.make_plan.__globals__, "lower", lower)
    assert list(executor.run(network, PHOTOGRAPH)) == []
    assert len(planned) == 5
    maps = list(executor.run(network, np.zeros_like(PHOTOGRAPH)))
    assert len(maps) == 21
