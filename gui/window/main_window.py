"""The window: where all parts are joined. Read it from top to bottom to see who listens to whom."""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from engine.model.project import Project
from gui.autosave.offers import Recovery
from gui.canvas.view import CanvasView
from gui.comparing.comparison_windows import Comparing
from gui.help.help_windows import Help
from gui.look.appearance import Appearance
from gui.panels.costs import CostsPanel
from gui.panels.feature_maps import FeatureMapsPanel
from gui.panels.inspector import InspectorPanel
from gui.panels.palette import PalettePanel
from gui.panels.photograph import PhotographPanel
from gui.session.baseline import Baseline
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection, first_look
from gui.session.settings import Settings
from gui.welcome.page import WelcomePage
from gui.widgets.dialogs import Dialogs
from gui.widgets.notice import NoticeBar
from gui.widgets.offer_bar import OfferBar
from gui.window.docks.dock_title import DockTitle
from gui.window.docks.late_dock import late_dock
from gui.window.docks.remembered import remember
from gui.window.exports import Exports
from gui.window.files import Files
from gui.window.header import Header
from gui.window.menus.menu_bar import build_menus
from gui.window.status import StatusLine
from gui.window.weights import WeightsWiring

if TYPE_CHECKING:  # imported when they are first seen
    from gui.panels.arithmetic import ArithmeticPanel
    from gui.panels.history import HistoryPanel
    from gui.panels.lessons import LessonsPanel
    from gui.panels.outline import OutlinePanel
    from gui.panels.trade_off import TradeOffPanel
    from gui.window.lessons import LessonWiring

FIRST_PRESET: Final = "inception_3a"
LEAST_LEFT: Final = 216
"""Width of what stands at the left of the canvas: its tabs can be read."""


