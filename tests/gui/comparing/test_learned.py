"""What networks learn, compared in the window: one click, in the background, on after it was closed."""

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import presets
from engine.analysis.analyze import analyze
from engine.layers import layer_from_json
from engine.model.network import Network
from engine.training.comparing.comparison import compare_learned
from engine.training.runs import Plan
from engine.training.settings import Settings as TrainingSettings
from engine.training.trainer import Trainer
from engine.weights import HE
from gui.autosave.lock import Lock
from gui.comparing.learned.comparison_run import ComparisonRun, Progress
from gui.comparing.learned.contestants import with_reduction
from gui.comparing.learned.kept_comparison import KeptComparison, begin_comparison, left_comparisons
from gui.comparing.learned.left_comparison import offer_comparison
from gui.comparing.learned.window import LearnedWindow
from gui.comparing.learned.words import plan_text, progress_text
from gui.look.appearance import Appearance
from gui.session.baseline import Baseline
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.session.session import Session
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.widgets.offer_bar import OfferBar
from presets.learning.networks import reduced_pair
from presets.lessons import lessons

ONE_BY_ONE = layer_from_json({"kind": "Conv2d", "out_channels": 8, "kernel_size": [1, 1]})
PLAN = Plan(task="classify", data="digits", settings=TrainingSettings(steps=6, batch=8), options={})


class Answers(Dialogs):
    """Dialogs that answer without a screen."""

    path: Path | None = None

    def file_to_open(self, parent: QWidget, title: str, folder: str, kinds: str) -> Path | None:
        return self.path

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        return self.path


class Bench:
    """Windows, one after another, over the same settings."""

    def __init__(self, qtbot: QtBot, qapp: QApplication) -> None:
        self.qtbot = qtbot
        self.appearance = Appearance(qapp)
        self.settings = Settings()
        self.document = Document(presets.load("lenet5").project)
        self.selection = Selection(self.document)
        self.compute = ComputeService(1 << 30)
        self.baseline = Baseline(self.document, self.compute)
        self.dialogs = Answers()
        self.plan = PLAN
        self.windows: list[LearnedWindow] = []

    def open(self) -> LearnedWindow:
        session = Session(
            document=self.document, selection=self.selection, compute=self.compute, settings=self.settings
        )
        made = LearnedWindow(session, self.baseline, self.appearance, self.dialogs, lambda: self.plan)
        self.qtbot.addWidget(made)
        self.windows.append(made)
        made.begin()
        made.show()
        return made

    def wait_for_end(self, window: LearnedWindow) -> None:
        self.qtbot.waitUntil(lambda: not window.run.is_running, timeout=120_000)


