"""The panel "Why": what in the photograph speaks for a class or a value, with the sums that have to come
out."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.attribution.places import Places
from engine.shapes import is_map
from gui.attribution_view.controls import Controls
from gui.attribution_view.explain_job import Answer, ExplainJob, SaveJob, Wish
from gui.attribution_view.heat_view import HeatView
from gui.attribution_view.scale_bar import ScaleBar
from gui.look.appearance import Appearance
from gui.look.heat_overlay import beyond, heat_limit
from gui.look.theme import GRID
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.session.selection import Selection
from gui.widgets.dialogs import Dialogs
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.surface import MARGIN, Surface, on_surface, styled_label
from gui.words.attribution import help_text, score_text, target_text, used_text

SAVED_KINDS = "Picture (*.png);;Vector graphics (*.svg);;PDF (*.pdf);;Numbers (*.npz)"
TERMS = 5
"""So many of the largest terms of a value are told."""
FORM_WIDTH = 260


class WhyPanel(Surface):
    """Heat, scale and form; under them the checksum, what is pointed at, and what the method does not
    show."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Why", parent)
        self._document, self._selection, self._compute = document, selection, compute
        self._appearance = appearance
        self._job: JobHandle | None = None
        self.answer: Answer | None = None
        self.dialogs = Dialogs()
        """Tests answer without a screen."""
        self._limit: float | None = None
        """Of the scale, while it is pinned."""
        self.title = ElidedLabel(style="title")
        self.view = HeatView(appearance)
        self.rival = HeatView(appearance)
        """The other class, where two stand side by side."""
        self.rival.setAccessibleName("Heat of the other class over the photograph")
        self.rival.hide()
        self.captions = ElidedLabel(style="caption"), ElidedLabel(style="caption")
        """Whose picture each is, where two stand side by side."""
        self.bar = ScaleBar(appearance)
        self.reading = ElidedLabel(style="caption")
        self.controls = Controls()
        self.warning = styled_label(style="warning", wrap=True)
        self.checks = styled_label(wrap=True)
        self.note = styled_label(style="secondary", wrap=True)
        self.help = styled_label(style="secondary", wrap=True)
        self.check = QPushButton("Check it (C)")
        key = QShortcut(QKeySequence("C"), self, self._on_check)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.check.setToolTip(
            "Randomise the weights from the top, delete and insert pixels in order: necessary, not sufficient"
        )
        self.check.clicked.connect(self._on_check)
        self.save = QPushButton("Save picture …")
        self.save.setToolTip("A figure with its scale, sums and settings (.png .svg .pdf), or numbers (.npz)")
        self.save.clicked.connect(self._on_save)
        self._lay_out()
        self.controls.wished.connect(self.refresh)
        self.controls.looked.connect(self._paint)
        self.controls.pin.toggled.connect(self._on_pin)
        self.view.pointed.connect(self._on_pointed)
        self.view.clicked.connect(self._on_clicked)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        document.project_changed.connect(lambda *_: self._soon.start())
        compute.photograph_changed.connect(lambda *_: self._soon.start())
        selection.pixel_changed.connect(lambda *_: self._on_pixel())

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self.title)
        middle = QHBoxLayout()
        for caption, view in zip(self.captions, (self.view, self.rival), strict=True):
            caption.hide()
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(caption)
            column.addWidget(view, 1)
            middle.addLayout(column, 1)
        middle.addWidget(self.bar)
        left.addLayout(middle, 1)
        left.addWidget(self.reading)
        self._texts = QWidget()
        texts = QVBoxLayout(self._texts)
        texts.setContentsMargins(0, 0, GRID // 2, 0)
        texts.setSpacing(GRID // 2)
        for part in (self.warning, self.checks, self.note):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            texts.addWidget(part)
        texts.addWidget(self.controls)
        for button in (self.check, self.save):  # beside each other longer words would not fit
            texts.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        texts.addWidget(self.help)
        texts.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName("What is asked")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._texts)
        scroll.setMinimumWidth(FORM_WIDTH)
        scroll.setMaximumWidth(FORM_WIDTH + 100)
        on_surface(scroll)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(MARGIN, 4, MARGIN, GRID)
        whole.setSpacing(GRID)
        whole.addLayout(left, 3)
        whole.addWidget(scroll, 2)

    def showEvent(self, event: QShowEvent) -> None:
        """Pictures are made only while they are seen."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._give_up()

    def refresh(self) -> None:
        """Ask for the picture of the wish, for the network and the photograph as they are now."""
        if not self.isVisible():
            return
        self._give_up()
        wish = self._whole_wish()
        if wish is None:
            self._refuse("Click a value in the feature maps to pin it: it will be explained here.")
            return
        job = ExplainJob(self._document.project, self._compute.photograph_name, wish)
        self._job = self._compute.submit(job, self)
        self._job.progressed.connect(lambda *_: self._show_latest(job))
        self._job.finished.connect(self._on_answer)
        self._job.failed.connect(self._refuse)

    def explain(self, wish: Wish) -> None:
        """Explain this."""
        self.controls.use(wish)
        self.refresh()

    def _whole_wish(self) -> Wish | None:
        """With the pinned value in it, where that is to be explained; None where none is pinned."""
        wish = self.controls.wish
        if not self.controls.explains_pinned:
            return replace(wish, node_id="", at=None)
        pinned = self._selection.pinned
        if pinned is None or pinned.node_id not in self._document.project.network:
            return None
        shape = self._document.analysis.layers[pinned.node_id].output_shape
        at = (pinned.y, pinned.x) if shape is not None and is_map(shape) else None
        return replace(
            wish, node_id=pinned.node_id, channel=pinned.channel, at=at, against=None, scale="logit"
        )

    def _show_latest(self, job: ExplainJob) -> None:
        if job.latest.answer is not None:
            self._show(job.latest.answer)

    def _on_answer(self, found: object) -> None:
        assert isinstance(found, Answer)
        self._show(found)

    def _show(self, answer: Answer) -> None:
        self.answer = answer
        question, explanation = answer.question, answer.explanation
        names = self._names(answer)
        if len(answer.scores):
            self.controls.show_classes(answer.scores, names, question.target.channel)
        layer_id = explanation.node_id if answer.places is not None else question.layer_id
        self.controls.show_layers(answer.layers, layer_id)
        self.controls.show_domain(question.network, question.target, layer_id)
        said = target_text(question.network, question.target, names)
        progress = (
            "" if explanation.done >= explanation.of else f" · {explanation.done} of {explanation.of} …"
        )
        self.title.setText(f"{said}: {score_text(question.target, question.score)}{progress}")
        self._tell_apart(answer, said)
        self._say(answer)
        self._paint()

    def _say(self, answer: Answer) -> None:
        explanation = answer.explanation
        self.warning.setText(explanation.dead)
        self.warning.setVisible(bool(explanation.dead))
        marks = {True: "✓ ", False: "✗ ", None: ""}
        self.checks.setText("\n".join(marks[check.holds] + check.text for check in explanation.checks))
        lines = [str(explanation.used["note"])] if "note" in explanation.used else []
        used = used_text(explanation)
        lines += [used] if used else []
        lines += [self._placed(answer.places, answer.usual)] if answer.places and answer.usual else []
        self.note.setText("\n".join(lines))
        self.note.setVisible(bool(lines))
        self.help.setText(help_text(answer.method))
        self.check.setEnabled(answer.is_finished)
        self.save.setEnabled(answer.is_finished)

    def _tell_apart(self, answer: Answer, said: str) -> None:
        """Over two pictures side by side, whose each is."""
        question, texts = answer.question, ["", ""]
        if answer.rival is not None and answer.wish.against is not None:
            rival = replace(question.target, channel=answer.wish.against)
            score = rival.value(question.maps[rival.node_id])
            name = target_text(question.network, rival, self._names(answer))
            texts = [f"{said}: {question.score:.4g}", f"{name}: {score:.4g}"]
        for caption, text in zip(self.captions, texts, strict=True):
            caption.setText(text)
            caption.setVisible(bool(text))

    def _placed(self, places: Places, usual: Places) -> str:
        """Where the cells are drawn, and how far off the usual overlay would be."""
        off = places.off_by(usual)
        if places.kind == "resize":
            return f"Drawn as a resize puts cells: up to {off:.1f} px from where they look."
        where = (
            "where their gradient lies" if places.kind == "measured" else "at the centres of what they see"
        )
        return f"Cells drawn {where}; the usual overlay is up to {off:.1f} px off."

    def _paint(self) -> None:
        """Lay the newest heat over the photograph, on its own scale or the pinned one."""
        answer = self.answer
        if answer is None:
            return
        only_positive = self._only_positive(answer)
        heat = answer.heat(only_positive=only_positive)
        other = answer.rival_heat(only_positive=only_positive)
        limit = self._limit
        if limit is None:
            speckled = answer.places is None and answer.method.name != "occlusion"
            both = heat if other is None else np.stack((heat, other))
            limit = heat_limit(both, speckled=speckled)
        threshold, opacity = self.controls.threshold.value() / 100, self.controls.opacity.value() / 100
        self.view.show_heat(answer.photograph, heat, limit, opacity, threshold)
        self.rival.setVisible(other is not None)
        if other is not None:
            self.rival.show_heat(answer.photograph, other, limit, opacity, threshold)
        self.bar.show_scale(limit, threshold, beyond(heat, limit), pinned=self._limit is not None)

    def _only_positive(self, answer: Answer) -> bool:
        """As the paper has it, unless nothing would be left of it."""
        wanted = answer.method.relu and self.controls.only_positive.isChecked()
        shown = [answer.explanation, *([] if answer.rival is None else [answer.rival])]
        return wanted and any(bool((explanation.values > 0).any()) for explanation in shown)

    def _on_pin(self, pinned: bool) -> None:
        self._limit = self.bar.limit if pinned else None
        self._paint()

    def _on_pixel(self) -> None:
        if self.controls.explains_pinned:
            self._soon.start()

    def _on_pointed(self, pixel: tuple[int, int] | None) -> None:
        answer = self.answer
        if pixel is None or answer is None:
            self.reading.setText("")
            self.view.mark(None)
            return
        row, column = pixel
        if answer.places is None:
            value = float(answer.explanation.values[row, column])
            self.reading.setText(f"pixel ({row}, {column}): {value:+.4g}")
            self.view.mark(None)
            return
        i, j = answer.places.cell_at(row, column)
        value = float(answer.explanation.values[i, j])
        y, x = answer.places.rows[i], answer.places.columns[j]
        self.reading.setText(
            f"cell ({i}, {j}), looks at ({y:.1f}, {x:.1f}): {value:+.4g}. Click for its terms."
        )
        self.view.mark(_cell_box(answer.places, i, j, answer.size))

    def _on_clicked(self, pixel: tuple[int, int] | None) -> None:
        """The terms of the value: the largest of its channels."""
        answer = self.answer
        if pixel is None or answer is None or answer.explanation.by_channel is None:
            return
        i, j = pixel if answer.places is None else answer.places.cell_at(*pixel)
        terms = answer.explanation.by_channel[:, i, j]
        largest = np.argsort(-np.abs(terms), kind="stable")[:TERMS]
        said = ", ".join(f"map {channel}: {terms[channel]:+.3g}" for channel in largest)
        rest = float(terms.sum(dtype=np.float64) - terms[largest].sum(dtype=np.float64))
        more = f", {len(terms) - len(largest)} others {rest:+.3g}" if len(terms) > len(largest) else ""
        self.reading.setText(f"({i}, {j}): {said}{more}; Σ {float(terms.sum(dtype=np.float64)):+.4g}")

    def _on_check(self) -> None:
        """A window with the checks; one for each picture that is asked about."""
        if self.answer is not None and self.answer.is_finished:
            from gui.attribution_view.check_window import CheckWindow

            CheckWindow(self.answer, self._compute, self._appearance, self).show()

    def _on_save(self) -> None:
        """Ask for a file, and write the picture as it is shown, or its numbers."""
        answer = self.answer
        if answer is None or not answer.is_finished:
            return
        suggestion = f"{self._document.title} {answer.method.name}.png"
        path = self.dialogs.file_to_save(self, "Save the explanation", suggestion, SAVED_KINDS)
        if path is None:
            return
        job = SaveJob(
            answer=answer,
            path=path,
            title=self._document.title,
            network=self._document.project.network,
            names=self._names(answer),
            only_positive=self._only_positive(answer),
            palette=self._appearance.palette,
        )
        handle = self._compute.submit(job, self)
        handle.finished.connect(lambda _: self.reading.setText(f"{path.name} written to {path.parent}"))
        handle.failed.connect(self.reading.setText)

    def _names(self, answer: Answer) -> tuple[str, ...]:
        """Of the classes; none where a unit is explained."""
        names = self._document.project.class_names
        return names if len(names) == len(answer.scores) else ()

    def _refuse(self, reason: str) -> None:
        """Say why there is no picture; the form stays, so that another can be chosen."""
        self.answer = None
        self.title.setText("")
        self.warning.setText(reason)
        self.warning.setVisible(True)
        for label in (self.checks, self.note, self.reading):
            label.setText("")
        self.check.setEnabled(False)
        self.save.setEnabled(False)
        self.view.show_heat(None, None, 1.0, 0.0, 0.0)
        self.rival.hide()
        for caption in self.captions:
            caption.hide()

    def _give_up(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None


def _cell_box(places: Places, i: int, j: int, size: tuple[int, int]) -> QRectF:
    """The pixels that are drawn as this cell."""
    spans = []
    for centres, index, side in ((places.rows, i, size[0]), (places.columns, j, size[1])):
        first = 0.0 if index == 0 else (centres[index - 1] + centres[index]) / 2 + 0.5
        last = float(side) if index == len(centres) - 1 else (centres[index] + centres[index + 1]) / 2 + 0.5
        spans.append((max(0.0, first), min(float(side), last)))
    (top, bottom), (left, right) = spans
    return QRectF(left, top, right - left, bottom - top)
