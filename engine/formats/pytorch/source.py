"""The source text of a network as a PyTorch module, ready to run.

Groups and what torchvision has as a module are classes, repeated ones with their numbers as arguments; each
line of `forward` is one layer or one block, with the shape that comes out of it.
"""

from collections.abc import Mapping

from engine.formats.complete import complete_analysis
from engine.formats.pytorch.bodies import Body, body_of
from engine.formats.pytorch.classes import Classes, forward_lines, init_lines
from engine.formats.pytorch.identifiers import class_name
from engine.formats.pytorch.paths import Path, flat_paths
from engine.formats.pytorch.scopes import scope_tree
from engine.formats.pytorch.torchvision import torchvision_family
from engine.formats.pytorch.wrapping import lines
from engine.model.grouping import Grouping
from engine.model.network import Network
from engine.shapes import Shape

_IMPORTED = {"F", "OrderedDict", "Path", "load_file", "nn", "torch"}


def pytorch_code(
    network: Network,
    title: str = "",
    *,
    groups: Grouping | None = None,
    paths: Mapping[str, Path] | None = None,
) -> str:
    """The source text. Inputs become the arguments of `forward`, in order; all ends are returned.

    paths: where each layer stands (see `paths`); None for all of them right in the network.
    """
    analysis = complete_analysis(network)
    name = class_name(title)
    tree = scope_tree(network, flat_paths(network) if paths is None else paths)
    root = body_of(tree, network, analysis, whole=True)
    classes = Classes(network, analysis, groups or Grouping(), {name, *_IMPORTED})
    classes.add(root)
    family = torchvision_family(network) if paths is not None else None
    body = [
        *(line for text in classes.texts for line in (*text, "", "")),
        *_network_lines(name, root, classes, family.only_for_training if family else ()),
    ]
    parameters = f"{analysis.totals.parameters:,} parameters"
    imports = [
        *(
            ["from collections import OrderedDict", ""]
            if any("OrderedDict(" in line for line in body)
            else []
        ),
        "import torch",
        *(["import torch.nn.functional as F"] if any("F." in line for line in body) else []),
        "from torch import nn",
    ]
    shapes = {node_id: analysis.layers[node_id].output_shape or () for node_id in network.order}
    made = [
        f'"""{_quoted(title) or "A network"}: {parameters}. Written by OneByOne."""',
        "",
        *imports,
        "",
        "",
        *body,
        "",
        "",
        *_main_lines(name, network, shapes, analysis.totals.parameters),
    ]
    return "\n".join(made) + "\n"


def _network_lines(name: str, root: Body, classes: Classes, only_for_training: tuple[str, ...]) -> list[str]:
    made = [
        f"class {name}(nn.Module):",
        "    def __init__(self) -> None:",
        "        super().__init__()",
        *init_lines(root, classes.expressions(root)),
        "",
        *forward_lines(root, with_shapes=True),
    ]
    if only_for_training:
        made += [
            "",
            "    def _load_from_state_dict(self, state_dict, prefix, *arguments):",
            f'        """Leaves out {", ".join(only_for_training)} which only training uses."""',
            f"        only_for_training = tuple(prefix + name for name in {only_for_training!r})".replace(
                "'", '"'
            ),
            "        for key in [key for key in state_dict if key.startswith(only_for_training)]:",
            "            del state_dict[key]",
            "        super()._load_from_state_dict(state_dict, prefix, *arguments)",
        ]
    return made


def _main_lines(name: str, network: Network, shapes: Mapping[str, Shape], parameters: int) -> list[str]:
    inputs = [node_id for node_id in network.order if network[node_id].layer.role == "input"]
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    examples = ", ".join(f"torch.rand(1, {', '.join(map(str, shapes[one]))})" for one in inputs)
    expected = ", ".join(repr((1, *shapes[end])) for end in ends)
    return [
        'if __name__ == "__main__":',
        "    from pathlib import Path",
        "",
        f"    network = {name}().eval()",
        '    weights = Path(__file__).with_suffix(".safetensors")',
        "    if weights.exists():",
        "        from safetensors.torch import load_file",
        "",
        "        network.load_state_dict(load_file(weights))",
        '        print("weights from", weights.name)',
        "    count = sum(parameter.numel() for parameter in network.parameters())",
        '    print(count, "parameters")',
        f"    assert count == {parameters}",
        *lines(f"outputs = network({examples})", " " * 4),
        "    outputs = outputs if isinstance(outputs, tuple) else (outputs,)",
        *lines(f"expected = [{expected}]", " " * 4),
        "    for output, shape in zip(outputs, expected, strict=True):",
        "        print(tuple(output.shape))",
        "        assert tuple(output.shape) == shape",
    ]


def _quoted(title: str) -> str:
    return " ".join(title.replace("\\", "/").replace('"', "'").split())
