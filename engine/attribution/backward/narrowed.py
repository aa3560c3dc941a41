"""Only the classes that are asked about: a last layer of a thousand classes is cut down to one or two.

The score of a class is a row of the last dense layer or 1×1 convolution; what else that layer computes is
thrown away. Of SqueezeNet, whose classes are a 1×1 convolution before the mean, that is a quarter of the
work.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.analysis.trade_off import width_of, with_width
from engine.attribution.target import Target
from engine.attribution.values.known_parameters import known_parameters
from engine.layers.base.lowering import ClampForm, GlobalPoolForm, MatrixForm, ViewForm
from engine.model.network import Network
from engine.shapes import elements
from engine.weights import Given

Map = npt.NDArray[np.float32]


def narrowed(
    network: Network, target: Target, maps: Mapping[str, Map], seed: int
) -> tuple[Network, Target, str] | None:
    """The network with the target's channels alone, the target in it, and the layer that was cut down.

    None where the number depends on more than its own channels: behind a softmax, or a layer that mixes them.
    """
    if target.scale != "logit":
        return None
    above, current = network.ancestors(target.node_id) | {target.node_id}, target.node_id
    while True:
        node = network.nodes[current]
        shapes = tuple(maps[source].shape[1:] for source in node.inputs)
        readers = [reader for reader in network.outputs_of[current] if reader in above]
        if not node.inputs or len(readers) > 1:
            return None
        form = node.layer.lowering(*shapes)
        if isinstance(form, MatrixForm) and form.groups == 1 and form.cuts is None:
            break
        same_channels = elements(shapes[0]) == elements(maps[current].shape[1:]) or isinstance(
            form, GlobalPoolForm
        )
        if not isinstance(form, ClampForm | GlobalPoolForm | ViewForm) or not same_channels:
            return None
        current = node.inputs[0]
    if width_of(node.layer) is None:
        return None
    channels = [target.channel, *([] if target.against is None else [target.against])]
    known = known_parameters(node, shapes, seed)
    weights = Given({name: values[channels] for name, values in known.items()})
    layer = with_width(node.layer, len(channels))
    made = network.replace_layer(current, layer).set_weights(current, weights)
    against = None if target.against is None else 1
    return made, replace(target, channel=0, against=against), current
