"""Rounding errors of the engine, and of PyTorch on the same weights, against double precision."""

import math
from collections.abc import Mapping

import numpy as np

from engine.execution.executor import Executor
from engine.image.photograph import Scene
from engine.model.network import Network
from engine.plan import post_activation
from gui.bench.contenders import Map, installed, parameters, torch_task
from gui.bench.exact import exact_maps

ENGINE = "onebyone"
PEER = "torch"


def largest_errors(
    network: Network, photograph: Scene, inputs: Mapping[str, Map], *, seed: int, threads: int
) -> dict[str, float]:
    """The largest error of any map after an activation, as a part of its largest value, by contender.

    inputs: the maps of the Inputs. Infinite where a value is not finite.
    """
    weights = parameters(network, seed)
    run = Executor(threads=threads).run(network, photograph, seed=seed, wanted=post_activation(network))
    ours = {result.node_id: result.map for result in run}
    contenders: dict[str, Mapping[str, Map]] = {ENGINE: ours}
    if installed(PEER):
        contenders[PEER] = torch_task(network, inputs, weights, threads)()
    worst = dict.fromkeys(contenders, 0.0)
    for node_id, exact in exact_maps(network, inputs, weights):
        if node_id in ours:
            scale = float(np.abs(exact).max()) or 1.0
            for name, maps in contenders.items():
                error = float(np.abs(np.asarray(maps[node_id]).reshape(exact.shape) - exact).max()) / scale
                worst[name] = max(worst[name], error) if math.isfinite(error) else math.inf
    return worst
