"""The window: where all parts are joined. Read it from top to bottom to see who listens to whom."""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from engine.model.project import Project
from gui.autosave.offers import Recovery
from gui.canvas.view import CanvasView
from gui.comparing.comparison_windows import Comparing
from gui.help.help_windows import Help
from gui.look.appearance import Appearance
from gui.look.screen import fill_if_small, give_size
from gui.panels.costs import CostsPanel
from gui.panels.feature_maps.panel import FeatureMapsPanel
from gui.panels.inspector import InspectorPanel
from gui.panels.palette import PalettePanel
from gui.panels.photograph import PhotographPanel
from gui.session.baseline import Baseline
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection, first_look
from gui.session.session import Session
from gui.session.settings import Settings
from gui.welcome.page import WelcomePage
from gui.widgets.actions import Actions
from gui.widgets.dialogs import Dialogs
from gui.widgets.notice import NoticeBar
from gui.widgets.offer_bar import OfferBar
from gui.window.conversation import Conversation
from gui.window.docks.docks import BOTTOM, LEFT, RIGHT, Docks
from gui.window.docks.remembered import remember
from gui.window.docks.scrolled import Scrolled
from gui.window.exports import Exports
from gui.window.files import Files
from gui.window.header import Header
from gui.window.late_panels import LatePanels
from gui.window.menus import menu_bar as menus
from gui.window.menus.compare_menu import compare_menu
from gui.window.menus.group_menu import group_menu
from gui.window.menus.layer_menu import layer_menu
from gui.window.menus.lesson_menu import lesson_menu
from gui.window.menus.view_menu import view_menu
from gui.window.own_blocks import OwnBlocks
from gui.window.pasting import paste
from gui.window.preferences.budget import choose_budget
from gui.window.preferences.everything import Everything
from gui.window.start.first_start import FirstStart
from gui.window.start.start_page import connect_start_page
from gui.window.status import StatusLine
from gui.window.weights import WeightsWiring

if TYPE_CHECKING:  # imported when they are first seen
    from gui.panels.lessons import LessonsPanel
    from gui.window.lessons import LessonWiring


