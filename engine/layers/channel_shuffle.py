"""Another order of the maps."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.base.layer import (
    KerasCode,
    Layer,
    OnnxConstant,
    OnnxNode,
    TorchCode,
    field,
    require_division,
    require_map,
)
from engine.layers.base.lowering import ShuffleForm
from engine.layers.base.registry import layer
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class ChannelShuffle(Layer):
    """Deal the maps of all groups out in turn, so that the next grouped convolution sees some of each.

    y[i·groups + g] = x[g·(C / groups) + i]. Shapes: unchanged. Nothing is computed.
    """

    moves = True
    title = "Channel shuffle"
    source = "Zhang et al., ShuffleNet, CVPR 2018, section 3.1"
    rank = 21
    short = "shuffle"
    aliases = ("shufflenet", "permute", "group shuffle")

    groups: int = field(default=2, minimum=1, maximum=65536, help="Must divide the number of maps.")

    @property
    def detail(self) -> str:
        return f"{self.groups} groups"

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        require_division(self.groups, inputs[0][0])
        return inputs[0]

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        return _dealt(inputs[0], self.groups)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        return (_dealt(dy, dy.shape[1] // self.groups),)

    def lowering(self, *inputs: Shape) -> ShuffleForm:
        return ShuffleForm(groups=self.groups)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.ChannelShuffle({self.groups})")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"channel_shuffle({{0}}, {self.groups})", helpers=("channel_shuffle",))

    def onnx(self, *inputs: Shape) -> OnnxNode:
        channels, *size = inputs[0]
        split = OnnxConstant((0, self.groups, channels // self.groups, *size))
        joined = OnnxNode("Reshape", constants=(OnnxConstant((0, channels, *size)),))
        dealt = OnnxNode("Transpose", {"perm": (0, 2, 1, 3, 4)}, then=joined)
        return OnnxNode("Reshape", constants=(split,), then=dealt)


def _dealt(x: "Array", groups: int) -> "Array":
    batch, channels, height, width = x.shape
    split = x.reshape(batch, groups, channels // groups, height, width)
    return split.transpose(0, 2, 1, 3, 4).reshape(x.shape)