class MainWindow(QMainWindow):
    """One document, its canvas and its panels."""

    def __init__(
        self, project: Project, appearance: Appearance, settings: Settings, dialogs: Dialogs | None = None
    ) -> None:
        super().__init__()
        self.appearance = appearance
        self.settings = settings
        self.dialogs = dialogs or Dialogs()
        self.document = Document(project, self)
        self.selection = Selection(self.document, self)
        self.compute = ComputeService(settings.budget_bytes, self)

        self.notice = NoticeBar(appearance)
        self.offers = OfferBar(appearance)
        self.canvas = CanvasView(self.document, self.selection, self.compute, appearance)
        self.welcome = WelcomePage(self.compute, settings, appearance, has_lessons=True)
        self.palette_panel = PalettePanel(appearance)
        self.inspector = InspectorPanel(self.document, self.selection, appearance)
        self.weighing = WeightsWiring(self)
        self.baseline = Baseline(self.document, self.compute, self)
        self.costs = CostsPanel(self.document, self.selection, appearance, settings, self.baseline)
        self.feature_maps = FeatureMapsPanel(self.document, self.selection, self.compute, appearance)
        self.photograph = PhotographPanel(self.document, self.selection, self.compute, appearance)
        self.status = StatusLine(self.document, self.compute)
        self.files = Files(self)
        self.keeping = Recovery(
            self.document,
            settings.unsaved_folder,
            self.offers,
            may_discard=self.files.may_discard,
            say=self.notice.say,
        )
        self.comparing = Comparing(
            self.document, self.compute, self.baseline, appearance, settings, self.dialogs, self
        )
        self.seen = Exports(self)
        self.header = Header(self)
        self.actions_by_name: dict[str, QAction] = {}
        self.preset_menu = QMenu("&Presets", self)

        self.help = Help(self.document, self.selection, appearance, self)

        self._lay_out()
        build_menus(self)
        self._connect_signals()
        self.setAcceptDrops(True)
        self._show_title()
        self.selection.select(first_look(self.document.analysis))

    def _lay_out(self) -> None:
        self.setDockNestingEnabled(True)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            self.setCorner(corner, area)
        self.addToolBar(self.header)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.offers)
        column.addWidget(self.notice)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.canvas)
        self.middle.addWidget(self.welcome)
        column.addWidget(self.middle, 1)
        self.setCentralWidget(middle)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self.docks = {
            "Layers": self._dock("Layers", self.palette_panel, left),
            "Outline": self._late_dock("Outline", lambda: self.outline, left),
            "Lessons": self._late_dock("Lessons", lambda: self.lessons, left),
            "History": self._late_dock("History", lambda: self.history, left),
            "Inspector": self._dock("Inspector", self.inspector, right),
            "Costs": self._dock("Costs", self.costs, right),
            "Feature maps": self._dock("Feature maps", self.feature_maps, bottom),
            "Arithmetic": self._late_dock("Arithmetic", lambda: self.arithmetic, bottom),
            "Trade-off": self._late_dock("Trade-off", lambda: self.trade_off, bottom),
            "Photograph": self._dock("Photograph", self.photograph, bottom),
        }
        self.docks["Lessons"].setMinimumWidth(LEAST_LEFT)  # a lesson that is begun is given more
        self.tabifyDockWidget(self.docks["Layers"], self.docks["Outline"])
        self.tabifyDockWidget(self.docks["Outline"], self.docks["Lessons"])
        self.tabifyDockWidget(self.docks["Lessons"], self.docks["History"])
        self.docks["Layers"].raise_()
        self.splitDockWidget(self.docks["Inspector"], self.docks["Costs"], Qt.Orientation.Vertical)
        self.splitDockWidget(self.docks["Feature maps"], self.docks["Photograph"], Qt.Orientation.Horizontal)
        self.tabifyDockWidget(self.docks["Feature maps"], self.docks["Arithmetic"])
        self.tabifyDockWidget(self.docks["Arithmetic"], self.docks["Trade-off"])
        self.docks["Feature maps"].raise_()
        self.setStatusBar(self.status)
        self.resize(1440, 900)
        geometry, docks = self.settings.window_state()
        self._restored = bool(docks) and self.restoreGeometry(geometry) and self.restoreState(docks)

    def _dock(self, title: str, panel: QWidget | None, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock {title}")
        dock.setTitleBarWidget(DockTitle(dock, self.appearance))
        if panel is not None:
            dock.setWidget(panel)
        self.addDockWidget(area, dock)
        return dock

    def _late_dock(self, title: str, panel: Callable[[], QWidget], area: Qt.DockWidgetArea) -> QDockWidget:
        """A dock whose panel is made, imports and all, when it is first seen or asked for."""
        dock = self._dock(title, None, area)
        late_dock(dock, panel)
        return dock

    @cached_property
    def outline(self) -> "OutlinePanel":
        """The network as a tree."""
        from gui.panels.outline import OutlinePanel

        panel = OutlinePanel(self.document, self.selection, self.appearance)
        panel.revealed.connect(self.canvas.reveal_selected)
        self.docks["Outline"].setWidget(panel)
        return panel

    @cached_property
    def teaching(self) -> "LessonWiring":
        """The lessons, and their panel."""
        from gui.window.lessons import LessonWiring

        return LessonWiring(self)

    @property
    def lessons(self) -> "LessonsPanel":
        """The list of lessons, or the one that is open."""
        return self.teaching.panel

    @cached_property
    def history(self) -> "HistoryPanel":
        """Every step."""
        from gui.panels.history import HistoryPanel

        panel = HistoryPanel(self.document, self.appearance)
        self.docks["History"].setWidget(panel)
        return panel

    @cached_property
    def arithmetic(self) -> "ArithmeticPanel":
        """One value taken apart."""
        from gui.panels.arithmetic import ArithmeticPanel

        panel = ArithmeticPanel(self.document, self.selection, self.compute, self.appearance)
        panel.export_requested.connect(self.seen.export_lens)
        panel.sliding_requested.connect(self.seen.export_sliding)
        panel.figure_requested.connect(self.seen.as_figure("arithmetic"))
        self.docks["Arithmetic"].visibilityChanged.connect(panel.on_seen_changed)
        self.docks["Arithmetic"].setWidget(panel)
        return panel

    @cached_property
    def trade_off(self) -> "TradeOffPanel":
        """What the selected layer's width costs."""
        from gui.panels.trade_off import TradeOffPanel

        panel = TradeOffPanel(self.document, self.selection, self.compute, self.appearance)
        self.docks["Trade-off"].setWidget(panel)
        return panel

    def _connect_signals(self) -> None:
        document, compute = self.document, self.compute
        document.project_changed.connect(self.notice.clear)
        document.project_changed.connect(compute.on_project_changed)
        document.project_changed.connect(self._show_title)
        document.file_changed.connect(self._show_title)
        document.undo_stack.cleanChanged.connect(self._show_title)
        document.project_changed.connect(self.show_canvas)
        document.file_changed.connect(self.show_canvas)
        document.edit_refused.connect(self.on_edit_refused)
        compute.run_failed.connect(self.notice.say)
        compute.run_waiting.connect(self.canvas.on_run_started)
        compute.run_waiting.connect(self.feature_maps.on_run_started)
        compute.photograph_refused.connect(self.notice.say)
        compute.photograph_opened.connect(self.files.use_photograph)
        self.palette_panel.layer_chosen.connect(self.canvas.add_layer)
        self.palette_panel.block_chosen.connect(self.canvas.add_block)
        self.palette_panel.preset_chosen.connect(self.files.open_preset)
        self.inspector.reduction_requested.connect(self.canvas.insert_reduction)
        self.canvas.open_preset_requested.connect(self.files.open_preset)
        self.photograph.open_requested.connect(self.files.choose_photograph)
        self.photograph.export_requested.connect(self.seen.export_field)
        self.feature_maps.switches.export_clicked.connect(self.seen.export_maps)
        self.feature_maps.switches.figure_clicked.connect(self.seen.as_figure("feature-maps"))
        self.photograph.figure_requested.connect(self.seen.as_figure("receptive-field"))
        self.baseline.changed.connect(self._show_baseline)
        self.baseline.compared.connect(self._show_baseline)
        self.comparing.preset_chosen.connect(self.files.open_preset)
        self.welcome.closed.connect(self.show_canvas)
        self.welcome.new_chosen.connect(self.files.new_project)
        self.welcome.open_chosen.connect(self.files.choose_project)
        self.welcome.photograph_chosen.connect(self.files.choose_photograph)
        self.welcome.preset_chosen.connect(self.files.open_preset)
        self.welcome.lessons_chosen.connect(lambda: self.teaching.show())
        self.welcome.file_chosen.connect(lambda path: self.files.open_path(Path(path)))
        switches = self.feature_maps.switches
        for name in ("colours", "range", "order", "scaling"):
            remember(getattr(switches, name), self.settings, f"maps {name}")
        self.inspector.show_more(self.settings.is_on("more"))
        self.inspector.more_switched.connect(partial(self.settings.switch, "more"))
        self.costs.convention_changed.connect(self.on_convention_changed)
        self.weighing.connect()
        self.on_convention_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Place the docks the first time, and start computing once the window has been painted."""
        super().showEvent(event)
        if not self._restored:
            self._restored = True
            docks = self.docks
            horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
            self.resizeDocks([docks["Layers"], docks["Inspector"]], [LEAST_LEFT, 280], horizontal)
            self.resizeDocks([docks["Inspector"], docks["Costs"]], [456, 384], vertical)
            self.resizeDocks([docks["Feature maps"], docks["Photograph"]], [640, 300], horizontal)
            self.resizeDocks([docks["Feature maps"]], [290], vertical)
        QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        if not self.compute.is_running:
            self.canvas.fit_all()
            self.compute.start()
            self.compute.run(self.document.project)
            self.keeping.offer_orphans()

    def choose_budget(self) -> None:
        """Ask how much memory maps and weights may take."""
        megabytes = self.dialogs.number(
            self,
            "Memory budget",
            "Most memory for maps and weights, in MB:",
            self.settings.budget_bytes // 1_000_000,
            64,
            1_000_000,
        )
        if megabytes is not None:
            self.settings.budget_bytes = megabytes * 1_000_000
            self.notice.clear()
            self.compute.set_budget(self.settings.budget_bytes)

    def toggle_theme(self) -> None:
        """Switch between light and dark, and remember it."""
        self.settings.theme = "light" if self.appearance.palette.name == "dark" else "dark"
        self.appearance.use(self.settings.theme)

    def on_edit_refused(self, message: str) -> None:
        """Say above the canvas why not, unless it was asked for on the canvas, which says it at the mouse."""
        if not self.canvas.commands.acting:
            self.notice.say(message)

    def show_welcome(self) -> None:
        """Show the start page in the place of the canvas."""
        self.middle.setCurrentWidget(self.welcome)

    def show_canvas(self) -> None:
        """Back from the start page."""
        if self.middle.currentWidget() is not self.canvas:
            self.middle.setCurrentWidget(self.canvas)
            self.canvas.setFocus()

    def _show_baseline(self) -> None:
        self.canvas.show_comparison(self.baseline.comparison)

    def on_convention_changed(self) -> None:
        """Canvas and inspector count and write as the costs panel does."""
        self.canvas.set_convention(self.costs.convention)
        self.inspector.set_convention(self.costs.convention)
        self.comparing.set_convention(self.costs.convention)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes; end the worker."""
        if not self.files.may_discard():
            event.ignore()
            return
        self.settings.keep_window_state(self.saveGeometry(), self.saveState())
        self.comparing.close()
        self.keeping.close()
        self.files.close_dialogs()
        self.compute.close()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        """Coming back to the window is the time to see whether its file was changed meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.keeping.watch.check()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere: a photograph or a project."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at a dropped photograph, or open a dropped project."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files.open_path(paths[0])

    def _show_title(self) -> None:
        self.setWindowModified(not self.document.is_clean)
        self.setWindowTitle(f"{self.document.title}[*] – OneByOne")
        self.header.show_title(self.document)
