"""Normalisation by statistics of the photograph's own maps."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.arithmetic import Arithmetic, normalized
from engine.layers.base.keras_code import as_it_is
from engine.layers.base.layer import (
    KerasCode,
    Layer,
    OnnxConstant,
    OnnxNode,
    Operations,
    TorchCode,
    field,
    require_division,
    require_map,
)
from engine.layers.base.registry import layer
from engine.layers.base.sums import channel_sums
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


def normalizing(values: int, groups: int, *, affine: bool) -> Operations:
    """Operations that normalise so many values in so many groups.

    Per group of K values: the mean (K − 1 additions, a division), K differences, the variance (K squares,
    K − 1 additions, a division), + eps, a root, its inverse, K products; then scale and shift.
    """
    return Operations(
        add=3 * values - groups + (values if affine else 0),
        multiply=2 * values + (values if affine else 0),
        divide=3 * groups,
        exp=groups,
    )


class _NormalizesGroups(Layer):
    """Mean 0 and variance 1 in each group of maps, over all their pixels."""

    group = "Activation, norm"
    bends = True
    role_name = "normalization"

    @property
    def whole_input(self) -> bool:
        return True

    def groups_of(self, channels: int) -> int:
        """Number of groups among so many maps."""
        raise NotImplementedError

    @property
    def epsilon(self) -> float:
        """What is added to the variance."""
        raise NotImplementedError

    @property
    def trained(self) -> bool:
        """Whether a learned scale and shift follow."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        return inputs[0]

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        return dict.fromkeys(("weight", "bias") if self.trained else (), (inputs[0][0],))

    def operations(self, *inputs: Shape) -> Operations:
        groups = self.groups_of(inputs[0][0])
        return normalizing(elements(inputs[0]), groups, affine=self.trained)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.affine import affine
        from engine.kernels.normalization import normalize_groups

        (x,) = inputs
        y = normalize_groups(x, self.groups_of(x.shape[1]), self.epsilon)
        return affine(y, params["weight"], params["bias"]) if self.trained else y

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """By mean and variance over all pixels of the maps of its group."""
        (x,), groups = inputs, self.groups_of(inputs[0].shape[1])
        own = x.shape[1] // groups
        group = x[0, at[0] // own * own : (at[0] // own + 1) * own]
        return normalized(x, at, group, self.epsilon, params)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.normalization import normalize_gradient

        (x,) = inputs
        scaled = dy * params["weight"][:, None, None] if self.trained else dy
        grouped = (x.shape[0], self.groups_of(x.shape[1]), -1)
        made = normalize_gradient(x.reshape(grouped), scaled.reshape(grouped), 2, self.epsilon)
        return (made.reshape(x.shape),)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        from engine.kernels.normalization import normalize_groups

        if not self.trained:
            return {}
        (x,) = inputs
        normal = normalize_groups(x, self.groups_of(x.shape[1]), self.epsilon)
        return {"weight": channel_sums(dy * normal), "bias": channel_sums(dy)}


@layer
class GroupNorm(_NormalizesGroups):
    """Shift and scale each group of maps to mean 0 and variance 1, measured on this photograph.

    y = weight[c] · (x − mean) / √(variance + eps) + bias[c], with mean and variance over all pixels of the
    maps in the group of c. Shapes: unchanged. Trained: weight and bias, 2·C. Each value depends on the whole
    photograph.
    """

    title = "Group norm"
    source = "Wu & He, Group normalization, ECCV 2018, section 3.1"
    rank = 31
    short = "GN"
    aliases = ("gn", "groupnormalization", "group normalisation", "group normalization")

    num_groups: int = field(
        default=32, minimum=1, maximum=65536, label="Groups", help="Must divide the number of maps."
    )
    eps: float = field(
        default=1e-5, minimum=0, maximum=1, advanced=True, help="Added to the variance before the root."
    )

    @property
    def detail(self) -> str:
        return f"{self.num_groups} groups"

    @property
    def epsilon(self) -> float:
        return self.eps

    @property
    def trained(self) -> bool:
        return True

    def groups_of(self, channels: int) -> int:
        return self.num_groups

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        require_division(self.num_groups, inputs[0][0], setting="num_groups")
        return inputs[0]

    def torch(self, *inputs: Shape) -> TorchCode:
        eps = "" if self.eps == 1e-5 else f", eps={self.eps!r}"
        return TorchCode(call="{self}({0})", module=f"nn.GroupNorm({self.num_groups}, {inputs[0][0]}{eps})")

    def keras(self, *inputs: Shape) -> KerasCode:
        call = f"layers.GroupNormalization({self.num_groups}, epsilon={self.eps!r}, {{name}})({{0}})"
        return KerasCode(call, {"gamma": as_it_is("weight"), "beta": as_it_is("bias")})

    def onnx(self, *inputs: Shape) -> OnnxNode:
        settings = {"num_groups": self.num_groups, "epsilon": self.eps}
        return OnnxNode("GroupNormalization", settings, ("weight", "bias"))


@layer
class InstanceNorm2d(_NormalizesGroups):
    """Shift and scale each map of this photograph to mean 0 and variance 1: contrast and brightness go.

    y = (x − mean[c]) / √(variance[c] + eps), with mean and variance over the pixels of the map; then
    weight[c] · y + bias[c] where `affine` is on. Shapes: unchanged. Each value depends on the whole
    photograph.
    """

    title = "Instance norm"
    source = "Ulyanov, Vedaldi & Lempitsky, Instance normalization, 2016, equation 3"
    rank = 32
    short = "IN"
    aliases = ("instancenormalization", "instance normalisation", "instance normalization", "contrast")

    affine: bool = field(default=False, label="Scale and shift", help="Learn a scale and a shift a map.")
    eps: float = field(
        default=1e-5, minimum=0, maximum=1, advanced=True, help="Added to the variance before the root."
    )

    @property
    def epsilon(self) -> float:
        return self.eps

    @property
    def trained(self) -> bool:
        return self.affine

    def groups_of(self, channels: int) -> int:
        return channels

    def torch(self, *inputs: Shape) -> TorchCode:
        settings = ", affine=True" if self.affine else ""
        settings += "" if self.eps == 1e-5 else f", eps={self.eps!r}"
        return TorchCode(call="{self}({0})", module=f"nn.InstanceNorm2d({inputs[0][0]}{settings})")

    def keras(self, *inputs: Shape) -> KerasCode:
        trained = "" if self.affine else "center=False, scale=False, "
        call = f"layers.GroupNormalization(-1, epsilon={self.eps!r}, {trained}{{name}})({{0}})"
        weights = {"gamma": as_it_is("weight"), "beta": as_it_is("bias")}
        return KerasCode(call, weights if self.affine else {})

    def onnx(self, *inputs: Shape) -> OnnxNode:
        channels = inputs[0][0]
        if self.affine:
            return OnnxNode("InstanceNormalization", {"epsilon": self.eps}, ("weight", "bias"))
        fixed = (OnnxConstant((1.0,) * channels), OnnxConstant((0.0,) * channels))
        return OnnxNode("InstanceNormalization", {"epsilon": self.eps}, constants=fixed)
