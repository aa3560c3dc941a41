"""Every map of a network in one call, for notebooks and scripts."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from engine.errors import NetworkError
from engine.image.image_source import open_image
from engine.model.network import Network

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.image.photograph import Scene


def feature_maps(
    network: Network,
    image: "str | Scene" = "astronaut",
    *,
    seed: int = 0,
    wanted: Collection[str] | None = None,
    keep: Literal["all", "last"] = "all",
) -> "dict[str, npt.NDArray[np.float32]]":
    """The map of every node by id, float32, (1, C, H, W) or (1, F): read-only.

    image: a bundled photograph's name, `pattern:NAME`, a file, or what `open_image` gave. wanted: the ids
    whose maps are needed, by default all. keep: "last" gives what comes out of the network alone, faster and
    in little memory, for maps that nobody asked for are overwritten. Nodes with a problem, and those below
    them, are left out. `PhotographError` where there is no such image, `MemoryLimit` where the maps do not
    fit into memory, `NetworkError` where both `wanted` and `keep="last"` are given.

    >>> from engine import Input, Network, Node
    >>> feature_maps(Network([Node(id="photograph", layer=Input(shape=(3, 8, 8)))]))["photograph"].shape
    (1, 3, 8, 8)
    """
    from engine.execution.executor import Executor  # numpy and the kernels wait until something is computed
    from engine.plan import last_maps

    if keep == "last" and wanted is not None:
        raise NetworkError('keep="last" says which maps are wanted: leave `wanted` away')
    if keep not in ("all", "last"):
        raise NetworkError(f'keep={keep!r} is neither "all" nor "last"')
    if keep == "last":
        wanted = last_maps(network)
    source = open_image(image) if isinstance(image, str) else image
    executor = Executor()
    try:
        results = executor.run(network, source, seed=seed, wanted=wanted, only_wanted=True)
        return {result.node_id: result.map.copy() for result in results}
    finally:
        executor.close()
