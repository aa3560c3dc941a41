"""One way of counting and of writing shapes."""

from engine.analysis.analyze import analyze
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from gui.words.convention import Convention
from gui.words.number_format import Numbers

NETWORK = Network(
    [
        Node(id="input", layer=Input(shape=(3, 8, 8))),
        Node(id="a", layer=Conv2d(out_channels=16), inputs=("input",)),
    ]
)
REPORT = analyze(NETWORK).layers["a"]


def test_flops_are_twice_the_macs() -> None:
    assert Convention().cost(REPORT) == 27_648
    assert Convention("flops").cost(REPORT) == 55_296


def test_all_operations_are_told_kind_by_kind() -> None:
    lines = Convention("operations").exact_cost(REPORT, Numbers()).split("\n")
    assert lines == ["56,320 operations", "multiply–add 27,648", "add 1,024"]


def test_shapes_are_written_in_the_chosen_order() -> None:
    assert Convention().shape((16, 8, 8)) == "16×8×8"
    assert Convention(channels_last=True).shape((16, 8, 8)) == "8×8×16"
