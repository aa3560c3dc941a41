"""What a layer's width costs, and what it keeps: totals of the network over its number of channels out.

The other layers stay as they are, so a wider layer makes the ones that read from it dearer, too. How much of
the maps a 1×1 of each width can keep at best is told by the spectrum of what it reads (`engine.fitting`).
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis, analyze
from engine.errors import EngineError, NetworkError
from engine.fitting.spectrum import spectrum
from engine.layers import Layer
from engine.model.network import Network
from engine.weights import HE, Checkpoint, go_on

F32 = npt.NDArray[np.float32]

SAMPLES: Final = 49
"""So many widths are looked at: costs are straight lines between them, mostly through all of them."""


@dataclass(frozen=True, kw_only=True)
class TradeOff:
    """Curves over the width of one layer, of equal length; widths rise."""

    node_id: str
    widths: tuple[int, ...]
    parameters: tuple[int, ...]
    """Of the whole network."""
    macs: tuple[int, ...]
    """Of the whole network."""
    errors: tuple[float, ...] = ()
    """√(1 − kept) of the best 1×1 of that width on what the layer reads; empty where it is no 1×1."""

    @property
    def most(self) -> int:
        """The largest width."""
        return self.widths[-1]


def width_of(layer: Layer) -> int | None:
    """How many channels (or features) a layer is set to make; None where that is no setting of its own."""
    return layer.outputs


def with_width(layer: Layer, width: int) -> Layer:
    """The layer with another width, a multiple of its groups; `NetworkError` where it has none."""
    if not layer.out_setting:
        raise NetworkError(f"{layer.label} has no width of its own")
    groups = layer.weight_groups
    return layer.replace(**{layer.out_setting: max(groups, round(width / groups) * groups)})


def trade_off(
    network: Network, node_id: str, *, reads: F32 | None = None, checkpoint: Checkpoint = go_on
) -> TradeOff:
    """The curves of a node from a width of 1 to twice its own, or to what it reads if that is more.

    `reads` is the map (C, H, W) that it reads, for the error. `NetworkError` where the node has no width.
    """
    layer = network[node_id].layer
    width = width_of(layer)
    if width is None:
        raise NetworkError(f"{layer.label} has no width of its own")
    # Fitted weights are of one width only; what they are does not matter to the costs.
    network = Network(replace(node, weights=HE) for node in network.nodes.values())
    before = analyze(network)
    shapes = before.layers[node_id].input_shapes
    most = max(2 * width, shapes[0][0] if shapes else 0, 8)
    groups = layer.weight_groups
    even = np.linspace(groups, most, SAMPLES)
    widths = sorted({max(groups, round(one / groups) * groups) for one in even} | {width})
    parameters, macs, kept = [], [], []
    for one in widths:
        checkpoint()
        totals = _totals(network, before, node_id, one)
        if totals is not None:  # a width that does not work, such as one that groups behind do not divide
            kept.append(one)
            parameters.append(totals[0])
            macs.append(totals[1])
    errors: tuple[float, ...] = ()
    if reads is not None and layer.role == "pointwise" and groups == 1:
        found = spectrum(reads, centred="bias" in layer.param_shapes(*shapes), checkpoint=checkpoint)
        errors = tuple(found.error(one) for one in kept)
    return TradeOff(
        node_id=node_id, widths=tuple(kept), parameters=tuple(parameters), macs=tuple(macs), errors=errors
    )


def _totals(network: Network, before: Analysis, node_id: str, width: int) -> tuple[int, int] | None:
    try:
        changed = network.replace_layer(node_id, with_width(network[node_id].layer, width))
    except EngineError:
        return None
    after = analyze(changed, before)
    if len(after.problems) > len(before.problems):
        return None
    return after.totals.parameters, after.totals.macs
