"""What stands in a module's source: the parts it builds, and the lines that call them.

Two modules of one `skeleton` differ in numbers alone: they are instances of one class. A module whose parts
are called one after the other is an `nn.Sequential`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.analysis.report import Analysis
from engine.formats.pytorch.identifiers import identifiers, numbered
from engine.formats.pytorch.paths import Path
from engine.formats.pytorch.scopes import Scope
from engine.formats.pytorch.wrapping import with_comment
from engine.layers import TorchCode
from engine.model.network import Network
from engine.shapes import shape_text

NUMBER: Final = re.compile(r"""(?<![\w."'])\d+(?:\.\d+)?(?:e-?\d+)?(?![\w."'])""")
_PLAIN_CALL: Final = "{self}({0})"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A statement of `forward`, and the shape that comes out of it."""

    text: str
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Body:
    """A module's source."""

    scope: Scope
    parts: Mapping[str, "Body | str"]
    """By attribute (dotted for a part of a namespace): another module, or the expression that builds one."""
    comments: Mapping[str, str]
    """The shapes that come out of the parts."""
    arguments: tuple[str, ...]
    lines: tuple[Line, ...]
    results: tuple[str, ...]
    is_sequential: bool
    whole: bool = False
    """The network itself."""

    @property
    def skeleton(self) -> str:
        """Everything but the numbers with which the parts are built."""
        parts = (
            f"{name}={part.skeleton if isinstance(part, Body) else NUMBER.sub('#', part)}"
            for name, part in self.parts.items()
        )
        calls = () if self.is_sequential else (*self.arguments, *(line.text for line in self.lines))
        return f"{self.is_sequential}({'; '.join([*parts, *calls, *self.results])})"


def body_of(scope: Scope, network: Network, analysis: Analysis, *, whole: bool = False) -> Body:
    """The source of a scope, and of all in it."""
    writer = _Body(scope, network, analysis, whole)
    for key, part in scope.parts.items():
        writer.add(key, part)
    return writer.finished()


class _Body:
    def __init__(self, scope: Scope, network: Network, analysis: Analysis, whole: bool) -> None:
        self.scope, self.network, self.analysis, self.whole = scope, network, analysis, whole
        self.parts: dict[str, Body | str] = {}
        self.comments: dict[str, str] = {}
        self.lines: list[Line] = []
        self.is_chain = not whole and len(scope.inputs) == 1 and len(scope.outputs) == 1
        self.last = scope.inputs
        self.names: dict[str, str] = {}
        if len(scope.inputs) == 1 and not whole:
            self.names[scope.inputs[0]] = "x"
        else:
            self.names |= identifiers(scope.inputs)
        self.arguments = tuple(self.names[one] for one in scope.inputs)
        if whole:
            inputs = [
                node_id
                for node_id in network.order
                if not network[node_id].inputs and node_id not in scope.nodes
            ]
            self.names = dict(identifiers(inputs))
            self.arguments = tuple(self.names[one] for one in inputs)

    def add(self, key: Path, part: Scope | str) -> None:
        """Build the part in `__init__` and call it in `forward`."""
        attribute = ".".join(key)
        if isinstance(part, str):
            node = self.network[part]
            code = node.layer.torch(*self.analysis.layers[part].input_shapes)
            sources: tuple[str, ...] = node.inputs
            outputs: tuple[str, ...] = (part,)
            if code.module is not None:
                self.parts[attribute] = code.module
        else:
            body = body_of(part, self.network, self.analysis)
            code = TorchCode(call=f"{{self}}({', '.join(f'{{{n}}}' for n in range(len(part.inputs)))})")
            sources, outputs = part.inputs, part.outputs
            self.parts[attribute] = body
        shape = self._shape(outputs[-1]) if len(outputs) == 1 else ""
        self.comments[attribute] = shape
        self.is_chain &= sources == self.last and len(outputs) == 1
        self.is_chain &= code.call == _PLAIN_CALL and attribute in self.parts
        self.last = outputs
        given = [self.names[source] for source in sources]
        for output in outputs:
            wanted = key[-1] if len(outputs) == 1 else f"{key[-1]}_{output.rsplit('/', 1)[-1]}"
            name = identifiers([wanted])[wanted]
            self.names[output] = numbered(name, set(self.names.values()))
        made = ", ".join(self.names[output] for output in outputs)
        called = code.call.format(*given, self=_attribute(attribute))
        self.lines.append(Line(text=f"{made} = {called}", comment=shape))

    def finished(self) -> Body:
        """With what `forward` returns."""
        outputs = self.scope.outputs
        if self.whole:
            outputs = tuple(node_id for node_id in self.network.order if not self.network.outputs_of[node_id])
        return Body(
            scope=self.scope,
            parts=self.parts,
            comments=self.comments,
            arguments=self.arguments,
            lines=tuple(self.lines),
            results=tuple(self.names[output] for output in outputs),
            is_sequential=self.is_chain and (len(self.parts) > 1 or list(self.parts) == ["0"]),
            whole=self.whole,
        )

    def _shape(self, node_id: str) -> str:
        shape = self.analysis.layers[node_id].output_shape
        return "" if shape is None else shape_text(shape)


def sequential(parts: Mapping[str, str], comments: Mapping[str, str]) -> str:
    """The expression of an nn.Sequential; equal parts one behind the other become a loop."""
    return f"nn.Sequential({sequential_arguments(parts, comments)})"


def sequential_arguments(parts: Mapping[str, str], comments: Mapping[str, str]) -> str:
    """What an nn.Sequential is made of."""
    if list(parts) == [str(index) for index in range(len(parts))]:
        return ", ".join(counted(parts, comments))
    named = {name: with_comment(text, comments.get(name, "")) for name, text in parts.items()}
    if all(name.isidentifier() for name in named):
        return f"OrderedDict({', '.join(f'{name}={text}' for name, text in named.items())})"
    entries = ", ".join(f'"{name}": {text}' for name, text in named.items())
    return f"OrderedDict({{{entries}}})"


def counted(parts: Mapping[str, str], comments: Mapping[str, str]) -> list[str]:
    """Expressions of the parts, runs of equal ones as one loop."""
    runs: list[tuple[str, int, str]] = []
    for name, text in parts.items():
        if runs and runs[-1][0] == text and "(" in text and not text.startswith("nn."):
            runs[-1] = (text, runs[-1][1] + 1, comments.get(name, ""))
        else:
            runs.append((text, 1, comments.get(name, "")))
    return [
        with_comment(text if count == 1 else f"*({text} for _ in range({count}))", comment)
        for text, count, comment in runs
    ]


def _attribute(dotted: str) -> str:
    """How a part is reached from `self`."""
    named = all(not name[0].isdigit() for name in dotted.split("."))
    return f"self.{dotted}" if named else f'self.get_submodule("{dotted}")'


def assignment(dotted: str, expression: str) -> str:
    """The statement that makes a part an attribute."""
    home, _, name = dotted.rpartition(".")
    if not name[0].isdigit():
        return f"{_attribute(home) if home else 'self'}.{name} = {expression}"
    return f'{_attribute(home) if home else "self"}.add_module("{name}", {expression})'
