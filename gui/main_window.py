"""The window: where all parts are joined. Read it from top to bottom to see who listens to whom."""

import dataclasses
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QVBoxLayout, QWidget

import presets
from engine.errors import EngineError
from engine.project import Project
from gui.appearance import Appearance
from gui.canvas.view import CanvasView
from gui.compute import ComputeService
from gui.dialogs import Dialogs
from gui.dock_title import DockTitle
from gui.document import Document
from gui.header import Header
from gui.menus import build_menus
from gui.notice import NoticeBar
from gui.panels.costs import CostsPanel
from gui.panels.feature_maps import FeatureMapsPanel
from gui.panels.inspector import InspectorPanel
from gui.panels.palette import PalettePanel
from gui.panels.photograph import PhotographPanel
from gui.selection import Selection
from gui.settings import Settings
from gui.status import StatusLine

FIRST_PRESET: Final = "inception_3a"
PROJECT_KINDS: Final = "OneByOne projects (*.onebyone)"
IMAGE_ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
IMAGE_KINDS: Final = f"Photographs ({' '.join('*' + ending for ending in IMAGE_ENDINGS)})"
FIGURE_KINDS: Final = "PDF (*.pdf);;SVG (*.svg);;PNG (*.png)"


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
        self.canvas = CanvasView(self.document, self.selection, self.compute, appearance)
        self.palette_panel = PalettePanel(appearance)
        self.inspector = InspectorPanel(self.document, self.selection, appearance)
        self.costs = CostsPanel(self.document, self.selection, appearance, settings)
        self.feature_maps = FeatureMapsPanel(self.document, self.selection, self.compute, appearance)
        self.photograph = PhotographPanel(self.document, self.selection, self.compute, appearance)
        self.status = StatusLine(self.document, self.compute)
        self.header = Header(self)
        self.actions_by_name: dict[str, QAction] = {}
        self.preset_menu = QMenu("&Presets", self)

        self._lay_out()
        build_menus(self)
        self._connect_signals()
        self.setAcceptDrops(True)
        self._show_title()

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
        column.addWidget(self.notice)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(middle)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self.docks = {
            "Layers": self._dock("Layers", self.palette_panel, left),
            "Inspector": self._dock("Inspector", self.inspector, right),
            "Costs": self._dock("Costs", self.costs, right),
            "Feature maps": self._dock("Feature maps", self.feature_maps, bottom),
            "Photograph": self._dock("Photograph", self.photograph, bottom),
        }
        self.splitDockWidget(self.docks["Inspector"], self.docks["Costs"], Qt.Orientation.Vertical)
        self.splitDockWidget(self.docks["Feature maps"], self.docks["Photograph"], Qt.Orientation.Horizontal)
        self.setStatusBar(self.status)
        self.resize(1440, 900)
        geometry, docks = self.settings.window_state()
        self._restored = bool(docks) and self.restoreGeometry(geometry) and self.restoreState(docks)

    def _dock(self, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock {title}")
        dock.setTitleBarWidget(DockTitle(dock, self.appearance))
        dock.setWidget(panel)
        self.addDockWidget(area, dock)
        return dock

    def _connect_signals(self) -> None:
        document, compute = self.document, self.compute
        document.project_changed.connect(self.notice.clear)
        document.project_changed.connect(compute.on_project_changed)
        document.project_changed.connect(self._show_title)
        document.file_changed.connect(self._show_title)
        document.undo_stack.cleanChanged.connect(self._show_title)
        document.edit_refused.connect(self.notice.say)
        compute.run_failed.connect(self.notice.say)
        compute.photograph_refused.connect(self.notice.say)
        compute.photograph_opened.connect(self.use_photograph)
        self.palette_panel.layer_chosen.connect(self.canvas.add_layer)
        self.palette_panel.block_chosen.connect(self.add_block)
        self.canvas.open_preset_requested.connect(self.open_preset)
        self.photograph.open_requested.connect(self.choose_photograph)
        self.costs.convention_changed.connect(self.on_convention_changed)
        self.on_convention_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Place the docks the first time, and start computing once the window has been painted."""
        super().showEvent(event)
        if not self._restored:
            self._restored = True
            docks = self.docks
            horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
            self.resizeDocks([docks["Layers"], docks["Inspector"]], [176, 280], horizontal)
            self.resizeDocks([docks["Inspector"], docks["Costs"]], [380, 460], vertical)
            self.resizeDocks([docks["Feature maps"], docks["Photograph"]], [640, 300], horizontal)
            self.resizeDocks([docks["Feature maps"]], [290], vertical)
        QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        if not self.compute.is_running:
            self.canvas.fit_all()
            self.compute.start()
            self.compute.run(self.document.project)

    def new_project(self) -> None:
        """An empty canvas."""
        if self.may_discard():
            self.document.replace(Project())

    def open_preset(self, name: str) -> None:
        """Open a preset as an unsaved project."""
        if self.may_discard():
            try:
                self.document.replace(presets.load(name).project)
            except EngineError as error:
                self.notice.say(str(error))
            self.canvas.fit_all()

    def choose_project(self) -> None:
        """Ask for a project file and open it."""
        if self.may_discard():
            path = self.dialogs.file_to_open(self, "Open project", self._folder(), PROJECT_KINDS)
            if path is not None:
                self.open_project(path)

    def open_project(self, path: Path) -> None:
        """Open this file; a file that cannot be read changes nothing but the notice."""
        try:
            self.document.open(path)
        except EngineError as error:
            self.notice.say(str(error))
            return
        self.settings.remember_file(str(path))
        self.canvas.fit_all()

    def save(self) -> bool:
        """Write to the document's file, asking for one the first time; whether it was written."""
        return self.save_as() if self.document.path is None else self._save_to(self.document.path)

    def save_as(self) -> bool:
        """Ask for a file and write to it; whether it was written."""
        suggestion = str(Path(self._folder()) / f"{self.document.title}.onebyone")
        path = self.dialogs.file_to_save(self, "Save project", suggestion, PROJECT_KINDS)
        if path is None:
            return False
        return self._save_to(path if path.suffix else path.with_suffix(".onebyone"))

    def _save_to(self, path: Path) -> bool:
        try:
            self.document.save(path)
        except EngineError as error:
            self.notice.say(str(error))
            return False
        self.settings.remember_file(str(path))
        return True

    def choose_photograph(self) -> None:
        """Ask for an image file and look at it."""
        path = self.dialogs.file_to_open(self, "Open photograph", self._folder(), IMAGE_KINDS)
        if path is not None:
            self.compute.open_photograph(str(path.absolute()))

    def use_photograph(self, reference: str) -> None:
        """Make a photograph that can be read the project's own."""
        self.document.edit("Open photograph", lambda project: dataclasses.replace(project, image=reference))

    def export_figure(self) -> None:
        """Ask for a file and write the canvas as PDF, SVG or PNG."""
        from gui.figures import write_figure
        from gui.figures.style import Options

        suggestion = str(Path(self._folder()) / f"{self.document.title}.pdf")
        path = self.dialogs.file_to_save(self, "Export figure", suggestion, FIGURE_KINDS)
        if path is None:
            return
        maps = {
            node_id: found.map
            for node_id in self.document.project.network.order
            if (found := self.compute.result(node_id)) is not None
        }
        try:
            write_figure(
                path if path.suffix else path.with_suffix(".pdf"),
                self.document.project,
                self.document.analysis,
                maps,
                self.appearance.palette,
                options=Options(channels_last=self.settings.channels_last),
            )
        except EngineError as error:
            self.notice.say(str(error))
        else:
            self.status.showMessage(f"{path.name} written", 4000)

    def add_block(self, name: str) -> None:
        """Insert a block after the selected node."""
        block, after = presets.block(name), self.selection.current
        added: list[str] = []

        def insert(project: Project) -> Project:
            made, ids = presets.insert_block(project, block, after=after)
            added.extend(ids)
            return made

        if self.document.edit(f"Add {block.title}", insert):
            self.selection.select(added)

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

    def use_theme(self, name: str) -> None:
        """Switch between "light" and "dark", and remember it."""
        self.settings.theme = name
        self.appearance.use(name)

    def on_convention_changed(self) -> None:
        """Shapes on the wires follow the order chosen for the panels."""
        self.canvas.set_channels_last(self.settings.channels_last)
        self.inspector.set_channels_last(self.settings.channels_last)

    def may_discard(self) -> bool:
        """Whether the open project may be left: it is saved, or the user agreed to lose it."""
        if self.document.is_clean:
            return True
        answer = self.dialogs.save_changes(self, self.document.title)
        return self.save() if answer == "save" else answer == "discard"

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes; end the worker."""
        if not self.may_discard():
            event.ignore()
            return
        self.settings.keep_window_state(self.saveGeometry(), self.saveState())
        self.compute.close()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere: a photograph or a project."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at a dropped photograph, or open a dropped project."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(paths[0])

    def open_path(self, path: Path) -> None:
        """A project by its ending; anything else is tried as a photograph."""
        if path.suffix == ".onebyone":
            if self.may_discard():
                self.open_project(path)
        else:
            self.compute.open_photograph(str(path.absolute()))

    def _folder(self) -> str:
        path = self.document.path
        return str(path.parent) if path is not None else str(Path.home())

    def _show_title(self) -> None:
        self.setWindowModified(not self.document.is_clean)
        self.setWindowTitle(f"{self.document.title}[*] – OneByOne")
        self.header.show_title(self.document)
