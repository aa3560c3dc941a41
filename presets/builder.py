"""Writes a network down in the order of its paper: each node reads from the one before, or from `after`.

Every method takes the new node's id first and gives the whole id back, for branches to start from:

    stem = net.conv("conv1", 64, 7, stride=2)
    net.relu("relu1")
    net.concat("concat", [net.conv("1x1", 64, 1, after=stem), net.conv("3x3", 128, after=stem)])
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from engine.layers import layer_kinds
from engine.layout.layout import lay_out
from engine.layout.repeats import fold_repeats
from engine.model.grouping import Group, Grouping
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.shapes import SAME, VALID, Padding, Pair, Shape
from engine.weights import HE, Weights

Size = int | Pair
PaddingLike = Padding | str | int | Sequence[int]

FOLDED_ABOVE: Final = 48
"""Networks of more nodes open with their groups collapsed and repeats folded."""


class Builder:
    """A network being written. `last` is the id of the newest node."""

    def __init__(self, input_shape: Shape) -> None:
        self._nodes: list[Node] = []
        self._line_starts: set[str] = set()
        self._line_begins = False
        self._scope = ""
        self._members: dict[str, list[str]] = {}
        self._groups: dict[str, Group] = {}
        self._group = ""
        self.last = ""
        self.layer("input", "Input", shape=input_shape)

    @contextmanager
    def scope(self, name: str, title: str = "") -> Iterator[None]:
        """A group of what is written inside; its ids begin with `name/`. The name is the title by default."""
        outer, self._scope = self._scope, f"{self._scope}{name}/"
        words = name.replace("_", " ")
        with self.group(self._scope[:-1], title or words[:1].upper() + words[1:]):
            yield
        self._scope = outer

    @contextmanager
    def group(self, group_id: str, title: str) -> Iterator[None]:
        """A group of what is written inside."""
        outer, self._group = self._group, group_id
        self._groups[group_id] = Group(id=group_id, title=title, parent=outer)
        self._members[group_id] = []
        yield
        self._group = outer

    def new_line(self, node_id: str = "") -> None:
        """Begin a line of the drawing with this node, the next one to come where none is given.

        A line that begins with the node which closes a block needs one wire back, not one a branch.
        """
        if node_id:
            self._line_starts.add(node_id)
        self._line_begins = not node_id

    def layer(self, node_id: str, kind: str, *, after: str | None = None, **settings: Any) -> str:
        """A node of any kind with one input (none for an Input); `weights` may name their source."""
        return self.join(node_id, kind, [after or self.last] if self.last else [], **settings)

    def join(
        self, node_id: str, kind: str, sources: Sequence[str], *, weights: Weights = HE, **settings: Any
    ) -> str:
        """A node of any kind that reads from these nodes, in this order."""
        made = layer_kinds()[kind](**settings)
        self.last = self._scope + node_id
        self._nodes.append(Node(id=self.last, layer=made, inputs=tuple(sources), weights=weights))
        if self._group:
            self._members[self._group].append(self.last)
        if self._line_begins:
            self._line_starts.add(self.last)
            self._line_begins = False
        return self.last

    def conv(
        self,
        node_id: str,
        out_channels: int,
        kernel_size: Size = 3,
        *,
        stride: Size = 1,
        padding: PaddingLike | None = None,
        after: str | None = None,
        **settings: Any,
    ) -> str:
        """A convolution; without `padding`, half a kernel on every side keeps a stride-1 map its size."""
        kernel, step = _pair(kernel_size), _pair(stride)
        return self.layer(
            node_id, "Conv2d", after=after, out_channels=out_channels, kernel_size=kernel, stride=step,
            padding=_half(kernel, step) if padding is None else Padding.of(padding), **settings,
        )  # fmt: skip

    def conv_bn(
        self,
        node_id: str,
        out_channels: int,
        kernel_size: Size = 3,
        *,
        activation: str = "ReLU",
        eps: float = 1e-5,
        **settings: Any,
    ) -> str:
        """A convolution without bias, `…_bn`, and the activation as `…_relu` (none for an empty one)."""
        self.conv(node_id, out_channels, kernel_size, bias=False, **settings)
        return self.normalize(node_id, activation, eps)

    def conv_relu(self, node_id: str, out_channels: int, kernel_size: Size = 3, **settings: Any) -> str:
        """A convolution with bias, and `…_relu`."""
        self.conv(node_id, out_channels, kernel_size, **settings)
        return self.layer(f"{node_id}_relu", "ReLU")

    def depthwise(
        self,
        node_id: str,
        kernel_size: Size,
        *,
        stride: Size = 1,
        padding: PaddingLike | None = None,
        bias: bool = True,
        after: str | None = None,
    ) -> str:
        """A convolution of each map alone; without `padding`, half a kernel on every side."""
        kernel, step = _pair(kernel_size), _pair(stride)
        return self.layer(
            node_id, "DepthwiseConv2d", after=after, kernel_size=kernel, stride=step, bias=bias,
            padding=_half(kernel, step) if padding is None else Padding.of(padding),
        )  # fmt: skip

    def depthwise_bn(
        self, node_id: str, kernel_size: Size, *, activation: str = "ReLU", eps: float = 1e-5, **settings: Any
    ) -> str:
        """A depthwise convolution without bias, `…_bn`, and the activation (none for an empty one)."""
        self.depthwise(node_id, kernel_size, bias=False, **settings)
        return self.normalize(node_id, activation, eps)

    def normalize(self, node_id: str, activation: str = "ReLU", eps: float = 1e-5) -> str:
        """Batch normalisation `…_bn` and an activation, as after every convolution of later networks."""
        self.layer(f"{node_id}_bn", "BatchNorm2d", eps=eps)
        return self.layer(f"{node_id}_{activation.lower()}", activation) if activation else self.last

    def relu(self, node_id: str, *, after: str | None = None) -> str:
        """max(0, x)."""
        return self.layer(node_id, "ReLU", after=after)

    def max_pool(
        self,
        node_id: str,
        kernel_size: Size,
        stride: Size | None = None,
        *,
        padding: PaddingLike = VALID,
        after: str | None = None,
        **settings: Any,
    ) -> str:
        """Max pooling; the stride is the kernel's size where none is given."""
        window = _pool_window(kernel_size, stride, padding)
        return self.layer(node_id, "MaxPool2d", after=after, **window, **settings)

    def avg_pool(
        self,
        node_id: str,
        kernel_size: Size,
        stride: Size | None = None,
        *,
        padding: PaddingLike = VALID,
        after: str | None = None,
        **settings: Any,
    ) -> str:
        """Average pooling; the stride is the kernel's size where none is given."""
        window = _pool_window(kernel_size, stride, padding)
        return self.layer(node_id, "AvgPool2d", after=after, **window, **settings)

    def global_pool(self, node_id: str = "global_pool") -> str:
        """The mean of each map."""
        return self.layer(node_id, "GlobalAvgPool2d")

    def linear(self, node_id: str, out_features: int) -> str:
        """A dense layer with bias."""
        return self.layer(node_id, "Linear", out_features=out_features)

    def classifier(self, classes: int = 1000, *, dropout: str = "") -> str:
        """Global average pooling, a dense layer `fc` and softmax: how most networks since 2013 end."""
        with self.group("classifier", "Classifier"):
            self.global_pool()
            self.layer("flatten", "Flatten")
            if dropout:
                self.layer(dropout, "Dropout")
            self.linear("fc", classes)
            return self.layer("softmax", "Softmax")

    def concat(self, node_id: str, sources: Sequence[str]) -> str:
        """The sources' maps one after another."""
        return self.join(node_id, "Concat", sources)

    def add(self, node_id: str, sources: Sequence[str]) -> str:
        """The sum of the sources, value by value."""
        return self.join(node_id, "Add", sources)

    def network(self) -> Network:
        """What has been written."""
        return Network(self._nodes)

    def project(self, *, title: str = "", notes: str = "", image: str = "") -> Project:
        """What has been written, laid out: folded if it is large, else in the lines that were asked for."""
        network = self.network()
        is_large = len(network) > FOLDED_ABOVE
        groups = Grouping(
            replace(group, members=tuple(self._members[group.id]), collapsed=is_large)
            for group in self._groups.values()
        )
        project = Project(network=network, groups=groups, title=title, notes=notes, image=image)
        if is_large and groups:
            project = fold_repeats(project)
            positions = lay_out(network, project.groups)
        else:
            positions = lay_out(network, groups, line_starts=self._line_starts, line_columns=())
        return replace(project, positions=positions)


def _pool_window(kernel_size: Size, stride: Size | None, padding: PaddingLike) -> dict[str, Any]:
    """The settings of a pooling's window; the stride is the kernel's size where none is given."""
    kernel = _pair(kernel_size)
    step = kernel if stride is None else _pair(stride)
    return {"kernel_size": kernel, "stride": step, "padding": Padding.of(padding)}


def _pair(size: Size) -> Pair:
    return (size, size) if isinstance(size, int) else size


def _half(kernel: Pair, stride: Pair) -> Padding:
    if kernel == (1, 1):
        return VALID
    if stride == (1, 1):
        return SAME
    return Padding.of(((kernel[0] - 1) // 2, (kernel[1] - 1) // 2))
