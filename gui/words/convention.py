"""How costs are counted and shapes are written on screen: one choice that every view follows. Free of Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.analysis.report import LayerReport, Totals
from engine.layers import Operations
from engine.shapes import Shape, shape_text
from gui.words.number_format import Numbers

COUNTED: Final[Mapping[str, str]] = MappingProxyType(
    {"macs": "MACs", "flops": "FLOPs", "operations": "Operations"}
)
"""The ways in which the cost of a layer can be counted, and what each is called."""

ABOUT_COUNTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "macs": "Multiply–adds of convolution and linear layers; what many papers call FLOPs",
        "flops": "2 · MACs",
        "operations": "All arithmetic: a multiply–add counts two, an addition, multiplication, comparison,"
        " division or exponential one",
    }
)

_KINDS: Final = ("multiply–add", "add", "multiply", "compare", "divide", "exp")


@dataclass(frozen=True)
class Convention:
    """`counted` is a key of `COUNTED`; `channels_last` writes H×W×C instead of C×H×W."""

    counted: str = "macs"
    channels_last: bool = False

    @property
    def name(self) -> str:
        """What costs are called: `MACs`."""
        return COUNTED[self.counted]

    @property
    def about(self) -> str:
        """What is counted, in words."""
        return ABOUT_COUNTED[self.counted]

    def cost(self, numbers: LayerReport | Totals) -> int:
        """The cost of a layer or of the network."""
        if self.counted == "operations":
            return numbers.operations.total
        return numbers.flops if self.counted == "flops" else numbers.macs

    def exact_cost(self, numbers: LayerReport | Totals, written: Numbers) -> str:
        """`27 648 MACs`; all operations are told kind by kind, a line each."""
        name = self.name.lower() if self.counted == "operations" else self.name
        text = f"{written.exact(self.cost(numbers))} {name}"
        if self.counted == "operations":
            text = "\n".join((text, *kinds_of(numbers.operations, written)))
        return text

    def shape(self, shape: Shape) -> str:
        """`64×56×56`, or `56×56×64`."""
        return shape_text(shape, channels_last=self.channels_last)


def kinds_of(operations: Operations, written: Numbers) -> list[str]:
    """`multiply–add 27 648`, `compare 1 024`: what there is, by kind."""
    counts = zip(_KINDS, operations.values(), strict=True)
    return [f"{kind} {written.exact(count)}" for kind, count in counts if count]
