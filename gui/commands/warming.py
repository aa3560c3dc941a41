"""Kernels made ready before anything is timed, and maps computed; a terminal sees how far that is."""

from collections.abc import Collection, Iterator

import numpy as np
import numpy.typing as npt

from engine.execution.executor import Executor, NodeResult
from engine.image.input_arrays import InputArrays
from engine.image.photograph import Scene
from engine.model.network import Network
from gui.commands.progress import tell


def warm_up(executor: Executor) -> None:
    """Load the kernels, or compile them the first time ever: what is timed then is the network alone."""
    executor.warm_up(lambda done, total: tell(f"kernel {done} of {total}"))


def results(
    executor: Executor,
    network: Network,
    scene: Scene | InputArrays,
    *,
    seed: int,
    wanted: Collection[str] | None = None,
    only_wanted: bool = False,
) -> Iterator[NodeResult]:
    """As `Executor.run` gives them, layer by layer."""
    run = executor.run(network, scene, seed=seed, wanted=wanted, only_wanted=only_wanted)
    for number, result in enumerate(run, 1):
        tell(f"layer {number} of {len(network)}: {result.node_id}")
        yield result


def all_maps(network: Network, scene: Scene, *, seed: int) -> dict[str, npt.NDArray[np.float32]]:
    """Every map by node id."""
    executor = Executor()
    return {result.node_id: result.map for result in results(executor, network, scene, seed=seed)}