@pytest.fixture
def bench(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    monkeypatch.setattr(Settings, "comparisons_folder", tmp_path / "comparisons")
    made = Bench(qtbot, qapp)
    yield made
    for window in made.windows:
        window.leave()


def test_one_click_trains_a_3x3_against_a_1x1_before_it(bench: Bench, tmp_path: Path) -> None:
    window = bench.open()
    window.seeds.show_value(2)
    window.pair.click()
    assert window.train.text() == "Stop"
    bench.wait_for_end(window)
    bench.qtbot.waitUntil(lambda: len(window.run.learned) == 2)
    expected = compare_learned(reduced_pair(3), PLAN, [0, 1])
    for one, other in zip(window.run.learned, expected, strict=True):
        assert (one.name, one.parameters, one.macs, one.scores) == (
            other.name, other.parameters, other.macs, other.scores,
        )  # fmt: skip
    full, reduced = (analyze(network).totals for network in reduced_pair(3).values())
    assert reduced.parameters < full.parameters
    assert reduced.macs < full.macs
    assert window.table.rowCount() == 2
    assert len(window.chart.names) == 2
    assert "one standard deviation over 2 seeds" in window.chart.caption.text()
    bench.dialogs.path = tmp_path / "learned.csv"
    window.export.save()
    rows = list(csv.reader(bench.dialogs.path.read_text(encoding="utf-8").splitlines()))
    means = [pytest.approx(100 * one.mean, abs=0.005) for one in expected]
    assert [float(row[3]) for row in rows[1:]] == means
    window.chart.amount.show_choice("macs")
    bench.dialogs.path = tmp_path / "learned.svg"
    window.save_figure()
    assert "multiply–adds of a picture" in bench.dialogs.path.read_text(encoding="utf-8")


def test_an_edited_network_is_compared_with_what_it_was(bench: Bench) -> None:
    opened = bench.document.project.network
    bench.document.edit("Draw", lambda project: replace(project, network=opened.set_weights("c1", HE)))
    window = bench.open()
    assert list(window.contestants.networks) == ["LeNet-5"]
    bench.document.edit(
        "Insert", lambda project: project.insert_on_edge(ONE_BY_ONE, ("c1", opened.order[2]), (0, 0))
    )
    window = bench.open()
    networks = window.contestants.networks
    assert list(networks) == ["LeNet-5, as it was opened", "LeNet-5, edited"]
    assert list(networks.values()) == [opened, bench.document.project.network]
    bench.document.undo_stack.setIndex(0)
    assert list(bench.open().contestants.networks) == ["LeNet-5"]


def test_the_plan_that_is_told_is_that_of_the_tab_now(bench: Bench) -> None:
    window = bench.open()
    assert "6 steps" in window.about.text()
    window.close()
    bench.plan = replace(PLAN, settings=replace(PLAN.settings, steps=7))
    window.begin()
    assert "7 steps" in window.about.text()
    assert "--dask ADDRESS" in window.about.text()


def test_the_click_for_a_pair_says_that_it_takes_the_place_of_the_others(bench: Bench) -> None:
    window = bench.open()
    assert "take the place" in window.pair.toolTip()
    window.pair.click()
    assert "LeNet-5" not in window.contestants.networks
    window.run.cancel()
    bench.wait_for_end(window)


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch, until: Callable[[Progress], bool]) -> Iterator[None]:
    """A comparison waits there, until it is given up: however busy the machine is, it cannot be over."""
    step = ComparisonRun._on_step

    def step_and_wait(run: ComparisonRun, title: str, trainer: Trainer) -> None:
        step(run, title, trainer)
        while until(run.progress) and not run._is_given_up:
            time.sleep(0.001)

    with monkeypatch.context() as patched:
        patched.setattr(ComparisonRun, "_on_step", step_and_wait)
        yield


