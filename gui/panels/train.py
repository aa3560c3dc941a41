"""The panel "Train": the network learns before one's eyes, and its maps on the canvas move with it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.errors import EngineError
from engine.model.network import Network
from engine.model.project import Project
from engine.training.carried import Carried
from engine.training.inspecting.taken_apart import take_apart
from engine.training.runs import Plan
from engine.training.settings import PRESENT
from engine.training.trainer import Trainer
from engine.weights import Weights
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.training.carrying import carry, is_same, learned_in, learned_in_full
from gui.training.form import ScrolledForm, TrainForm
from gui.training.frames import Frames
from gui.training.keeps_run import KeepsRun
from gui.training.moment_slider import MomentSlider
from gui.training.pages.run_pages import RunPages
from gui.training.questions import Questions
from gui.training.run_buttons import RunButtons
from gui.training.run_lines import RunLines
from gui.training.runner import DONE, FAILED, PAUSED, READING, RUNNING, Runner
from gui.training.status_text import Speed, learning_text, notes_text
from gui.widgets.dialogs import PROJECT_KINDS, Dialogs
from gui.widgets.surface import MARGIN, Surface

LOOK_MS: Final = 50
"""How often the window looks at what the thread has come to."""
ROOMY: Final = 720
"""Pixels that the form and a run need beside each other; in less, the form makes room for the run."""
NETWORK_TITLE: Final = "A network to be imitated"
FOLDER_TITLE: Final = "A folder of photographs, or of a folder for each class"
Answer = TypeVar("Answer")
_runs = count(1)


class TrainPanel(Surface):
    """Buttons and what happens, the curves, the kept moments; the form beside them."""

    learning_changed = Signal(str)
    """What the network is learning, or has learned and nobody kept, in a few words; empty for nothing."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        appearance: Appearance,
        begin_keeping: Callable[[Project, Plan], KeepsRun],
        parent: QWidget | None = None,
    ) -> None:
        """`begin_keeping` gives what keeps a run's checkpoints outside of the window."""
        super().__init__("Train", parent)
        self._begin_keeping = begin_keeping
        self._kept: KeepsRun | None = None
        self._document, self._selection, self._compute = document, selection, compute
        self.dialogs = Dialogs()
        self.runner: Runner | None = None
        self._base = document.project.network
        """What the document held when the run began, or took weights over from it."""
        self._carried: Carried | None = None
        """The edited network with what was learned, where training is to go on with that."""
        self._plan: Plan | None = None
        """As the form had it when the run began."""
        self._key = ""
        self._keeps = False
        self._said = ""
        """What was said of an edit; stays until training goes on."""
        self._kept_step = -1
        """The step whose weights the document has."""
        self._learning = ""
        """What `learning_changed` said last."""
        self._questions = Questions()
        self._wanted_step: int | None = None
        """The kept moment to be wound back to."""
        self._speed = Speed()
        self._frames = Frames(compute, self._ask)
        self._buttons = RunButtons(appearance)
        self.train, self.single = self._buttons.train, self._buttons.single
        self.keep, self.drop = self._buttons.keep, self._buttons.drop
        self.compare, self.settings = self._buttons.compare, self._buttons.settings
        self.pages = RunPages(document, appearance, self._ask)
        self.lines = RunLines(self.pages.choice, (self.compare, self.settings))
        self.status, self.detail = self.lines.status, self.lines.detail
        self.note, self.problem = self.lines.note, self.lines.problem
        self.moments = MomentSlider()
        self.form = TrainForm(self._choose_folder, self._choose_network)
        self._beside = ScrolledForm(self.form)
        self._lay_out()
        self.train.clicked.connect(self._on_train)
        self.single.clicked.connect(self._on_single)
        self.keep.clicked.connect(self.keep_weights)
        self.drop.clicked.connect(self.discard)
        self.settings.toggled.connect(self._beside.setVisible)
        self.form.changed.connect(self._on_form_changed)
        self.moments.wanted.connect(self._on_moment)
        self.pages.weight.wanted.connect(self._take_apart)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._on_look)
        document.project_changed.connect(self._on_project_changed)
        self._show_state()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GRID // 2)
        left.addWidget(self._buttons)
        left.addWidget(self.lines)
        left.addWidget(self.pages, 1)
        left.addWidget(self.moments)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(MARGIN, 4, MARGIN, GRID)
        whole.setSpacing(GRID)
        whole.addLayout(left, 1)
        whole.addWidget(self._beside)

    # what people do ------------------------------------------------------------------------------------
    def _on_train(self) -> None:
        """Begin, pause, or go on; give up reading pictures."""
        runner = self.runner
        if runner is not None and runner.state == READING:
            self.discard()
        elif runner is not None and runner.state == RUNNING:
            runner.pause()
        elif self._goes_on:
            self._go(float("inf"))
        else:
            self._begin(float("inf"))
        self._show_state()

    def _on_single(self) -> None:
        if self._goes_on:
            self._go(1)
        else:
            self._begin(1)

    @property
    def _goes_on(self) -> bool:
        """Whether there is a run that is not over, or an edited network that it is to go on with."""
        runner = self.runner
        return self._carried is not None or (
            runner is not None and runner.trainer is not None and runner.state not in (DONE, FAILED)
        )

    def _begin(self, steps: float) -> None:
        """A new run, as the form has it."""
        try:
            plan = self.form.plan
        except EngineError as error:
            self.lines.show_problem(str(error))
            return
        self.close_run(drop=True)
        self._key = f"training {next(_runs)}"
        self._start(self._document.project.network, plan, steps)

    def _go(self, steps: float) -> None:
        """Go on: with the edited network where there is one, and as the form has it now."""
        assert self.runner is not None
        try:
            plan = self.form.plan
        except EngineError as error:
            self.lines.show_problem(str(error))
            return
        self._said = ""
        if self._carried is not None:
            self._go_on_with(self._carried.network, plan, steps)
        elif plan == self._plan:
            self._make_room()
            self.runner.pause_between = self.form.pause_between
            self.runner.go(steps)
            self._look.start()
        else:
            network = self._document.project.network
            self._ask(
                learned_in,
                lambda learned: self._go_on_with(carry(learned, self._base, network).network, plan, steps),
            )

    def _go_on_with(self, network: Network, plan: Plan, steps: float) -> None:
        self.close_run(drop=True)
        present = replace(plan, settings=replace(plan.settings, start=PRESENT))
        self._start(network, present, steps, goes_on=True)
        self._plan = plan

    def _start(self, network: Network, plan: Plan, steps: float, *, goes_on: bool = False) -> None:
        self._base, self._plan = self._document.project.network, plan
        self._frames.begin()
        self._speed = Speed()
        self._make_room()
        self.pages.begin(goes_on=goes_on)
        kept = self._begin_keeping(replace(self._document.project, network=network), plan)
        self._kept = kept
        self.runner = Runner(network, plan, on_step=kept.keep)
        self.runner.pause_between = self.form.pause_between
        self.runner.start()
        self.runner.go(steps)
        self._look.start()
        self._show_state()

    def _make_room(self) -> None:
        """For what a run shows."""
        if self.width() < ROOMY:
            self.settings.setChecked(False)

    def take_up(self, kept: KeepsRun) -> None:
        """Go on with a run that was left; its network is the document's already."""
        self.close_run()
        self._key = f"training {next(_runs)}"
        self._base, self._plan, self._kept = self._document.project.network, kept.plan, kept
        self.form.show_plan(kept.plan)
        self._frames.begin()
        self._make_room()
        self.pages.begin()
        self.runner = Runner(self._base, kept.plan, on_open=kept.checkpoint.resume, on_step=kept.keep)
        self.runner.start()
        self._look.start()
        self._show_state()

    def keep_weights(self) -> None:
        """Give the document what was learned, as one step of its history."""
        runner = self.runner
        if runner is None or runner.trainer is None:
            return
        runner.pause()
        if self._carried is not None:
            network = self._carried.network
            self._put({node_id: network[node_id].weights for node_id in self._carried.kept})
        else:
            self._ask(learned_in_full, self._put)

    def _put(self, learned: Mapping[str, Weights]) -> None:
        def change(project: Project) -> Project:
            network = project.network
            for node_id, weights in learned.items():
                network = network.set_weights(node_id, weights)
            return replace(project, network=network)

        self._keeps = True
        try:
            self._document.edit("Train", change, merge_key=self._key)
        finally:
            self._keeps = False
        if self._kept is not None:
            self._kept.drop()
        self._base = self._document.project.network
        self._kept_step = -1 if self.runner is None else self.runner.step_number
        self._said = "Kept: the layers say how they were trained. Ctrl+Z takes it back."
        self._show_state()

    def _ask(self, question: Callable[[Trainer], Answer], then: Callable[[Answer], object]) -> None:
        """Have this answered between two steps, while the window goes on."""
        if self.runner is not None:
            self._questions.add(self.runner.ask(question), then)
            self._look.start()

    def discard(self) -> None:
        """Forget the run; the maps are those of the document again."""
        self.close_run(drop=True)
        self.settings.setChecked(True)
        self.pages.begin()
        self._compute.run_now()
        self._show_state()

    def close_run(self, *, drop: bool = False) -> bool:
        """End the thread, if there is one; whether it ended in time. What it learned waits to be taken up,
        unless it is dropped."""
        runner, self.runner = self.runner, None
        self._carried, self._said, self._kept_step = None, "", -1
        self._questions.forget()
        self._look.stop()
        ended = runner is None or runner.close()
        if self._kept is not None and drop:
            self._kept.drop()
        elif self._kept is not None:
            self._kept.leave(runner.trainer if runner is not None and ended else None)
        return ended

    def _on_form_changed(self) -> None:
        """What was wrong with a run that never began was wrong with another form."""
        if self.runner is not None and self.runner.never_began:
            self.close_run(drop=True)
            self._show_state()

    # what happens --------------------------------------------------------------------------------------
    def _on_project_changed(self, before: Project, after: Project) -> None:
        """An edit pauses the run, takes along what still fits, and says what that is."""
        runner = self.runner
        if runner is None or before.network is after.network:
            return
        if self._keeps:
            return
        if is_same(before.network, after.network):
            self._frames.begin()  # its own maps are on their way: those in training come after them
            self._look.start()
            return
        runner.pause()
        if runner.trainer is not None:
            self._ask(learned_in, self._carry)
        else:
            self.close_run()
            self._said = "Not begun: the network was changed while its pictures were read."
        self._show_state()

    def _carry(self, learned: Mapping[str, Weights]) -> None:
        taken = carry(learned, self._base, self._document.project.network)
        if taken.kept:
            self._carried = taken
            self._said = f"Paused: the network was changed. Learned weights {taken.text}."
        else:
            self.close_run()
            self._said = "Ended: nothing that was learned fits this network. It is offered at the next start."
        self._show_state()

    def _on_look(self) -> None:
        """See what the thread has come to, and have maps made when they are due."""
        runner = self.runner
        if runner is None:
            return
        problem = self._questions.take_answers()
        if self.runner is not runner:
            return
        runner.problem = problem or runner.problem
        trainer, state = runner.trainer, runner.state  # of one moment: what comes later is seen the next time
        is_fast = state == RUNNING and not runner.pause_between
        is_drawn = not is_fast or self._frames.take_turn()
        if trainer is not None and self._carried is None:
            self._wind_back(runner)
            if is_drawn and self.window().isVisible():
                self._frames.follow(trainer.step_number)
            if is_drawn:
                self._speed.measure(trainer.step_number)
                self.pages.follow(trainer)
        if is_drawn:
            self._show_state()
        if runner.never_began:
            self.settings.setChecked(True)
        if self._carried is not None:
            is_seen = self._frames.show(self._carried.network)
        else:
            is_seen = trainer is None or self._frames.shown_step == trainer.step_number
        if state not in (READING, RUNNING) and is_seen and not self._questions:
            self._look.stop()

    def _on_moment(self, step: int) -> None:
        if self.runner is not None:
            self.runner.pause()
            self._wanted_step = step
            self._look.start()

    def _take_apart(self, node_id: str, parameter: str, index: tuple[int, ...]) -> None:
        runner = self.runner
        if runner is not None and self._carried is None:
            runner.problem = ""
            future = runner.ask_step(lambda trainer: take_apart(trainer, node_id, parameter, index))
            self._questions.add(future, self.pages.weight.show_update)
            self._look.start()

    def _wind_back(self, runner: Runner) -> None:
        """To the moment that the slider came to last."""
        step, self._wanted_step = self._wanted_step, None
        if step is not None:
            self._questions.add(runner.wind_back(step), lambda _: self._show_state())

    def _show_state(self) -> None:
        """Buttons, status and slider as they are now."""
        runner = self.runner
        state = PAUSED if self._carried is not None else "" if runner is None else runner.state
        self._buttons.show_state(state, has_learned=runner is not None and runner.step_number > 0)
        self.form.setEnabled(state not in (READING, RUNNING))
        said = self._said or notes_text(runner)
        was_edited = self._carried is not None
        self.lines.show_run(runner, self._speed.steps_a_second, said, was_edited=was_edited)
        self.moments.show_run(runner if self._carried is None else None)
        learning = learning_text(runner, self._kept_step, self._carried)
        if learning != self._learning:
            self._learning = learning
            self.learning_changed.emit(learning)

    def _choose_folder(self) -> Path | None:
        before = self.form.folder
        return self.dialogs.folder_to_open(
            self, FOLDER_TITLE, str(Path.home() if before is None else before.parent)
        )

    def _choose_network(self) -> Path | None:
        return self.dialogs.file_to_open(self, NETWORK_TITLE, str(Path.home()), PROJECT_KINDS)
