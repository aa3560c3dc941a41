"""Two networks side by side with linked selection and both maps; and where the 1×1s are."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import presets
from engine.analysis.comparison import Amount
from engine.formats import write_project
from engine.layers.convolution import Conv2d
from gui.comparing.comparison_windows import Comparing
from gui.comparing.network_picker import BASELINE, FILE, OPEN
from gui.comparing.shares_window import FIRST_CLASS, LINE
from gui.look.appearance import Appearance
from gui.session.baseline import Baseline
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.words.convention import Convention


class Answers(Dialogs):
    """Dialogs that answer without a screen."""

    path: Path | None = None

    def file_to_open(self, parent: QWidget, title: str, folder: str, kinds: str) -> Path | None:
        return self.path

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        return self.path


class Bench:
    def __init__(self, qtbot: QtBot, qapp: QApplication) -> None:
        self.qtbot = qtbot
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.document = Document(presets.load("mobilenet_v1").project)
        self.compute = ComputeService(1 << 30)
        self.compute.start()
        self.baseline = Baseline(self.document, self.compute)
        self.dialogs = Answers()
        self.comparing = Comparing(
            self.document,
            self.compute,
            self.baseline,
            Appearance(qapp),
            Settings(),
            self.dialogs,
            self.owner,
        )

    def compared(self) -> None:
        window = self.comparing.side_by_side
        assert window is not None

        def ready() -> bool:
            titles = [side.document.analysis for side in window.sides]
            found = window.comparison
            return found is not None and [found.before, found.after] == titles

        self.qtbot.waitUntil(ready, timeout=60_000)

    def maps(self, place: int, node_id: str) -> None:
        window = self.comparing.side_by_side
        assert window is not None
        maps = window.sides[place].maps
        self.qtbot.waitUntil(lambda: maps.result(node_id) is not None, timeout=60_000)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication) -> Iterator[Bench]:
    made = Bench(qtbot, qapp)
    yield made
    made.comparing.close()
    made.compute.close()


def test_the_inception_pair_shows_what_the_1x1_saves(bench: Bench) -> None:
    bench.comparing.show_pair()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    assert window.comparison is not None
    assert window.comparison.total("macs") == Amount(303_464_448, 128_049_152)
    assert "2.37× fewer" in window.totals.text()
    left, right = window.sides
    assert (left.selection.current, right.selection.current) == ("5x5", "5x5")
    for place in (0, 1):
        bench.maps(place, "5x5")
    assert "32 maps" in " ".join(
        label.text() for label in right.feature_maps.title.findChildren(type(window.counts))
    )


def test_maps_less_those_of_their_counterpart_are_shown(bench: Bench) -> None:
    bench.comparing.show_pair()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    for place in (0, 1):
        bench.maps(place, "5x5")
    left, right = window.sides
    former, now = left.maps.result("5x5"), right.maps.result("5x5")
    assert former is not None
    assert now is not None
    right.feature_maps.switches.change.click()
    assert right.feature_maps.views.picture is not None
    np.testing.assert_array_equal(right.feature_maps.views.picture.maps, now.map[0] - former.map[0])
    assert right.feature_maps.change.text == "less the other network's"
    left.feature_maps.switches.change.click()
    assert left.feature_maps.views.picture is not None
    np.testing.assert_array_equal(left.feature_maps.views.picture.maps, former.map[0] - now.map[0])
    right.selection.select(["3x3_reduce"])
    assert right.feature_maps.change.text == "nothing of this size to compare", "it has no counterpart"


def test_selecting_on_one_side_selects_the_counterpart_and_the_row(bench: Bench) -> None:
    bench.comparing.show_pair()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    left, right = window.sides
    left.selection.select(["pool"])
    assert right.selection.current == "pool"
    right.selection.select(["3x3_reduce"])
    assert left.selection.ids == frozenset(), "it has no counterpart"
    (row,) = [index.row() for index in window.table.selectionModel().selectedRows()]
    pair = window.model.pairs[row]
    assert pair.before is None
    assert pair.after is not None
    assert window.model.index(row, 2).data() == "inserted"
    window.table.selectRow(window.model.rows_of(frozenset({"1x1"}), after=True)[0])
    assert (left.selection.current, right.selection.current) == ("1x1", "1x1")


def test_the_open_network_is_followed_and_nothing_is_edited_here(bench: Bench) -> None:
    bench.document.replace(presets.load("lenet5").project)
    bench.baseline.pin_current()
    bench.comparing.show_side_by_side()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    assert "(baseline)" in window.sides[0].title
    first = next(n.id for n in bench.document.project.network.nodes.values() if isinstance(n.layer, Conv2d))
    bench.document.edit("Delete", lambda project: project.remove(first))
    assert first not in window.sides[1].document.project.network
    bench.compared()
    assert window.comparison is not None
    assert window.comparison.by_former_node[first].change == "removed"
    before = window.sides[0].document.project
    window.sides[0].selection.select([first])
    window.sides[0].canvas.delete_selected()
    assert window.sides[0].document.project is before


def test_sides_are_exchanged_and_picked(bench: Bench, tmp_path: Path) -> None:
    bench.comparing.show_pair()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    window.swap()
    bench.compared()
    assert window.comparison is not None
    assert window.comparison.total("macs").before == 128_049_152
    assert window.shown == ["inception_3a", "inception_3a_naive"]
    window.pickers[0].picked.emit(OPEN)
    assert window.sides[0].document.project is bench.document.project
    write_project(tmp_path / "mine.onebyone", presets.load("lenet5").project)
    bench.dialogs.path = tmp_path / "mine.onebyone"
    window.pickers[1].picked.emit(FILE)
    assert window.sides[1].title == "mine"
    (tmp_path / "mine.onebyone").write_text("{")
    shown = window.sides[1].document.project
    window.pickers[1].picked.emit(FILE)
    assert "mine.onebyone" in window.counts.text()
    assert window.sides[1].document.project is shown
    assert window.shown == [OPEN, FILE]
    window.pickers[1].picked.emit(BASELINE)
    bench.compared()


@pytest.mark.parametrize(
    ("ending", "opening"), [(".md", "| "), (".tex", "\\begin"), (".csv", "Node"), (".html", "<!")]
)
def test_the_table_is_written_in_the_form_of_its_ending(
    bench: Bench, tmp_path: Path, ending: str, opening: str
) -> None:
    bench.comparing.show_pair()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    bench.dialogs.path = tmp_path / f"table{ending}"
    window.export.save()
    assert bench.dialogs.path.read_text().startswith(opening)
    assert "written" in window.counts.text()
    bench.dialogs.path = tmp_path / "table.docx"
    window.export.save()
    assert "table.docx" in window.counts.text()
    bench.dialogs.path = tmp_path / "missing" / "table.md"
    window.export.save()
    assert "missing" in window.counts.text()
    window.export.copy("markdown")
    assert "Conv 5×5 · 32" in QGuiApplication.clipboard().text()


def test_costs_are_counted_as_everywhere(bench: Bench) -> None:
    bench.comparing.set_convention(Convention("flops"))
    bench.comparing.show_pair()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    assert "606,928,896" in window.totals.text()
    bench.comparing.set_convention(Convention("macs"))
    assert "303,464,448" in window.totals.text()


def test_the_shares_of_the_open_network_stand_among_those_of_all_presets(bench: Bench) -> None:
    bench.comparing.show_shares()
    window = bench.comparing.shares
    assert window is not None
    count = len(presets.preset_names()) + 1
    bench.qtbot.waitUntil(lambda: window.model.rowCount() == count, timeout=60_000)
    rows = [window.sorted.index(row, 0).data(LINE) for row in range(count)]
    parts = [line.shares.fraction("pointwise", "macs") for line in rows]
    assert parts == sorted(parts, reverse=True)
    mobile = next(line for line in rows if line.name == "mobilenet_v1")
    place = rows.index(mobile)
    assert window.sorted.index(place, FIRST_CLASS).data() == "94.86\u00a0%"
    assert "94.86" in window.bars.accessibleDescription()
    with bench.qtbot.waitSignal(bench.comparing.preset_chosen) as signal:
        window.table.activated.emit(window.sorted.index(place, 0))
    assert signal.args == ["mobilenet_v1"]
    window.export.copy("csv")
    assert "mobilenet" in QGuiApplication.clipboard().text().casefold()
    window.which.chosen.emit("known")
    window.which.show_choice("known")
    window.refresh()
    assert window.model.rowCount() < count


def test_the_shares_follow_an_edit_and_can_be_sorted_by_any_column(bench: Bench) -> None:
    bench.comparing.show_shares()
    window = bench.comparing.shares
    assert window is not None
    bench.document.edit("Delete", lambda project: project.remove(*list(project.network.order)[3:]))
    assert "94.86" not in window.bars.accessibleDescription()
    bench.qtbot.waitUntil(lambda: window.model.rowCount() > 10, timeout=60_000)
    window.amount.chosen.emit("layers")
    window.table.sortByColumn(FIRST_CLASS + 1, Qt.SortOrder.DescendingOrder)
    rows = [window.sorted.index(row, 0).data(LINE) for row in range(window.sorted.rowCount())]
    parts = [line.shares.fraction("depthwise", "layers") for line in rows]
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize("ending", [".pdf", ".svg", ".png"])
def test_the_comparison_is_written_as_a_figure(bench: Bench, tmp_path: Path, ending: str) -> None:
    bench.comparing.show_pair()
    window = bench.comparing.side_by_side
    assert window is not None
    path = bench.dialogs.path = tmp_path / f"pair{ending}"
    window.save_figure()
    bench.qtbot.waitUntil(lambda: "written" in window.counts.text(), timeout=60_000)
    assert path.stat().st_size > 1000
    bench.dialogs.path = tmp_path / "missing" / f"pair{ending}"
    window.save_figure()
    bench.qtbot.waitUntil(lambda: "missing" in window.counts.text(), timeout=60_000)


def test_changes_can_be_listed_alone(bench: Bench) -> None:
    bench.comparing.show_pair()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    window.which.chosen.emit("changes")
    assert len(window.model.pairs) == 6
    assert {pair.change for pair in window.model.pairs} == {"changed", "inserted"}
    window.sides[0].selection.select(["5x5"])
    assert [index.row() for index in window.table.selectionModel().selectedRows()] == window.model.rows_of(
        frozenset({"5x5"}), after=True
    )
    window.which.chosen.emit("all")
    assert len(window.model.pairs) == 9


def test_the_maps_of_a_side_are_written_as_they_are_shown(bench: Bench, tmp_path: Path) -> None:
    bench.comparing.show_pair()
    bench.compared()
    window = bench.comparing.side_by_side
    assert window is not None
    bench.maps(0, "5x5")
    path = bench.dialogs.path = tmp_path / "maps.png"
    window.sides[0].feature_maps.switches.export_clicked.emit()
    bench.qtbot.waitUntil(lambda: "written" in window.counts.text(), timeout=60_000)
    assert path.stat().st_size > 1000
    window.sides[1].selection.select(())
    window.sides[0].feature_maps._show_layer(None)
    window.sides[0].feature_maps.switches.export_clicked.emit()
    assert "no maps" in window.counts.text()