class MainWindow(QMainWindow):
    """One document, its canvas and its panels."""

    def __init__(
        self, project: Project, appearance: Appearance, settings: Settings, dialogs: Dialogs | None = None
    ) -> None:
        super().__init__()
        self.appearance = appearance
        self.settings = settings
        self.dialogs = dialogs or Dialogs()
        self.docks = Docks(self, appearance)
        self.document = Document(project, self)
        self.header = Header(self.document, appearance, self)
        self.selection = Selection(self.document, self)
        self.compute = ComputeService(settings.budget_bytes, self)

        self.notice = NoticeBar(appearance)
        self.offers = OfferBar(appearance)
        self.canvas = CanvasView(self.document, self.selection, self.compute, appearance)
        self.welcome = WelcomePage(self.compute, settings, appearance, has_lessons=True)
        self.palette_panel = PalettePanel(appearance)
        self.inspector = InspectorPanel(self.document, self.selection, appearance)
        self.baseline = Baseline(self.document, self.compute, self)
        self.costs = CostsPanel(self.document, self.selection, appearance, settings, self.baseline)
        self.feature_maps = FeatureMapsPanel(self.document, self.selection, self.compute, appearance)
        self.photograph = PhotographPanel(self.document, self.selection, self.compute, appearance)
        self.status = StatusLine(self.document, self.compute)
        self.session = Session(
            document=self.document, selection=self.selection, compute=self.compute, settings=settings
        )
        self.conversation = Conversation(
            dialogs=self.dialogs, notice=self.notice, status=self.status, owner=self
        )
        parts = (self.session, self.conversation, appearance)
        self.weighing = WeightsWiring(*parts, show_inspector=partial(self.docks.show, "Inspector"))
        self.inspector.add_section(self.weighing.section)
        self.own_blocks = OwnBlocks(self.session, self.conversation, self.palette_panel)
        self.files = Files(
            *parts,
            room=lambda: self.canvas.room,
            baseline=self.baseline,
            offers=self.offers,
            file_differs=lambda: self.keeping.watch.differs,
            keeps_itself=lambda: "teaching" in vars(self) and self.teaching.tutor.keep(),
            open_lesson=lambda path: self.teaching.open_file(path),
        )
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
        self.seen = Exports(*parts)
        self.late = LatePanels(
            *parts,
            self.docks,
            self.seen,
            self.baseline,
            reveal=self.canvas.reveal_selected,
            draw_arithmetic=self._as_figure("arithmetic"),
            tell_learning=self.header.show_learning,
        )
        self.named_actions = Actions(self, may_run=self.conversation.typing_is_finished)
        self.everything = Everything(
            settings,
            appearance,
            self.canvas,
            self.costs,
            actions=self.named_actions.by_name,
            open_preset=self.files.open_preset,
            begin_lesson=lambda lesson: self.teaching.begin(lesson),
            owner=self,
        )
        self.preset_menu = QMenu("&Presets", self)
        self.help = Help(self.document, self.selection, appearance, self)
        self.first_start = FirstStart(
            self.document,
            self.offers,
            settings,
            appearance,
            canvas=self.canvas,
            docks=self.docks,
            show_canvas=self.show_canvas,
            open_preset=self.files.open_preset,
            show_lessons=lambda: self.teaching.show(),
        )

        self._lay_out()
        self._build_menus()
        self._connect_signals()
        self.setAcceptDrops(True)
        self._show_title()
        self.selection.select(first_look(self.document.analysis))
        give_size(self, self.width(), self.height())  # half laid out, panels asked for more than they need

    def _lay_out(self) -> None:
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
        docks, late = self.docks, self.late
        docks.add("Layers", LEFT, self.palette_panel)
        docks.add_late("Outline", LEFT, lambda: late.outline)
        docks.add_late("Lessons", LEFT, lambda: self.lessons)
        docks.add_late("History", LEFT, lambda: late.history)
        docks.add("Inspector", RIGHT, self.inspector)
        docks.add("Costs", RIGHT, self.costs)
        docks.add("Feature maps", BOTTOM, Scrolled(self.feature_maps))
        docks.add_late("Arithmetic", BOTTOM, lambda: late.arithmetic)
        docks.add_late("Trade-off", BOTTOM, lambda: late.trade_off)
        docks.add("Photograph", BOTTOM, self.photograph)
        docks.add_late("Why", BOTTOM, lambda: late.why)
        docks.add_late("Train", BOTTOM, lambda: late.train)
        docks.arrange()
        docks.arrangement.remember()
        self.setStatusBar(self.status)
        fill_if_small(self, 1440, 900)
        geometry, places = self.settings.window_state()
        self._restored = bool(places) and self.restoreGeometry(geometry) and self.restoreState(places)

    @cached_property
    def teaching(self) -> "LessonWiring":
        """The lessons, and their panel."""
        from gui.window.lessons import LessonWiring

        return LessonWiring(
            self.session,
            self.conversation,
            self.appearance,
            canvas=self.canvas,
            docks=self.docks,
            may_discard=self.files.may_discard,
            show_canvas=self.show_canvas,
            baseline=self.baseline,
        )

    @property
    def lessons(self) -> "LessonsPanel":
        """The list of lessons, or the one that is open."""
        return self.teaching.panel

    @property
    def actions_by_name(self) -> dict[str, QAction]:
        """Every action of the window."""
        return self.named_actions.by_name

    def _build_menus(self) -> None:
        actions, canvas, files = self.named_actions, self.canvas, self.files
        export_values = {
            "maps": self.export_maps,
            "field": self.export_field,
            "value": lambda: self.seen.export_value(self.late.arithmetic),
            "sliding": lambda: self.seen.export_sliding(self.late.arithmetic),
        }
        bar = self.menuBar()

        def menu(title: str) -> QMenu:
            made = bar.addMenu(title)
            made.setToolTipsVisible(True)
            return made

        menus.file_menu(
            menu("&File"),
            actions,
            files=files,
            exports=export_values,
            recovery=self.keeping,
            compute=self.compute,
            settings=self.settings,
            close=self.close,
        )
        paste_here = partial(
            paste, canvas.paste, files.open_path, self.settings.pictures_folder, self.notice.say
        )
        menus.edit_menu(menu("&Edit"), actions, self.document.undo_stack, canvas, paste_here)
        layer_menu(menu("&Layer"), actions, canvas, self.late.show_page)
        group_menu(menu("&Group"), actions, canvas.drawn, self.own_blocks)
        self.weighing.fill_menu(menu("&Weights"), actions)
        view_menu(
            menu("&View"),
            actions,
            canvas=canvas,
            settings=self.settings,
            docks=self.docks,
            everything=self.everything,
        )
        menus.run_menu(
            menu("&Run"), actions, self.compute, partial(choose_budget, self.session, self.conversation)
        )
        compare_menu(menu("&Compare"), actions, self.baseline, self.comparing, self.late.compare_learned)
        menus.preset_menu(self.preset_menu, files.open_preset)
        bar.addMenu(self.preset_menu)
        lesson_menu(bar.addMenu("Le&ssons"), actions, lambda: self.teaching)
        starts = {"show_welcome": self.show_welcome, "show_tour": self.first_start.show_tour}
        menus.help_menu(menu("&Help"), actions, pages=self.help, **starts)
        self.header.add_buttons(actions.by_name, self.preset_menu)

    def _as_figure(self, style: str) -> Callable[[], None]:
        return self.seen.as_figure(style, self.files.export_figure_of)

    def export_maps(self) -> None:
        """Write the feature maps as they are shown."""
        self.seen.export_maps(self.feature_maps.drawing())

    def export_field(self) -> None:
        """Write the photograph with what is drawn on it."""
        self.seen.export_field(self.photograph.drawing())

    def _connect_signals(self) -> None:
        document, compute = self.document, self.compute
        document.project_changed.connect(self.notice.clear)
        document.project_changed.connect(compute.on_project_changed)
        document.undo_stack.cleanChanged.connect(self._show_title)
        for changed in (document.project_changed, document.file_changed):
            changed.connect(self._show_title)
            changed.connect(self.show_canvas)
        document.edit_refused.connect(self.on_edit_refused)
        compute.run_failed.connect(self.notice.say)
        compute.went_wrong.connect(self.notice.say)
        self.notice.details_asked.connect(partial(self.dialogs.details, self))
        compute.run_waiting.connect(self.canvas.on_run_started)
        compute.run_waiting.connect(self.feature_maps.on_run_started)
        compute.photograph_refused.connect(self.notice.say)
        compute.photograph_opened.connect(self.files.use_photograph)
        self.palette_panel.layer_chosen.connect(self.canvas.add_layer)
        self.palette_panel.block_chosen.connect(self.canvas.add_block)
        self.palette_panel.preset_chosen.connect(self.files.open_preset)
        self.inspector.reduction_requested.connect(self.canvas.asking.reduce)
        self.canvas.open_preset_requested.connect(self.files.open_preset)
        self.photograph.open_requested.connect(self.files.choose_photograph)
        self.photograph.export_requested.connect(self.export_field)
        self.feature_maps.switches.export_clicked.connect(self.export_maps)
        self.feature_maps.switches.figure_clicked.connect(self._as_figure("feature-maps"))
        self.photograph.figure_requested.connect(self._as_figure("receptive-field"))
        self.baseline.changed.connect(self._show_baseline)
        self.baseline.compared.connect(self._show_baseline)
        self.comparing.preset_chosen.connect(self.files.open_preset)
        connect_start_page(self.welcome, self.files, lambda: self.teaching, self.show_canvas)
        switches = self.feature_maps.switches
        for name in ("colours", "range", "order", "scaling"):
            remember(getattr(switches, name), self.settings, f"maps {name}")
        self.inspector.show_more(self.settings.is_on("more"))
        self.inspector.more_switched.connect(partial(self.settings.switch, "more"))
        self.costs.convention_changed.connect(self.on_convention_changed)
        self.canvas.fit_requested.connect(self.weighing.fit_selected)
        self.canvas.conversion_requested.connect(self.weighing.convert)
        self.on_convention_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Place the docks the first time, and start computing once the window has been painted."""
        super().showEvent(event)
        if not self._restored:
            self._restored = True
            self.docks.give_first_sizes()
        QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        if not self.compute.is_running:
            self.files.fill_canvas()
            self.canvas.fit_all()
            # All that is waiting to be painted comes before.
            QTimer.singleShot(0, self, lambda: self.compute.begin(self.document.project))
            self.keeping.offer_orphans()
            self.late.offer_trainings(self.offers, self.files.may_discard)

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
        self.canvas.differences.show_comparison(self.baseline.comparison)

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
        self.settings.keep_window_state(self.saveGeometry(), self.docks.arrangement.state)
        self.comparing.close()
        self.late.close()
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
        self.header.show_title()
