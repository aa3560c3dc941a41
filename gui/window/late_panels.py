"""The panels behind other tabs: each is made, imports and all, when it is first seen or asked for."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget

from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.baseline import Baseline
from gui.session.session import Session
from gui.widgets.offer_bar import OfferBar
from gui.window.conversation import Conversation
from gui.window.docks.scrolled import Scrolled
from gui.window.exports import Exports

if TYPE_CHECKING:  # imported when they are first seen
    from gui.autosave.kept_runs import KeptRun
    from gui.channel_page.page_window import PageWindow
    from gui.comparing.learned.window import LearnedWindow
    from gui.panels.arithmetic import ArithmeticPanel
    from gui.panels.history import HistoryPanel
    from gui.panels.outline import OutlinePanel
    from gui.panels.trade_off import TradeOffPanel
    from gui.panels.train import TrainPanel
    from gui.panels.why import WhyPanel


class LatePanels:
    """Makes them, puts them into their docks, and joins them to the rest of the window."""

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        appearance: Appearance,
        docks: Mapping[str, QDockWidget],
        exports: Exports,
        baseline: Baseline,
        *,
        reveal: Callable[[], object],
        draw_arithmetic: Callable[[], object],
        tell_learning: Callable[[str], object],
    ) -> None:
        """`docks` are the window's, by title. `reveal` shows the selected layer on the canvas,
        `draw_arithmetic` opens the dialog of figures at the value that is taken apart, `tell_learning` is
        called with what the network learns."""
        self._document, self._selection = session.document, session.selection
        self._compute = session.compute
        self._appearance = appearance
        self._docks = docks
        self._exports = exports
        self._reveal = reveal
        self._draw_arithmetic, self._tell_learning = draw_arithmetic, tell_learning
        self._session, self._baseline, self._dialogs = session, baseline, conversation.dialogs
        self.opened_pages: PageWindow | None = None
        """The window of pages, once it was asked for."""
        self.opened_comparison: LearnedWindow | None = None
        """The window of what networks learn, once it was asked for."""
        self.trains: TrainPanel | None = None
        """The panel of training, once it was seen: its thread ends with the window."""

    @cached_property
    def pages(self) -> "PageWindow":
        """What the selected layer's maps answer to."""
        from gui.channel_page.page_window import PageWindow

        def pinned() -> Project | None:
            return None if self._baseline.pinned is None else self._baseline.pinned.project

        self.opened_pages = PageWindow(self._session, self._appearance, self._dialogs, pinned)
        return self.opened_pages

    def show_page(self, of_layer: bool = False) -> None:
        """The page of the channel that is looked at, or of its layer."""
        self.pages.tabs.setCurrentIndex(int(of_layer))
        self.pages.show()
        self.pages.raise_()
        self.pages.activateWindow()

    @cached_property
    def learned(self) -> "LearnedWindow":
        """What networks learn, compared."""
        from gui.comparing.learned.window import LearnedWindow

        self.opened_comparison = LearnedWindow(
            self._session, self._baseline, self._appearance, self._dialogs, lambda: self.train.form.plan
        )
        return self.opened_comparison

    def compare_learned(self) -> None:
        """Open it, with what was left of it."""
        self.learned.begin()
        self.learned.show()
        self.learned.raise_()
        self.learned.activateWindow()

    def offer_trainings(self, bar: OfferBar, may_discard: Callable[[], bool]) -> None:
        """Ask about the trainings of windows that ended without a word."""
        folder = self._session.settings.trainings_folder
        if folder.exists():  # else nothing of training is needed at the start
            from gui.autosave.left_trainings import offer_left

            offer_left(folder, bar, self._document, may_discard, self._take_up)
        comparisons = self._session.settings.comparisons_folder
        if comparisons.exists():
            from gui.comparing.learned.left_comparison import offer_comparison

            offer_comparison(comparisons, bar, self.compare_learned)

    def _take_up(self, kept: "KeptRun") -> None:
        dock = self._docks["Train"]
        dock.show()
        dock.raise_()
        self.train.take_up(kept)

    def close(self) -> None:
        """The main window goes."""
        if self.opened_pages is not None:
            self.opened_pages.close()
        if self.opened_comparison is not None:
            self.opened_comparison.leave()
        if self.trains is not None:
            self.trains.close_run()

    @cached_property
    def outline(self) -> "OutlinePanel":
        """The network as a tree."""
        from gui.panels.outline import OutlinePanel

        panel = OutlinePanel(self._document, self._selection, self._appearance)
        panel.revealed.connect(self._reveal)
        self._docks["Outline"].setWidget(panel)
        return panel

    @cached_property
    def history(self) -> "HistoryPanel":
        """Every step."""
        from gui.panels.history import HistoryPanel

        panel = HistoryPanel(self._document, self._appearance)
        self._docks["History"].setWidget(panel)
        return panel

    @cached_property
    def arithmetic(self) -> "ArithmeticPanel":
        """One value taken apart."""
        from gui.panels.arithmetic import ArithmeticPanel

        panel = ArithmeticPanel(self._document, self._selection, self._compute, self._appearance)
        panel.export_requested.connect(lambda: self._exports.export_value(panel))
        panel.sliding_requested.connect(lambda: self._exports.export_sliding(panel))
        panel.figure_requested.connect(self._draw_arithmetic)
        self._docks["Arithmetic"].visibilityChanged.connect(panel.on_seen_changed)
        self._docks["Arithmetic"].setWidget(Scrolled(panel))
        return panel

    @cached_property
    def trade_off(self) -> "TradeOffPanel":
        """What the selected layer's width costs."""
        from gui.panels.trade_off import TradeOffPanel

        panel = TradeOffPanel(self._document, self._selection, self._compute, self._appearance)
        self._docks["Trade-off"].setWidget(Scrolled(panel))
        return panel

    @cached_property
    def why(self) -> "WhyPanel":
        """What in the photograph speaks for a class."""
        from gui.panels.why import WhyPanel

        panel = WhyPanel(self._document, self._selection, self._compute, self._appearance)
        self._docks["Why"].setWidget(Scrolled(panel))
        return panel

    @cached_property
    def train(self) -> "TrainPanel":
        """The network learns."""
        from gui.autosave.kept_runs import begin_run
        from gui.panels.train import TrainPanel

        folder = self._session.settings.trainings_folder
        self.trains = TrainPanel(
            self._document, self._selection, self._compute, self._appearance, partial(begin_run, folder)
        )
        self.trains.learning_changed.connect(self._tell_learning)
        self.trains.compare.clicked.connect(self.compare_learned)
        self._docks["Train"].setWidget(Scrolled(self.trains))
        return self.trains
