"""Classes of modules: one for all bodies of one skeleton, with the numbers that differ as arguments."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.analysis.report import Analysis
from engine.formats.pytorch.bodies import NUMBER, Body, assignment, sequential, sequential_arguments
from engine.formats.pytorch.identifiers import block_name, numbered
from engine.formats.pytorch.paths import is_input
from engine.formats.pytorch.wrapping import lines, without_comments
from engine.model.grouping import Grouping
from engine.model.network import Network

_POSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "nn.Conv2d": ("in_channels", "out_channels", "kernel_size"),
    "nn.ConvTranspose2d": ("in_channels", "out_channels", "kernel_size"),
    "nn.BatchNorm2d": ("in_channels",),
    "nn.Linear": ("in_features", "out_features"),
    "nn.LayerNorm": ("in_channels",),
    "nn.GroupNorm": ("num_groups", "in_channels"),
    "nn.MaxPool2d": ("kernel_size",),
    "nn.AvgPool2d": ("kernel_size",),
    "nn.AdaptiveAvgPool2d": ("output_size",),
}
"""What the first arguments of PyTorch's modules are called here."""
_WORDS: Final = {
    "convolution": "Conv", "pointwise": "Conv", "depthwise": "Conv", "pooling": "Pool",
    "normalization": "Norm", "activation": "Activation", "merge": "Merge", "reshape": "Reshape",
}  # fmt: skip
"""Roles of layers, for the name of a class that has no other."""


@dataclass
class Classes:
    """All classes of a network's source, and how each body is built with them."""

    network: Network
    analysis: Analysis
    groups: Grouping
    taken: set[str]
    """Names that no class may have."""
    texts: list[list[str]] = field(default_factory=list)
    """Source of each class, in an order in which they can stand."""
    _built: dict[int, str] = field(default_factory=dict)
    _parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, root: Body) -> None:
        """Classes for all modules in the root."""
        by_skeleton: dict[str, list[Body]] = {}
        for body in _inner_bodies(root):
            by_skeleton.setdefault(body.skeleton, []).append(body)
        for bodies in by_skeleton.values():
            if _is_class(bodies):
                self._add_class(bodies)
            else:
                for body in bodies:
                    self._built[id(body)] = sequential(self.expressions(body), body.comments)

    def expressions(self, body: Body) -> dict[str, str]:
        """What builds each part of a body, by its attribute."""
        return {
            name: part if isinstance(part, str) else self._built[id(part)]
            for name, part in body.parts.items()
        }

    def _add_class(self, bodies: Sequence[Body]) -> None:
        name = numbered(self._title(bodies[0]), self.taken, "")
        self.taken.add(name)
        rows = [self._bare(body) for body in bodies]
        parameters = self._columns(rows, tuple(self._out_channels(body) for body in bodies))
        self._parameters[name] = tuple(parameter for parameter, _ in parameters)
        for index, body in enumerate(bodies):
            given = ", ".join(values[index] for _, values in parameters)
            self._built[id(body)] = f"{name}({given})"
        self.texts.append(self._class_text(name, bodies, rows[0], parameters))

    def _bare(self, body: Body) -> dict[str, str]:
        """Expressions without comments: a class is for many shapes."""
        return {
            name: part if isinstance(part, str) else without_comments(self._built[id(part)])
            for name, part in body.parts.items()
        }

    def _out_channels(self, body: Body) -> str:
        shape = self.analysis.layers[body.scope.outputs[-1]].output_shape if body.scope.outputs else None
        return str(shape[0]) if shape else ""

    def _columns(
        self, rows: Sequence[Mapping[str, str]], out_channels: tuple[str, ...]
    ) -> list[tuple[str, tuple[str, ...]]]:
        """The arguments of a class: name, and each instance's value. Values that always agree are one."""
        found: dict[tuple[str, ...], str] = {}
        numbers = [[match[0] for text in row.values() for match in NUMBER.finditer(text)] for row in rows]
        places = [place for name, text in rows[0].items() for place in self._places(name, text)]
        for index, (attribute, what) in enumerate(places):
            values = tuple(row[index] for row in numbers)
            if len(set(values)) > 1 and values not in found:
                is_last = what.startswith("out_") and values == out_channels
                found[values] = _parameter_name(attribute, what, is_last, set(found.values()))
        return [(name, values) for values, name in found.items()]

    def _places(self, attribute: str, text: str) -> Iterator[tuple[str, str]]:
        """(attribute, argument's name) of each number in the expression, in the order of the text."""
        found: list[tuple[int, str]] = []

        def visit(node: ast.AST, what: str) -> None:
            if isinstance(node, ast.Call):
                callee = ast.unparse(node.func)
                names = _POSITIONS.get(callee) or self._parameters.get(callee, ())
                for position, argument in enumerate(node.args):
                    visit(argument, names[position] if position < len(names) else "size")
                for keyword in node.keywords:
                    visit(keyword.value, keyword.arg or "size")
            elif isinstance(node, ast.Constant):
                if type(node.value) in (int, float):
                    found.append((node.col_offset, what))
            else:
                for child in ast.iter_child_nodes(node):
                    visit(child, what)

        visit(ast.parse(text, mode="eval").body, "size")
        return ((attribute, what) for _, what in sorted(found, key=lambda one: one[0]))

    def _class_text(
        self,
        name: str,
        bodies: Sequence[Body],
        row: Mapping[str, str],
        parameters: Sequence[tuple[str, tuple[str, ...]]],
    ) -> list[str]:
        body = bodies[0]
        values = {values: parameter for parameter, values in parameters}
        rows = [self._bare(body) for body in bodies]
        expressions = dict(_with_parameters(row, rows, values))
        typed = "".join(f", {parameter}: {_type(values)}" for parameter, values in parameters)
        base = "nn.Sequential" if body.is_sequential else "nn.Module"
        text = [f"class {name}({base}):"]
        if body.parts or body.scope.namespaces:
            text += lines(f"def __init__(self{typed})", " " * 4, " -> None:")
            if body.is_sequential:
                text += lines(f"super().__init__({sequential_arguments(expressions, {})})", " " * 8)
            else:
                text.append("        super().__init__()")
                text += init_lines(body, expressions)
        if not body.is_sequential:
            text += ["", *forward_lines(body, with_shapes=len(bodies) == 1)]
        return [line for index, line in enumerate(text) if line or index > 1]

    def _title(self, body: Body) -> str:
        nodes = set(body.scope.nodes)
        for group in self.groups.values():
            inside = {node for node in self.groups.nodes(group.id) if not is_input(self.network, node)}
            if inside == nodes and (name := block_name(group.label)):
                return name
        roles = [self.network[node].layer.role for node in body.scope.nodes]
        if body.is_sequential and len(roles) <= 3:
            return "".join(dict.fromkeys(_WORDS.get(role, "") for role in roles)) or "Block"
        own = body.scope.path[-1]
        return "Block" if own[0].isdigit() else block_name(own.replace("_", " ")) or "Block"


