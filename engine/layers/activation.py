"""What all activations share: one function of one value, over maps and vectors alike."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from engine.layers.base.layer import Layer, Operations
from engine.layers.base.lowering import Form, FunctionForm
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


class Activation(Layer):
    """An activation whose function `engine.kernels.pointwise` knows by name."""

    group = "Activation, norm"
    commutes_with_flatten = True
    role_name = "activation"
    one_value: ClassVar[Operations] = Operations()
    """Operations for one value."""

    @property
    def function(self) -> str:
        """One of `engine.kernels.pointwise.FUNCTIONS`."""
        return self.kind.lower()

    @property
    def slope(self) -> float:
        """The function's one parameter, where it has one."""
        return 1.0

    def operations(self, *inputs: Shape) -> Operations:
        return self.one_value.times(elements(inputs[0]))

    def lowering(self, *inputs: Shape) -> Form | None:
        return FunctionForm(function=self.function)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.pointwise import activate

        return activate(inputs[0], self.function, self.slope)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.pointwise import activate_gradient

        return (activate_gradient(inputs[0], dy, self.function, self.slope),)
