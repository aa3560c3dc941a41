"""What an expression may ask of a network: `macs(conv1)`, `value(mix, 0, 14, 14)`, `count(MaxPool2d)`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from presets import quotes
from presets.lesson import Quote
from presets.numbers import maps, windows


@dataclass(frozen=True, kw_only=True)
class Function:
    """A number about layers: the quote for their places, and for the whole numbers that follow them."""

    about: str
    quote: Callable[..., Quote]
    least: int = 1
    most: int = 1
    """How many layers it is about."""
    numbers: int = 0
    """How many whole numbers follow the layers."""
    kind: bool = False
    """Whether it asks for a kind of layers instead of layers."""
    total: Callable[[], Quote] | None = None
    """The quote for no layers: that of the whole network."""
    goal: str = ""
    """How it is asked of the whole network, `{}` for the number that is wanted."""
    stands: str = "{}"
    """How a goal says how things stand."""
    has: str = ""
    """How a layer is said to have it, `{}` for the number; empty for `FUNCTION is {}`."""


FUNCTIONS: Final[Mapping[str, Function]] = {
    "macs": Function(
        about="multiply–adds of these layers, of all without any",
        quote=quotes.macs, least=0, most=20, total=quotes.total_macs,
        goal="{} MACs", has="costs {} multiply–adds",
    ),
    "parameters": Function(
        about="weights and biases of these layers, of all without any",
        quote=quotes.parameters, least=0, most=20, total=quotes.total_parameters,
        goal="{} parameters", has="has {} parameters",
    ),
    "memory": Function(
        about="bytes of these layers' maps, of all without any",
        quote=quotes.memory, least=0, most=20, total=quotes.total_memory, has="makes maps of {} bytes",
    ),
    "weights": Function(about="weights without biases", quote=quotes.weights, has="has {} weights"),
    "biases": Function(about="biases alone", quote=quotes.biases, has="has {} biases"),
    "kernels": Function(about="two-dimensional kernels", quote=quotes.kernels, has="has {} kernels"),
    "channels": Function(about="maps that come out", quote=quotes.channels, has="has {} channels"),
    "height": Function(
        about="rows of a map", quote=lambda place: quotes.size(place, 0), has="makes maps of {} rows"
    ),
    "width": Function(
        about="columns of a map", quote=lambda place: quotes.size(place, 1), has="makes maps of {} columns"
    ),
    "field": Function(
        about="receptive field in rows of the photograph, without a layer that of the last map",
        quote=quotes.field, least=0, total=quotes.total_field,
        goal="receptive field of {}", has="sees {} rows",
    ),
    "jump": Function(
        about="rows of the photograph between neighbouring outputs", quote=quotes.jump, has="has a jump of {}"
    ),
    "read": Function(
        about="positions of its input that a layer reads",
        quote=windows.positions_read, has="reads {} positions",
    ),
    "macs_formula": Function(
        about="how the multiply–adds come about, with their result",
        quote=quotes.macs_formula,
    ),
    "parameters_formula": Function(
        about="how the parameters come about, with their result",
        quote=quotes.parameters_formula,
    ),
    "layers": Function(
        about="layers of the network, the photograph not counted",
        quote=quotes.layer_count, least=0, most=0, total=quotes.layer_count, goal="{} layers",
    ),
    "count": Function(about="layers of this kind", quote=quotes.layer_count, kind=True),
    "ends_in": Function(
        about="ends of the network that are of this kind, past activations",
        quote=windows.ends, kind=True,
    ),
    "strided": Function(
        about="layers whose window moves by more than one pixel",
        quote=windows.strided_layers, least=0, most=0, total=windows.strided_layers,
    ),
    "skipping": Function(
        about="layers that step over positions of what they read",
        quote=windows.skipping_layers, least=0, most=0, total=windows.skipping_layers, stands="{} skipping",
    ),
    "value": Function(
        about="one value of a map: its channel, row and column, counted from 0",
        quote=maps.value, numbers=3, has="has the value {} there",
    ),
    "minimum": Function(about="the smallest value of the maps", quote=maps.minimum),
    "maximum": Function(about="the largest value of the maps", quote=maps.maximum),
    "mean": Function(about="the mean of the maps", quote=maps.mean),
    "max_difference": Function(
        about="how far the maps of two layers are apart at most", quote=maps.max_difference,
        least=2, most=2,
    ),
    "explained": Function(
        about="the share of the variance that the best 1×1 to so many channels keeps",
        quote=maps.explained, numbers=1,
    ),
    "milliseconds": Function(
        about="what the layer takes to compute on this machine", quote=maps.milliseconds,
        has="takes {} ms",
    ),
}  # fmt: skip
"""Settings of a layer are asked for by their own names: `kernel_size(conv1)`."""
