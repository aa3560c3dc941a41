"""Networks for tests: built in one line each, or drawn at random with branches."""

from typing import Any

from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.errors import ShapeError
from engine.layers import Layer, layer_kinds
from engine.model.network import Network, Node
from engine.shapes import Padding


def make(kind: str, **settings: Any) -> Layer:
    """A layer by its kind; pairs, paddings and shapes as JSON has them or as they are."""
    return layer_kinds()[kind](**settings)


def conv(
    channels: int = 4, kernel: int | tuple[int, int] = 3, stride: int | tuple[int, int] = 1, **more: Any
) -> Layer:
    """A convolution with a square or oblong kernel; `padding` in any form that `Padding.of` takes."""
    more["padding"] = Padding.of(more.get("padding", "same"))
    return make("Conv2d", out_channels=channels, kernel_size=pair(kernel), stride=pair(stride), **more)


def pool(kernel: int = 2, stride: int | None = None, kind: str = "MaxPool2d", **more: Any) -> Layer:
    """A pooling; the stride is the window unless given."""
    more["padding"] = Padding.of(more.get("padding", "valid"))
    return make(kind, kernel_size=pair(kernel), stride=pair(stride or kernel), **more)


def pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def chain(*layers: Layer, shape: tuple[int, int, int] = (3, 32, 32)) -> Network:
    """An Input and the layers after it in a row: ids `input`, `n1`, `n2`, …"""
    nodes = [Node(id="input", layer=make("Input", shape=shape))]
    for number, layer in enumerate(layers, 1):
        nodes.append(Node(id=f"n{number}", layer=layer, inputs=(nodes[-1].id,)))
    return Network(nodes)


def graph(shape: tuple[int, int, int], **nodes: tuple[Any, ...]) -> Network:
    """An Input and nodes by id: `a=(layer, "input"), b=(layer, "a")`."""
    made = [Node(id="input", layer=make("Input", shape=shape))]
    made += [Node(id=name, layer=layer, inputs=tuple(inputs)) for name, (layer, *inputs) in nodes.items()]
    return Network(made)


sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))
steps = st.tuples(st.integers(1, 3), st.integers(1, 3))
windows = st.builds(
    lambda kernel, stride, dilation, mode, sides: conv(
        2,
        kernel,
        stride,
        dilation=dilation,
        padding=mode
        if mode != "explicit"
        else [min(s, dilation[i // 2] * (kernel[i // 2] - 1)) for i, s in enumerate(sides)],
    ),
    sizes,
    steps,
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.sampled_from(["same", "valid", "full", "explicit"]),
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
)
means = st.builds(lambda kernel, stride: make("AvgPool2d", kernel_size=kernel, stride=stride), sizes, steps)


paddings = st.sampled_from(["valid", "same", 1])
# Kernels smaller than the stride leave holes, and a dilated window after them may read nothing but holes:
# of those only the bounds are known, so none are drawn here.
transposed = st.builds(
    lambda kernel, stride, padding: make(
        "ConvTranspose2d",
        out_channels=2,
        kernel_size=(max(kernel[0], stride[0]), max(kernel[1], stride[1])),
        stride=stride,
        padding=Padding.of(padding),
    ),
    sizes,
    steps,
    paddings,
)
upsamplings = st.builds(
    lambda factor, way: make("Upsample", scale_factor=factor, **way),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from([{}, {"mode": "bilinear"}, {"mode": "bilinear", "align_corners": True}]),
)
reshapings = st.one_of(
    st.builds(lambda size: make("AdaptiveAvgPool2d", output_size=size), st.sampled_from([(4, 6), (5, 3)])),
    st.builds(
        lambda top, left: make("Crop", top=top, left=left, height=5, width=4), *[st.integers(0, 3)] * 2
    ),
    st.builds(lambda top, left: make("Pad", top=top, left=left), *[st.integers(0, 2)] * 2),
)


@st.composite
def branching_networks(draw: st.DrawFn, *, enlarging: bool = True, largest: int = 40) -> Network:
    """Up to nine layers on an Input of odd size; maps of equal size are joined now and then."""
    shape = (2, draw(st.integers(9, 24)), draw(st.integers(9, 24)))
    network = Network([Node(id="input", layer=make("Input", shape=shape))])
    layers = (
        st.one_of(windows, means, transposed, upsamplings, reshapings)
        if enlarging
        else st.one_of(windows, means)
    )
    for number in range(draw(st.integers(1, 9))):
        ids = list(network.nodes)
        source = draw(st.sampled_from(ids[-3:]))
        shapes = {node_id: analyze(network).layers[node_id].output_shape for node_id in ids}
        alike = [node_id for node_id in ids if node_id != source and shapes[node_id] == shapes[source]]
        node = Node(id=f"n{number}", layer=make("ReLU"), inputs=(source,))
        if bool(alike) and draw(st.booleans()):
            layer = make(draw(st.sampled_from(["Add", "Concat"])))
            inputs = [source, draw(st.sampled_from(alike))]
        else:
            layer, inputs = draw(layers), [source]
        try:
            known = (shapes[node_id] for node_id in inputs)
            made = layer.output_shape(*(shape for shape in known if shape is not None))
        except ShapeError:
            continue
        if max(made) <= largest:
            network = network.add(Node(id=node.id, layer=layer, inputs=tuple(inputs)))
    return network
