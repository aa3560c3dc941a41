"""Two networks as a table."""

import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.errors import FormatError
from engine.model.project import Project
from gui.figures.comparison_table import comparison_table
from gui.figures.style import Options


def loaded(name: str) -> tuple[Project, Analysis]:
    project = presets.load(name).project
    return project, analyze(project.network)


def test_totals_stand_below_the_layers_of_both() -> None:
    naive, slim = loaded("inception_3a_naive"), loaded("inception_3a")
    table = comparison_table(*slim, Options(baseline=naive))
    assert table.totals[4:7] == (
        f"{naive[1].totals.parameters:,}",
        f"{slim[1].totals.parameters:,}",
        f"{naive[1].totals.parameters / slim[1].totals.parameters:.2f}",
    )
    assert {len(row) for row in table.rows} == {len(table.headings)} == {len(table.totals)}
    changes = [row[1] for row in table.rows]
    assert changes.count("inserted") == 3  # the two reductions and the projection behind the pool
    assert all(row[2] == "–" for row in table.rows if row[1] == "inserted")


def test_a_network_beside_itself_changes_nothing() -> None:
    same = loaded("lenet5")
    table = comparison_table(*same, Options(baseline=same, channels_last=True))
    assert {row[1] for row in table.rows} == {"same"}
    assert table.rows[0][2] == table.rows[0][3] == "32×32×1"


def test_without_another_network_there_is_no_table() -> None:
    with pytest.raises(FormatError, match="nothing to compare with"):
        comparison_table(*loaded("lenet5"), Options())
