"""`.py`: the network as a PyTorch module in one readable file, ready to run. Written only.

Each line of `__init__` and `forward` is one layer, in the network's own order and under its own ids. The
weights are PyTorch's: the file describes the architecture.
"""

import re
from collections.abc import Iterable, Mapping
from keyword import iskeyword
from typing import Final

from engine.analysis.analyze import Analysis
from engine.formats.complete import complete_analysis
from engine.formats.format import Format
from engine.layers.input import Input
from engine.model.network import Network
from engine.model.project import Project
from engine.shapes import Shape, shape_text

_RESERVED: Final = frozenset(
    """
    F T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
    dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters nn parameters
    register_buffer register_module register_parameter requires_grad_ self set_extra_state set_submodule
    share_memory state_dict super to to_empty torch train training type xpu zero_grad
    """.split()  # noqa: SIM905  # a wall of quotes is harder to read
)
"""Names that torch.nn.Module or the file itself needs."""


def write(project: Project) -> bytes:
    """The file's content; `FormatError` for a network with problems or without layers."""
    return pytorch_code(project.network, project.title).encode("utf-8", "backslashreplace")


def pytorch_code(network: Network, title: str = "") -> str:
    """The source text. Inputs become the arguments of `forward`, in order; all ends are returned."""
    analysis = complete_analysis(network)
    names = identifiers(network.order)
    inputs = [node_id for node_id in network.order if isinstance(network.nodes[node_id].layer, Input)]
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    modules, calls = _lines(network, analysis, names)
    parameters = f"{analysis.totals.parameters:,} parameters"
    arguments = ", ".join(f"{names[node_id]}: torch.Tensor" for node_id in inputs)
    result = "torch.Tensor" if len(ends) == 1 else f"tuple[{', '.join(['torch.Tensor'] * len(ends))}]"
    class_name = _class_name(title)
    lines = [
        f'"""{_quoted(title) or "A network"}: {parameters}. Written by OneByOne."""',
        "",
        "import torch",
        *(["import torch.nn.functional as F"] if any("F." in line for line in calls + modules) else []),
        "from torch import nn",
        "",
        "",
        f"class {class_name}(nn.Module):",
        "    def __init__(self) -> None:",
        "        super().__init__()",
        *(f"        {line}" for line in modules),
        "",
        f"    def forward(self, {arguments}) -> {result}:",
        *(f"        {line}" for line in calls),
        f"        return {', '.join(names[node_id] for node_id in ends)}",
        "",
        "",
        'if __name__ == "__main__":',
        f"    network = {class_name}().eval()",
        "    print(sum(parameter.numel() for parameter in network.parameters()), 'parameters')",
        f"    made = network({', '.join(_example(analysis.layers[one].output_shape) for one in inputs)})",
        "    for one in made if isinstance(made, tuple) else [made]:",
        "        print(tuple(one.shape))",
    ]
    return "\n".join(lines).replace("'parameters'", '"parameters"') + "\n"


def identifiers(node_ids: Iterable[str]) -> Mapping[str, str]:
    """A Python name for each id, all different: `3x3_reduce` becomes `n3x3_reduce`."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    for node_id in node_ids:
        name = re.sub(r"[^0-9A-Za-z_]+", "_", node_id).lstrip("_") or "n"
        name = f"n{name}" if name[0].isdigit() else name
        if iskeyword(name) or name in _RESERVED:
            name += "_"
        base, number = name, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        made[node_id] = name
    return made


def _lines(network: Network, analysis: Analysis, names: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What `__init__` builds and what `forward` calls; each call says the shape that comes out."""
    modules: list[str] = []
    calls: list[str] = []
    for node_id, report in analysis.layers.items():
        node, name = network.nodes[node_id], names[node_id]
        if isinstance(node.layer, Input):
            continue
        code = node.layer.torch(*report.input_shapes)
        if code.module is not None:
            modules.append(f"self.{name} = {code.module}")
        call = code.call.format(*(names[source] for source in node.inputs), self=f"self.{name}")
        shape = "" if report.output_shape is None else f"  # {shape_text(report.output_shape)}"
        calls.append(f"{name} = {call}{shape}")
    return modules, calls


def _example(shape: Shape | None) -> str:
    return f"torch.rand(1, {', '.join(map(str, shape or ()))})"


def _class_name(title: str) -> str:
    words = re.findall(r"[0-9A-Za-z]+", title)
    name = "".join(word[0].upper() + word[1:] for word in words) or "Network"
    return name if name[0].isalpha() else f"Network{name}"


def _quoted(title: str) -> str:
    return " ".join(title.replace("\\", "/").replace('"', "'").split())


FORMAT: Final = Format(name="PyTorch module", endings=(".py",), write=write)
