"""The network's input: the photograph, its luminance, or filter responses to it."""

from engine.errors import ShapeError
from engine.layers.layer import Layer, OnnxNode, TorchCode, field, layer
from engine.shapes import Shape


@layer
class Input(Layer):
    """Where the photograph enters. Shapes: nothing → (C, H, W), as set.

    Three channels are the photograph's RGB, one is its luminance; any other number is filled with that
    many normalised responses of an oriented filter bank, standing in for the layers before
    (see `engine.photograph`).
    """

    group = "Input"
    role_name = "input"
    title = "Photograph"
    source = "LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.B"
    min_inputs = 0
    max_inputs = 0

    shape: Shape = field(default=(3, 224, 224), minimum=1, maximum=65536, help="Channels, height and width.")

    @property
    def detail(self) -> str:
        channels = self.shape[0]
        if channels == 3:
            return "RGB"
        if channels == 1:
            return "luminance"
        return f"{channels} filter responses, standing in for earlier layers"

    def _validate(self) -> None:
        if len(self.shape) != 3:
            raise ShapeError(f"shape={self.shape!r} must be channels, height and width", setting="shape")

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="x")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Input")
