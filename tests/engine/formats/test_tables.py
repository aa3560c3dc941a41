"""The layer table in every form."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest

from engine.analysis.analyze import analyze
from engine.formats.tables.layer_table import HEADINGS, comma_separated, field_text, latex, markdown, plain
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.shapes import Padding

NETWORK = Network(
    [
        Node(id="image", layer=Input(shape=(3, 32, 48))),
        Node(id="conv_1", layer=Conv2d(out_channels=64, stride=(2, 2)), inputs=("image",)),
        Node(
            id="wide",
            layer=Conv2d(kernel_size=(1, 7), padding=Padding.of(0)),
            inputs=("conv_1",),
            name="a|b & 50 %",
        ),
    ]
)
ANALYSIS = analyze(NETWORK)
# conv_1: 3·3·3·64 + 64 parameters, 16·24·27·64 MACs; wide: 64·7·64 + 64, 16·18·64·7·64 MACs.


def test_plain_text_has_aligned_columns_and_separated_thousands() -> None:
    lines = plain(NETWORK, ANALYSIS).splitlines()
    assert lines[0].split() == " ".join(HEADINGS).split()
    assert "30,528" in lines[6]
    ends = {line.rindex(part) + len(part) for line, part in ((lines[3], "663,552"), (lines[4], "8,257,536"))}
    assert len(ends) == 1
    assert "FLOPs = 2·MACs = 17,842,176" in plain(NETWORK, ANALYSIS)


def test_receptive_field_jump_and_start_of_the_last_layer_stand_in_words() -> None:
    # TensorFlow pads one row less in front where the stride is 2 and the size even: start 0.
    assert "sees         3×15, jump 2, start 0: a value of wide\n" in plain(NETWORK, ANALYSIS)


def test_markdown_escapes_what_would_end_a_cell() -> None:
    lines = markdown(NETWORK, ANALYSIS).splitlines()
    assert lines[1] == "|---|---|---|---:|---:|---:|---:|---:|---:|"
    assert lines[4] == ("| wide | a\\|b & 50 % | 64×16×18 | 28,736 | 8,257,536 | 73,728 | 3×15 | 2 | 0 |")
    assert lines[5].startswith("| **Total** |  |  | **30,528** | **8,921,088** |")


def test_latex_escapes_its_own_signs() -> None:
    lines = latex(NETWORK, ANALYSIS).splitlines()
    assert lines[0] == "\\begin{tabular}{lllrrrrrr}"
    assert lines[6] == (
        "wide & a$|$b \\& 50 \\% & 64$\\times$16$\\times$18 & 28{,}736 & 8{,}257{,}536 & 73{,}728"
        " & 3$\\times$15 & 2 & 0 \\\\"
    )


def test_csv_has_plain_numbers_for_other_programs() -> None:
    rows = list(csv.reader(io.StringIO(comma_separated(NETWORK, ANALYSIS))))
    assert rows[0] == list(HEADINGS)
    assert rows[2][3:5] == ["1792", "663552"]
    assert len(rows) == 1 + len(NETWORK)


def test_a_node_with_a_problem_has_dashes() -> None:
    network = Network([Node(id="alone", layer=Conv2d())])
    assert plain(network, analyze(network)).splitlines()[2].split()[-7:] == ["–"] * 7


def test_an_empty_network_has_an_empty_table() -> None:
    empty = Network()
    assert plain(empty, analyze(empty)).splitlines()[0].startswith("Node")
    assert len(comma_separated(empty, analyze(empty)).splitlines()) == 1


def seen(size: tuple[int, int], smallest: tuple[int, int], whole_input: bool = False) -> SimpleNamespace:
    return SimpleNamespace(size=size, smallest=smallest, whole_input=whole_input)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (None, "–"),
        (seen((7, 7), (7, 7)), "7×7"),
        (seen((1, 7), (1, 7)), "1×7"),
        (seen((5, 5), (1, 1)), "1…5"),
        (seen((1, 7), (1, 3)), "1×3…1×7"),
        (seen((224, 224), (1, 1), whole_input=True), "whole input"),
    ],
)
def test_receptive_fields_as_text(field: Any, text: str) -> None:
    assert field_text(field) == text


def test_latex_has_no_letter_that_pdflatex_lacks() -> None:
    network = NETWORK.rename(NETWORK.order[1], "Größe μ Свёртка 卷积 🔥 العربية ∮")
    text = latex(network, analyze(network))
    assert text.isascii()
    assert "\\texttt{U+5377}" in text
    assert "$\\mu$" in text