def init_lines(body: Body, expressions: Mapping[str, str]) -> list[str]:
    """The statements of `__init__` behind `super().__init__()`."""
    made = []
    for key in body.scope.namespaces:
        made.append(f"        {assignment('.'.join(key), 'nn.Module()')}")
    for name, expression in expressions.items():
        made += lines(assignment(name, expression), " " * 8)
    return made


def forward_lines(body: Body, *, with_shapes: bool) -> list[str]:
    """The method `forward`."""
    arguments = ", ".join(f"{name}: torch.Tensor" for name in body.arguments)
    count = len(body.results)
    result = "torch.Tensor" if count == 1 else f"tuple[{', '.join(['torch.Tensor'] * count)}]"
    made = list(lines(f"def forward(self, {arguments})", " " * 4, f" -> {result}:"))
    for line in body.lines:
        comment = f"  # {line.comment}" if with_shapes and line.comment else ""
        made.append(f"        {line.text}{comment}")
    return [*made, f"        return {', '.join(body.results)}"]


def _inner_bodies(body: Body) -> Iterator[Body]:
    """All bodies in it, the innermost first."""
    for part in body.parts.values():
        if isinstance(part, Body):
            yield from _inner_bodies(part)
            yield part


def _is_class(bodies: Sequence[Body]) -> bool:
    """Whether these equal bodies are worth a class: what has lines of its own, and layers that come again."""
    body = bodies[0]
    has_layers = any(isinstance(part, str) for part in body.parts.values())
    return not body.is_sequential or (len(bodies) > 1 and has_layers)


def _with_parameters(
    row: Mapping[str, str], rows: Sequence[Mapping[str, str]], parameters: Mapping[tuple[str, ...], str]
) -> Iterator[tuple[str, str]]:
    """The first instance's expressions, with arguments in the place of numbers that differ."""
    for name, text in row.items():
        found = [list(NUMBER.finditer(other[name])) for other in rows]
        pieces, end = [], 0
        for index, match in enumerate(found[0]):
            values = tuple(matches[index][0] for matches in found)
            pieces += [text[end : match.start()], parameters.get(values, match[0])]
            end = match.end()
        yield name, "".join([*pieces, text[end:]])


def _parameter_name(attribute: str, what: str, is_last: bool, taken: set[str]) -> str:
    own = "" if attribute[0].isdigit() else attribute.replace(".", "_")
    if what in ("out_channels", "out_features") and not is_last:
        wanted = f"{own}_{what.removeprefix('out_')}" if own else f"hidden_{what.removeprefix('out_')}"
    elif what in taken and own:
        wanted = f"{own}_{what}"
    else:
        wanted = what
    return numbered(wanted, taken)


def _type(values: Sequence[str]) -> str:
    return "int" if all(value.isdigit() for value in values) else "float"
