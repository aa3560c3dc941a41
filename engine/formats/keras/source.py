"""The source text of a network in Keras' functional style: one line a layer, channels last."""

from collections.abc import Mapping, Sequence

from engine.analysis.report import Analysis
from engine.formats.complete import complete_analysis
from engine.formats.keras.helpers import helper_lines
from engine.formats.pytorch.identifiers import identifiers
from engine.formats.pytorch.wrapping import lines
from engine.model.network import Network
from engine.shapes import Shape, shape_text

_TAKEN = ("Path", "activations", "build", "keras", "layers", "load_weights", "np", "ops")


def keras_code(network: Network, title: str = "") -> str:
    """A module with `build()`, which gives the keras.Model of a network without problems."""
    analysis = complete_analysis(network)
    names = keras_names(network)
    built, helpers = _layer_lines(network, analysis, names)
    parameters = f"{analysis.totals.parameters:,} parameters"
    uses = "\n".join(built + helper_lines(helpers))
    keras_parts = [one for one in ("activations", "layers", "ops") if f"{one}." in uses]
    title = " ".join(title.replace("\\", "/").replace('"', "'").split())
    return "\n".join(
        [
            f'"""{title or "A network"}: {parameters}. Channels last. Written by OneByOne."""',
            "",
            "from pathlib import Path",
            "",
            "import keras",
            "import numpy as np",
            *([f"from keras import {', '.join(keras_parts)}"] if keras_parts else []),
            "",
            "",
            *helper_lines(helpers),
            "def build():",
            '    """The network, its weights drawn by Keras."""',
            *built,
            "",
            "",
            "def load_weights(model, path):",
            '    """Take the arrays `layer.variable` of a .npz file."""',
            "    with np.load(path) as arrays:",
            "        for layer in model.layers:",
            '            layer.set_weights([arrays[f"{layer.name}.{one.name}"] for one in layer.weights])',
            "",
            "",
            'if __name__ == "__main__":',
            "    model = build()",
            '    weights = Path(__file__).with_suffix(".npz")',
            "    if weights.exists():",
            "        load_weights(model, weights)",
            '        print("weights from", weights.name)',
            "    count = sum(int(np.prod(one.shape)) for one in model.trainable_weights)",
            '    print(count, "parameters")',
            f"    assert count == {analysis.totals.parameters}",
            *_check_lines(network, analysis),
            "",
        ]
    )


def keras_names(network: Network) -> Mapping[str, str]:
    """What each node's layer, and its variable in the file, is called."""
    return identifiers(network.order, _TAKEN)


def _layer_lines(
    network: Network, analysis: Analysis, names: Mapping[str, str]
) -> tuple[list[str], set[str]]:
    made: list[str] = []
    helpers: set[str] = set()
    inputs = [names[node_id] for node_id in network.order if network[node_id].layer.role == "input"]
    for node_id in sorted(network.order, key=lambda node_id: network[node_id].layer.role != "input"):
        report = analysis.layers[node_id]
        node, name = network[node_id], names[node_id]
        named = f'name="{name}"'
        if node.layer.role == "input":
            text = f"keras.Input({_channels_last(report.output_shape or ())}, {named})"
        else:
            code = node.layer.keras(*report.input_shapes)
            helpers |= set(code.helpers)
            sources = (names[source] for source in node.inputs)
            text = code.call.format(*sources, name=named, any=inputs[0])
        shape = report.output_shape or ()
        made += lines(f"{name} = {text}", "    ")
        made[-1] += f"  # {shape_text(shape, channels_last=True)}"
    ends = [names[node_id] for node_id in network.order if not network.outputs_of[node_id]]
    made += lines(f"return keras.Model({_one_or_list(inputs)}, {_one_or_list(ends)})", "    ")
    return made, helpers


def _check_lines(network: Network, analysis: Analysis) -> list[str]:
    shapes = {one: report.output_shape or () for one, report in analysis.layers.items()}
    inputs = [node_id for node_id in network.order if network[node_id].layer.role == "input"]
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    examples = [f'np.random.rand{(1, *_channels_last(shapes[one]))}.astype("float32")' for one in inputs]
    return [
        *lines(f"outputs = model({_one_or_list(examples)})", "    "),
        "    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]",
        *lines(f"expected = {[(1, *_channels_last(shapes[end])) for end in ends]}", "    "),
        "    for output, shape in zip(outputs, expected, strict=True):",
        "        print(tuple(output.shape))",
        "        assert tuple(output.shape) == shape",
    ]


def _channels_last(shape: Shape) -> Shape:
    return (*shape[1:], shape[0])


def _one_or_list(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
