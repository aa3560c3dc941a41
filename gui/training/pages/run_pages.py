"""What is shown of a run: its curves, its mistakes, its layers, or one step of one weight."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.errors import EngineError
from engine.image.sketch import SIDE, sketch_reference
from engine.training.data.examples import Examples
from engine.training.inspecting.layer_states import layer_states
from engine.training.inspecting.outcomes import Outcome, from_worst_to_best, outcomes
from engine.training.scores import Score
from engine.training.trainer import Trainer
from gui.look.appearance import Appearance
from gui.session.document import Document
from gui.session.kept_pictures import kept_picture
from gui.session.settings import Settings
from gui.training.pages.conventions_table import ConventionsTable
from gui.training.pages.curves import Curves
from gui.training.pages.layer_table import LayerTable
from gui.training.pages.mistakes import Mistakes
from gui.training.pages.one_weight import OneWeight
from gui.training.pages.triptych import image_of
from gui.training.runner import held_out
from gui.widgets.settings.quiet_combo_box import QuietComboBox
from gui.words.sentence_case import sentence

SHOWN: Final = 24
"""Pictures of a task about images that are shown with what becomes of them."""
TITLES: Final = ("Curves", "Mistakes", "Layers", "One weight", "Conventions")

Ask = Callable[[Callable[[Trainer], Any], Callable[[Any], object]], object]
"""(question, who is told): see `Runner.ask`."""


class RunPages(QStackedWidget):
    """One of the pages; `choice` is the box that chooses it."""

    def __init__(
        self, document: Document, appearance: Appearance, ask: Ask, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._ask = document, ask
        self._states_of = -1
        """The step whose layers are shown."""
        self._mistakes_of = -1
        """The step whose mistakes were last looked at unasked."""
        self._trainer: Trainer | None = None
        self.curves = Curves(appearance)
        self.mistakes = Mistakes(appearance)
        self.layers = LayerTable()
        self.weight = OneWeight()
        for page in (self.curves, self.mistakes, self.layers, self.weight, ConventionsTable()):
            self.addWidget(page)
        self.choice = QuietComboBox("What is shown of the run", TITLES)
        self.choice.currentIndexChanged.connect(self.setCurrentIndex)
        self.choice.currentIndexChanged.connect(lambda _: self._ask_what_is_seen())
        self.mistakes.asked.connect(lambda: ask(_scored, lambda scored: self.mistakes.show_score(*scored)))
        self.mistakes.picture_chosen.connect(self._look_at)

    def sizeHint(self) -> QSize:
        """No more than it needs: around lines that wrap, a scroll area gives whatever is wished for."""
        return self.minimumSizeHint()

    def begin(self, *, goes_on: bool = False) -> None:
        """A new run; `goes_on`: that of an edited network."""
        self._states_of, self._mistakes_of, self._trainer = -1, -1, None
        self.curves.begin(goes_on=goes_on)
        self.mistakes.show_score(None, None)
        self.layers.setRowCount(0)
        self.weight.show_trainer(None)

    def follow(self, trainer: Trainer) -> None:
        """Show what is new."""
        if trainer is not self._trainer:
            self.weight.show_trainer(trainer)
        self._trainer = trainer
        self.curves.follow(trainer.history)
        self._ask_what_is_seen()

    def _ask_what_is_seen(self) -> None:
        self._ask_states()
        self._ask_mistakes()

    def _ask_mistakes(self) -> None:
        """Once as the page is opened, once more at the end of the run: a look takes longer than a step."""
        trainer = self._trainer
        if trainer is None or self.currentWidget() is not self.mistakes or not self.mistakes.isVisible():
            return
        is_due = self._mistakes_of < 0 or (trainer.is_done and self._mistakes_of != trainer.step_number)
        if trainer.step_number > 0 and is_due:
            self._mistakes_of = trainer.step_number
            self.mistakes.asked.emit()

    def _ask_states(self) -> None:
        """Of the layers, while they are looked at."""
        trainer = self._trainer
        if trainer is None or self.currentWidget() is not self.layers or not self.layers.isVisible():
            return
        if trainer.step_number not in (0, self._states_of):
            self._states_of = trainer.step_number
            self._ask(layer_states, lambda states: self.layers.show_states(trainer.network, states))

    def _look_at(self, picture: npt.NDArray[np.uint8]) -> None:
        """Have the network look at a picture of the data, as if it had been drawn."""
        if picture.shape[2] == 1:
            ink = Image.fromarray(picture[:, :, 0]).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
            reference = sketch_reference(np.asarray(ink, dtype=np.uint8))
        else:
            try:
                reference = str(kept_picture(image_of(picture), Settings().pictures_folder, "data"))
            except EngineError as error:
                self.mistakes.caption.setText(sentence(f"{error}."))
                return
        self._document.edit("Look at a picture", lambda project: replace(project, image=reference))


def _scored(trainer: Trainer) -> tuple[Score | None, Examples, list[Outcome]]:
    score = held_out(trainer)
    if score is None or trainer.task.on_classes:
        return score, trainer.examples, []
    return score, trainer.examples, outcomes(trainer, from_worst_to_best(score, SHOWN))
