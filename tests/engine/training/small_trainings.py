"""Small networks and a few pictures, with which a run takes milliseconds."""

import numpy as np

from engine.layers import layer_from_json
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.training.data.examples import Examples, split_by_share
from engine.training.settings import Settings
from engine.training.tasks import task
from engine.training.trainer import Trainer

SIDE = 8
CLASSES = 3

LAYERS = (
    ("conv", {"kind": "Conv2d", "out_channels": 4}),
    ("norm", {"kind": "BatchNorm2d"}),
    ("relu", {"kind": "ReLU"}),
    ("pool", {"kind": "MaxPool2d"}),
    ("flat", {"kind": "Flatten"}),
    ("drop", {"kind": "Dropout", "p": 0.25}),
    ("head", {"kind": "Linear", "out_features": CLASSES}),
    ("softmax", {"kind": "Softmax"}),
)


def chain(*layers: tuple[str, dict[str, object]], channels: int = 1) -> Network:
    """A chain of layers behind an Input of SIDE × SIDE."""
    nodes = [Node(id="image", layer=Input(shape=(channels, SIDE, SIDE)))]
    for node_id, record in layers:
        nodes.append(Node(id=node_id, layer=layer_from_json(record), inputs=(nodes[-1].id,)))
    return Network(nodes)


def bars(count: int = 60, channels: int = 1) -> Examples:
    """Noise with a bright bar at the left, in the middle or at the right: three classes."""
    random = np.random.default_rng(0)
    labels = random.integers(0, CLASSES, count)
    labels[:CLASSES] = range(CLASSES)
    pictures = random.integers(0, 90, (count, SIDE, SIDE, channels), np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        picture[:, 1 + 2 * label : 3 + 2 * label] += 150
    return Examples(
        name="bars",
        kind="bars",
        pictures=pictures,
        labels=labels,
        classes=("left", "middle", "right"),
        splits=split_by_share(count, random),
    )


def trainer(network: Network | None = None, examples: Examples | None = None, **settings: object) -> Trainer:
    """Of the small network above on bars; the settings are those of `Settings`."""
    chosen = Settings(**{"batch": 16, "epochs": 4, **settings})  # type: ignore[arg-type]  # checks them
    return Trainer(network or chain(*LAYERS), task("classify"), examples or bars(), chosen)