def test_what_is_closed_goes_on_and_ends_the_same(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    window = bench.open()
    window.seeds.show_value(2)
    with held(monkeypatch, lambda progress: progress.made >= 1 and progress.step >= 2):
        window.pair.click()
        bench.qtbot.waitUntil(lambda: window.run.progress.made >= 1, timeout=120_000)
        window.leave()
    (left,) = left_comparisons(bench.settings.comparisons_folder)
    assert not left.is_finished
    left.leave()
    bar = OfferBar(bench.appearance)
    bench.qtbot.addWidget(bar)
    asked: list[bool] = []
    offer_comparison(bench.settings.comparisons_folder, bar, lambda: asked.append(True))
    assert "3×3 on all maps" in bar.text
    assert "left unfinished" in bar.text
    bar.buttons[0].click()
    assert asked == [True]
    again = bench.open()
    assert list(again.contestants.networks) == list(reduced_pair(3))
    bench.wait_for_end(again)
    expected = compare_learned(reduced_pair(3), bench.plan, [0, 1])
    assert [one.scores for one in again.run.learned] == [one.scores for one in expected]
    again.leave()
    offer_comparison(bench.settings.comparisons_folder, bar, lambda: None)
    assert bar.text == "", "what is made to its end needs no question"


def test_it_is_stopped_and_goes_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    window = bench.open()
    window.seeds.show_value(1)
    with held(monkeypatch, lambda progress: progress.step > 3):
        window.pair.click()
        bench.qtbot.waitUntil(lambda: window.run.progress.step > 3, timeout=120_000)
        window.train.click()
    assert not window.run.is_running
    assert window.train.text() == "Go on"
    assert "kept" in window.status.text()
    assert window.contestants.add_button.isEnabled()
    window.contestants.list.setCurrentRow(1)
    window.contestants.remove_button.click()
    assert window.train.text() == "Train all", "with other networks it is another comparison"


def test_what_does_not_fit_is_said_in_a_sentence(bench: Bench) -> None:
    window = bench.open()
    network = presets.load("lenet5").project.network
    wrong = Network([node for node in network.nodes.values() if node.id in list(network.nodes)[:3]])
    window.contestants.show_networks({"cut off": wrong})
    window.train.click()
    bench.wait_for_end(window)
    bench.qtbot.waitUntil(lambda: window.status.text().startswith("Cut off: the network ends in maps"))
    window.contestants.show_networks({})
    assert not window.train.isEnabled()


def test_the_open_network_is_reduced_before_its_dearest_kernel_or_the_selected_one() -> None:
    project = presets.load("lenet5").project
    found = with_reduction(project, None)
    assert found is not None
    text, network = found
    before, after = analyze(project.network).totals, analyze(network).totals
    assert "before Conv 5×5" in text
    assert after.macs < before.macs
    assert not analyze(network).problems
    assert with_reduction(presets.load("channel_scaling").project, None) is None


def test_lessons_offer_the_networks_that_they_compare(bench: Bench) -> None:
    window = bench.open()
    taught = {lesson.id: lesson.learners for lesson in lessons() if lesson.learners}
    assert {"bottleneck-learns", "over-fitting"} <= set(taught)
    for learners in taught.values():
        window.contestants._show_learners(learners)
        assert list(window.contestants.networks) == list(learners)


def test_titles_that_are_taken_get_a_number_and_files_can_be_added(bench: Bench, tmp_path: Path) -> None:
    from engine.formats import write_project

    window = bench.open()
    assert list(window.contestants.networks) == ["LeNet-5"]
    window.contestants.add_open()
    path = tmp_path / "mine.onebyone"
    write_project(path, bench.document.project)
    bench.dialogs.path = path
    window.contestants.file_wanted.emit()
    assert list(window.contestants.networks) == ["LeNet-5", "LeNet-5 (2)", "mine"]
    (tmp_path / "broken.onebyone").write_text("{")
    bench.dialogs.path = tmp_path / "broken.onebyone"
    window.contestants.file_wanted.emit()
    assert "broken.onebyone" in window.status.text()


def test_damaged_comparisons_are_not_offered(tmp_path: Path) -> None:
    kept = begin_comparison(tmp_path, reduced_pair(3), PLAN, 2)
    kept.leave()
    assert len([one for one in left_comparisons(tmp_path) if one.leave() is None]) == 1
    for spoilt in ("{", "[]", '{"titles": ["a"], "plan": {}, "count": 1}'):
        (kept.folder / "comparison.json").write_text(spoilt)
        assert list(left_comparisons(tmp_path)) == []


def test_what_is_left_is_told_from_what_was_made_here(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    """Half was made before: a quarter of the whole in 30 s leaves another 30."""
    run = ComparisonRun()
    kept = KeptComparison(
        folder=Path("nowhere"), networks=reduced_pair(3), plan=PLAN, count=2, lock=Lock(Path("nowhere.lock"))
    )
    run.kept, run._thread = kept, Thread()
    run._runs = {title: [] for title in kept.networks}
    run.progress, run.began = Progress("3×3", 0, 0, 6, 3), (100.0, 0.5)
    monkeypatch.setattr("gui.comparing.learned.words.monotonic", lambda: 130.0)
    assert progress_text(run) == "Run 4 of 4 · 3×3, seed 0: step 0 of 6 · about 30 s left"


def test_the_plan_is_told_in_a_line() -> None:
    assert plan_text(PLAN) == "Classify · digits · 6 steps, 8 pictures a step · AdamW, rate 0.002"
