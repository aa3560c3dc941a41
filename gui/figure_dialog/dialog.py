"""The dialog that exports figures: on the left the styles, in the middle what will be written, on the right
what the chosen style can be told. It stays open beside the window and follows its project.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from gui.figure_dialog.baselines import BASELINES, PINNED, baseline, baseline_titles
from gui.figure_dialog.choices import FORMATS, Choices, formats_for
from gui.figure_dialog.figure_jobs import (
    Copied,
    CopyFigure,
    DrawPreview,
    DrawSketch,
    Order,
    Preview,
    WriteFile,
    facts_of,
)
from gui.figure_dialog.note_menu import NoteMenu
from gui.figure_dialog.option_form import OptionForm
from gui.figure_dialog.recipe_button import RecipeButton
from gui.figure_dialog.sheet import Sheet
from gui.figure_dialog.style_list import PICTURE, StyleList
from gui.figures.figure import problem_of
from gui.figures.notes.hit import hit
from gui.figures.styles import STYLES
from gui.look.appearance import Appearance
from gui.look.screen import give_size
from gui.look.theme import GRID
from gui.session.baseline import Pinned
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.session.selection import Selection
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.surface import Hairline, Surface, on_surface

_PAUSE_MS: Final = 40
"""How long a change waits for the next one before it is drawn."""
_REACH: Final = 6.0
"""Pixels that a click may lie beside a line."""


class FigureDialog(QDialog):
    """Not modal: an edit in the window shows in the preview. `close` it before the window goes."""

    written = Signal(str)
    """A file's name, once it is there."""

    def __init__(
        self,
        document: Document,
        compute: ComputeService,
        appearance: Appearance,
        settings: Settings,
        dialogs: Dialogs,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export figure")
        self._selection = selection
        self._appearance = appearance
        self._document, self._compute, self._settings, self._dialogs = document, compute, settings, dialogs
        self.choices = replace(Choices.from_json(settings.figure_choices), theme=appearance.palette.name)
        self._baseline_name = BASELINES[0]
        self._pinned: Pinned | None = None
        self._preview_job: JobHandle | None = None
        self._other_jobs: list[JobHandle] = []
        self._sketched: object = None
        self._to_sketch: list[str] = []
        self._judged: tuple[object, dict[str, str]] = (None, {})

        self.style_list = StyleList(appearance)
        self.sheet = Sheet()
        self.form = OptionForm(lambda: {PINNED: "The pinned baseline"} | baseline_titles())
        self._facts = ElidedLabel(style="caption")
        self._remark = ElidedLabel(style="warning")
        self._fit, self._full = QToolButton(), QToolButton()
        self.copy_button, self.export_button = QPushButton("&Copy"), QPushButton("&Export…")
        self._close = QPushButton("Close")
        self.recipe_button = RecipeButton(document, dialogs, self._chosen)
        self._lay_out()

        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._draw)
        self.style_list.style_chosen.connect(self._on_style_chosen)
        self.form.choices_changed.connect(self._on_choices_changed)
        self.form.baseline_chosen.connect(self._on_baseline_chosen)
        self.sheet.wanted.connect(self._pause.start)
        self.copy_button.clicked.connect(self.copy)
        self.export_button.clicked.connect(self.export)
        self._close.clicked.connect(self.close)
        self.recipe_button.said.connect(self._say)
        self.notes = NoteMenu(document, dialogs, self)
        self.sheet.pressed.connect(self._on_pressed)
        document.project_changed.connect(self._on_project_changed)
        selection.selection_changed.connect(self._on_selection_changed)
        compute.run_finished.connect(self._on_maps_changed)
        self._refresh()

    def _lay_out(self) -> None:
        self._set_up_zoom(self._fit, "Fit", "The whole figure (Ctrl+9)", "Ctrl+9", True)
        self._set_up_zoom(self._full, "100 %", "In its own size (Ctrl+0)", "Ctrl+0", False)
        self._fit.setChecked(True)
        self.copy_button.setToolTip("Copy as a picture and as SVG (Ctrl+Shift+C)")
        QShortcut(QKeySequence("Ctrl+Shift+C"), self, self.copy)
        for keys, act in (("Undo", self._document.undo_stack.undo), ("Redo", self._document.undo_stack.redo)):
            QShortcut(getattr(QKeySequence.StandardKey, keys), self, act)
        self.export_button.setDefault(True)
        for button in (self.copy_button, self._close):
            button.setAutoDefault(False)
        left, right = Surface("Styles"), Surface("Options")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, GRID, 0, 0)
        column.addWidget(self.style_list)
        area = QScrollArea()
        area.setAccessibleName("Options")
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        on_surface(area)
        self.form.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        right.setFixedWidth(312)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        below = QHBoxLayout()
        below.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        below.setSpacing(GRID)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._facts)
        words.addWidget(self._remark)
        below.addWidget(self._fit)
        below.addWidget(self._full)
        below.addLayout(words, 1)
        for one in (self.recipe_button, self.copy_button, self._close, self.export_button):
            below.addWidget(one)
        across = QHBoxLayout()
        across.setSpacing(0)
        for part, share in ((left, 0), (self.sheet, 1), (right, 0)):
            across.addWidget(part, share)
        all_of_it = QVBoxLayout(self)
        all_of_it.setContentsMargins(0, 0, 0, 0)
        all_of_it.setSpacing(0)
        all_of_it.addLayout(across, 1)
        all_of_it.addWidget(Hairline())
        all_of_it.addLayout(below)
        give_size(self, 1240, 800)
        self.setMinimumSize(700, 380)

    def _set_up_zoom(self, button: QToolButton, text: str, hint: str, keys: str, whole: bool) -> None:
        button.setText(text)
        button.setCheckable(True)
        button.setAutoExclusive(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(hint)
        button.clicked.connect(lambda: self.sheet.show_whole(whole))
        QShortcut(QKeySequence(keys), self, button.click)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw once the room is known."""
        super().showEvent(event)
        self._refresh()
        self.style_list.setFocus()

    def done(self, result: int) -> None:
        """However it is closed: remember what was chosen, give up what is under way."""
        self._settings.figure_choices = self.choices.to_json()
        self._pause.stop()
        self.sheet.stop()
        for job in [self._preview_job, *self._other_jobs]:
            if job is not None:
                job.cancel()
        self._preview_job, self._other_jobs = None, []
        self._sketched, self._to_sketch = None, []
        super().done(result)

    def turn_to(self, style: str, layer: str, at: tuple[int, int, int] | None) -> None:
        """Choose this style, for this layer and this value of it."""
        self.choices = replace(self.choices, options=replace(self.choices.options, layer=layer, at=at))
        self._on_style_chosen(style)

    def copy(self) -> None:
        """The figure into the clipboard, as a picture and as SVG."""
        self._say("Copying…")
        job = self._submit(CopyFigure(order=self._order()))
        job.finished.connect(self._on_copied)

    def export(self) -> None:
        """Ask for a file and write what is shown."""
        chosen = FORMATS[self.choices.format]
        folder = Path(self._settings.folder("figure"))
        suggestion = str(folder / chosen.file_name(self._document.title))
        path = self._dialogs.file_to_save(self, "Export figure", suggestion, chosen.kinds)
        if path is not None:
            self._settings.remember_folder("figure", path)
            self._say(f"Writing {path.name}…")
            job = self._submit(WriteFile(order=self._order(), path=path))
            job.finished.connect(lambda note: self._on_written(path.name, str(note)))

    def _chosen(self) -> tuple[Choices, str, str]:
        return self._order().choices, self._baseline_name, self._compute.photograph_name

    def _submit(self, job: DrawSketch | WriteFile | CopyFigure) -> JobHandle:
        handle = self._compute.submit(job, self)
        self._other_jobs = [job for job in self._other_jobs if not job.is_over] + [handle]
        if not isinstance(job, DrawSketch):
            handle.failed.connect(lambda message: self._say("", message))
        return handle

    def _order(self, choices: Choices | None = None) -> Order:
        choices = choices or self.choices
        if choices.selection and STYLES[choices.style].is_of_network:
            only = self._document.project.network.in_order(self._selection.ids)
            choices = replace(choices, options=replace(choices.options, only=only))
        wants_baseline = "baseline" in STYLES[choices.style].uses
        return Order(
            project=self._document.project,
            analysis=self._document.analysis,
            photograph=self._compute.photograph_name,
            choices=choices,
            baseline=self._other() if wants_baseline else None,
        )

    def use_baseline(self, pinned: Pinned | None) -> None:
        """Another network is pinned in the window, or none: comparisons are with it first of all."""
        if pinned is self._pinned:
            return
        self._pinned = pinned
        if pinned is not None:
            self._baseline_name = PINNED
        elif self._baseline_name == PINNED:
            self._baseline_name = BASELINES[0]
        self._refresh()

    def _other(self) -> tuple[Project, Analysis] | None:
        """The network that is compared with; None while it is to be the pinned one and none is."""
        if self._baseline_name != PINNED:
            return baseline(self._baseline_name)
        return None if self._pinned is None else (self._pinned.project, self._pinned.analysis)

    def _refresh(self) -> None:
        """Show what there is to choose for this network, and draw it."""
        project, analysis = self._document.project, self._document.analysis
        options = self.choices.options
        if options.layer and options.layer not in project.network:
            self.choices = replace(self.choices, options=replace(options, layer="", at=None))
        if options.opened and options.opened not in project.groups:
            self.choices = replace(self.choices, options=replace(self.choices.options, opened=""))
        problems = self._problems()
        self.style_list.show_problems(problems)
        self.style_list.show_style(self.choices.style)
        self.form.show_choices(self.choices, project, analysis, self._baseline_name)
        if self.isVisible():
            self._pause.start()
            self._plan_sketches(problems)

    def _problems(self) -> dict[str, str]:
        """Why styles cannot draw this network, by name; looked at again only when the answer can differ."""
        chosen = self._order().choices.options
        part = (chosen.layer, chosen.only, chosen.opened)
        key = (self._document.project.network, part, self._baseline_name, self._pinned)
        if self._judged[0] == key:
            return self._judged[1]
        found: dict[str, str] = {}
        for name, style in STYLES.items():
            order = self._order(replace(self.choices, style=name))
            options = replace(order.choices.full_options, baseline=order.baseline)
            found[name] = problem_of(style, order.project, order.analysis, options)
        self._judged = (key, found)
        return found

    def _plan_sketches(self, problems: dict[str, str]) -> None:
        """Small pictures of all styles, once for each network and theme."""
        only = self._order().choices.options.only
        key = (self._document.project.network, only, self._appearance.palette.name)
        if self._sketched != key:
            self._sketched = key
            self._to_sketch = [name for name in STYLES if not problems[name]]

    def _sketch_next(self) -> None:
        """One at a time, and only while no preview is on its way: what was asked for goes first."""
        if not self._to_sketch or not self.isVisible() or self._is_drawing or self._pause.isActive():
            return
        name = self._to_sketch.pop(0)
        ratio = self.devicePixelRatioF()
        choices = replace(self.choices, style=name, theme=self._appearance.palette.name)
        box = (PICTURE.width() * ratio, PICTURE.height() * ratio)
        job = self._submit(DrawSketch(order=self._order(choices), box=box))
        job.finished.connect(lambda image: self.style_list.show_picture(name, image, ratio))
        job.finished.connect(self._sketch_next)
        job.failed.connect(self._sketch_next)

    @property
    def _is_drawing(self) -> bool:
        return self._preview_job is not None and not self._preview_job.is_over

    def _draw(self) -> None:
        if not self.isVisible():
            return
        if self._preview_job is not None:
            self._preview_job.cancel()
        self.sheet.wait("Drawing")
        job = DrawPreview(order=self._order(), box=self.sheet.box, scale=self.sheet.scale)
        self._preview_job = self._compute.submit(job, self)
        self._preview_job.finished.connect(self._on_drawn)
        self._preview_job.failed.connect(self._on_refused)

    def _on_drawn(self, value: object) -> None:
        preview = cast(Preview, value)
        self.sheet.show_preview(preview)
        unselected = self.choices.selection and not self._selection.ids
        unselected = unselected and STYLES[self.choices.style].is_of_network
        why = "nothing is selected in the window: all of the network is shown" if unselected else ""
        self._say(facts_of(preview, self.choices), "; ".join(filter(None, (why, preview.note))))
        self.export_button.setEnabled(True)
        self.copy_button.setEnabled(preview.drawing is not None)
        self._sketch_next()

    def _on_refused(self, message: str) -> None:
        self.sheet.say(message)
        self._say("")
        self.export_button.setEnabled(False)
        self.copy_button.setEnabled(False)
        self._sketch_next()

    def _on_style_chosen(self, name: str) -> None:
        chosen = replace(self.choices, style=name)
        if chosen.format not in {file_format.key for file_format in formats_for(STYLES[name])}:
            chosen = replace(chosen, format="pdf")
        self._on_choices_changed(chosen)

    def _on_choices_changed(self, choices: Choices) -> None:
        self.choices = choices
        self._refresh()

    def _on_baseline_chosen(self, name: str) -> None:
        self._baseline_name = name
        self._refresh()

    def _on_project_changed(self, before: Project, after: Project) -> None:
        if self.isVisible():
            self._refresh()

    def _on_selection_changed(self, ids: frozenset[str]) -> None:
        if self.isVisible() and self.choices.selection:
            self._refresh()

    def _on_maps_changed(self) -> None:
        if self.isVisible() and self.choices.wants_maps:
            self._pause.start()

    def _on_pressed(self, x: float, y: float, at: QPoint) -> None:
        shown = None if self.sheet.preview is None else self.sheet.preview.shown
        if shown is not None:
            self.notes.open(hit(shown, x, y, _REACH / self.sheet.units_scale), at)

    def _on_copied(self, value: object) -> None:
        copied = cast(Copied, value)
        data = QMimeData()
        data.setImageData(copied.image)
        data.setData("image/svg+xml", copied.svg)
        QGuiApplication.clipboard().setMimeData(data)
        self._say("Copied as a picture and as SVG")

    def _on_written(self, name: str, note: str) -> None:
        self._say(f"{name} is written", note)
        self.written.emit(name)

    def _say(self, facts: str, remark: str = "") -> None:
        self._facts.setText(facts)
        self._remark.setText(remark[:1].upper() + remark[1:])
        self._remark.setVisible(bool(remark))

    @property
    def facts(self) -> str:
        """What it says below the preview."""
        return " ".join(part for part in (self._facts.text(), self._remark.text()) if part)
