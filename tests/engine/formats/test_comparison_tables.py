"""A comparison is written with every difference, and how many times fewer there are."""

import csv
import io
import json

import pytest

from engine.analysis.analyze import analyze
from engine.analysis.comparison import Amount, Comparison, compare
from engine.analysis.shares import shares
from engine.formats.tables.comparison_tables import (
    WRITERS,
    comparison_json,
    comparison_table,
    difference_text,
    ratio_text,
)
from engine.formats.tables.shares_tables import shares_record, shares_table
from engine.formats.tables.typesetting import Table
from engine.model.network import Network
from presets import load


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    naive, reduced = (analyze(load(name).project.network) for name in ("inception_3a_naive", "inception_3a"))
    return compare(naive, reduced)


@pytest.fixture(scope="module")
def table(comparison: Comparison) -> Table:
    return comparison_table(comparison, "naive", "reduced")


def test_the_table_tells_what_the_5x5_reduction_saves(table: Table) -> None:
    rows = {row[0]: row for row in table.rows}
    assert rows["5x5"][3] == "changed"
    assert rows["5x5"][8:] == ("120,422,400", "10,035,200", "−110,387,200", "12.00")
    assert rows["5x5_reduce"][1:8] == ("–", "Conv 1×1 · 16", "inserted", "0", "3,088", "+3,088", "–")
    assert table.totals[4:] == (
        "387,296",
        "163,696",
        "−223,600",
        "2.37",
        "303,464,448",
        "128,049,152",
        "−175,415,296",
        "2.37",
    )


def test_every_writer_tells_the_total(table: Table) -> None:
    for name, write in WRITERS.items():
        text = write(table)
        assert "120,422,400".replace(",", {"csv": "", "latex": "{,}"}.get(name, ",")) in text, name
        assert text.endswith("\n")


def test_csv_has_plain_numbers(table: Table) -> None:
    rows = list(csv.DictReader(io.StringIO(WRITERS["csv"](table))))
    five = next(row for row in rows if row["Node"] == "5x5")
    assert int(five["MACs before"]) == 120_422_400
    assert float(five["MACs ratio"]) == 12.0


def test_json_is_exact_and_has_no_ratio_where_there_is_none(comparison: Comparison) -> None:
    record = json.loads(comparison_json(comparison, "naive", "reduced"))
    assert record["totals"]["macs"]["difference"] == -175_415_296
    assert record["totals"]["macs"]["ratio"] == pytest.approx(303_464_448 / 128_049_152)
    inserted = [layer for layer in record["layers"] if layer["change"] == "inserted"]
    assert {layer["after"]["id"] for layer in inserted} == {"3x3_reduce", "5x5_reduce", "pool_proj"}
    assert all(layer["before"] is None and layer["macs"]["ratio"] is None for layer in inserted)


def test_an_empty_network_can_be_compared() -> None:
    empty, other = analyze(Network()), analyze(load("lenet5").project.network)
    for pair in ((empty, other), (other, empty), (empty, empty)):
        found = comparison_table(compare(*pair), "A", "B")
        for write in WRITERS.values():
            assert write(found)


def test_differences_carry_their_sign() -> None:
    assert [difference_text(Amount(*one)) for one in ((1, 3), (3, 1), (2, 2))] == ["+2", "−2", "0"]
    assert [ratio_text(Amount(*one)) for one in ((12, 1), (1, 2), (0, 1))] == ["12.00", "0.50", "–"]


def test_mobilenet_has_its_published_share_of_1x1s() -> None:
    found = shares(analyze(load("mobilenet_v1").project.network))
    table = shares_table([("mobilenet_v1", found)])
    cells = dict(zip(table.headings, table.rows[0], strict=True))
    assert cells["1×1 % of MACs"] == "94.86"
    assert shares_record(found)["classes"]["pointwise"]["macs"]["fraction"] == pytest.approx(0.9486, abs=5e-5)
