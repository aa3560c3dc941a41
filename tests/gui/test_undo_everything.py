"""Whatever was done on the canvas, undoing it all gives back what was there, and redoing it all what came.

Random sequences of the canvas's own commands, sensible and not: refusals leave no step.
"""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.layers import layer_kinds
from engine.model.project import Project
from gui.canvas.annotation_commands import AnnotationCommands
from gui.canvas.commands import Commands, Options
from gui.session.document import Document
from gui.session.selection import Selection
from presets import block as block_called
from presets import block_names, load

VISIBLE = QRectF(0, 0, 1200, 800)
STARTS = ("inception_3a", "lenet5", "after_pool")
Draw = Callable[[st.SearchStrategy[object]], object]


class Hand:
    """Does one random thing after another, as a person would who does not think."""

    def __init__(self, document: Document, data: st.DataObject) -> None:
        self.document = document
        self.selection = Selection(document)
        self.commands = Commands(document, self.selection, choose=self.choose, tell=str)
        self.drawn = AnnotationCommands(document, self.selection, self.commands)
        self.data = data

    @property
    def project(self) -> Project:
        return self.document.project

    def pick(self, things: object) -> object | None:
        listed = list(things)  # type: ignore[call-overload]  # any collection
        return self.data.draw(st.sampled_from(listed)) if listed else None

    def point(self) -> tuple[float, float]:
        x, y = self.data.draw(st.tuples(st.integers(-20, 20), st.integers(-20, 20)))
        return 40.0 * x, 40.0 * y

    def part(self) -> object:
        if self.data.draw(st.booleans()):
            return self.pick([kind() for kind in layer_kinds().values()])
        return block_called(str(self.pick(block_names())))

    def act(self) -> None:
        nodes, edges = list(self.project.network.nodes), list(self.project.network.edges)
        chosen = self.data.draw(st.sets(st.sampled_from(nodes), max_size=4)) if nodes else set()
        if chosen or self.data.draw(st.booleans()):
            self.selection.select(chosen)
        node, edge = self.pick(nodes), self.pick(edges)
        commands, drawn, do = self.commands, self.drawn, self.document.edit
        acts: list[Callable[[], object]] = [
            lambda: commands.add(self.part(), self.point()),
            lambda: commands.append(self.part(), VISIBLE),
            commands.delete,
            commands.duplicate,
            commands.cut,
            commands.copy,
            lambda: commands.paste(VISIBLE),
            commands.toggle_bypass,
            partial(commands.arrange, 1.5),
            lambda: commands.align("left"),
            lambda: commands.distribute("horizontally"),
            lambda: commands.nudge(8, 0),
            lambda: commands.nudge(0, -8),
            drawn.group,
            drawn.ungroup,
            drawn.toggle_selected,
            lambda: drawn.set_all(self.data.draw(st.booleans())),
            drawn.fold_repeats,
            drawn.turn,
            lambda: drawn.add_frame(VISIBLE, QRectF(0, 0, 100, 100)),
            lambda: drawn.add_note(QPointF(*self.point()), "a note"),
        ]
        if node is not None:
            other = self.pick(nodes)
            acts += [
                lambda: commands.rename(str(node), str(self.pick(["stem", "", "ä×"]))),
                lambda: commands.disconnect(str(node)),
                lambda: commands.move({str(node): self.point()}),
                lambda: do("Wire", lambda project: project.connect(str(other), str(node))),
                lambda: commands.reduce(str(node), self.data.draw(st.integers(1, 64)), activation=True),
                lambda: do("Sweep", self.changed(str(node)), merge_key="sweep"),
            ]
            fixes = [fix for problem in self.document.analysis.problems for fix in problem.fixes]
            if fixes:
                fix = self.data.draw(st.sampled_from(fixes))
                acts.append(lambda: commands.apply(fix))
        if edge is not None:
            acts += [lambda: commands.delete(edge), lambda: commands.insert(self.part(), edge)]  # type: ignore[arg-type]  # an edge
        self.data.draw(st.sampled_from(acts))()

    def choose(self, options: Options) -> None:
        self.data.draw(st.sampled_from(list(options.values())))()

    def changed(self, node_id: str) -> Callable[[Project], Project]:
        channels = self.data.draw(st.integers(-1, 40))

        def change(project: Project) -> Project:
            layer = project.network[node_id].layer
            if not hasattr(layer, "out_channels"):
                return project.rename(node_id, str(channels))
            return project.replace_layer(node_id, layer.replace(out_channels=channels))

        return change


def test_an_empty_canvas_bears_every_command(qapp: QApplication) -> None:
    document = Document(Project())
    selection = Selection(document)
    commands = Commands(document, selection, choose=dict, tell=str)
    drawn = AnnotationCommands(document, selection, commands)
    for act in (
        commands.delete,
        commands.duplicate,
        commands.cut,
        commands.copy,
        commands.toggle_bypass,
        partial(commands.arrange, 1.5),
        drawn.group,
        drawn.ungroup,
        drawn.toggle_selected,
        drawn.fold_repeats,
        drawn.turn,
    ):
        act()
    assert not document.project.network.nodes
    document.go_to(0)
    assert document.project == Project()


@given(data=st.data(), start=st.sampled_from(STARTS))
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
def test_undoing_everything_gives_back_what_was_there(
    qapp: QApplication, data: st.DataObject, start: str
) -> None:
    check(data, start, steps=10)


@pytest.mark.slow
@given(data=st.data(), start=st.sampled_from(STARTS))
@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
def test_undoing_a_long_afternoon_gives_back_the_morning(
    qapp: QApplication, data: st.DataObject, start: str
) -> None:
    check(data, start, steps=40)


def check(data: st.DataObject, start: str, *, steps: int) -> None:
    QGuiApplication.clipboard().clear()
    first = load(start).project
    document = Document(first)
    hand, states = Hand(document, data), [first]
    for _ in range(steps):
        before, count = document.project, document.undo_stack.index()
        refused: list[str] = []
        document.edit_refused.connect(refused.append)
        hand.act()
        document.edit_refused.disconnect(refused.append)
        if refused:
            assert document.project is before, "a refused edit changes nothing"
            assert document.undo_stack.index() == count, "and is no step"
        assert (document.project is before) or document.undo_stack.count() > 0 or document.project == first
        index = document.undo_stack.index()
        states[index:] = [document.project]
    last = document.project
    assert states[document.undo_stack.index()] is last
    if document.undo_stack.count():
        step = data.draw(st.integers(0, document.undo_stack.count()))
        document.go_to(step)
        assert document.project == states[step]
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.project is first
    assert_same_numbers(document)
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert document.project is last
    assert_same_numbers(document)
    document.undo_stack.clear()  # commands left for the end of the process crash it there


def assert_same_numbers(document: Document) -> None:
    """The analysis that went along is that of the network as it is."""
    try:
        fresh = analyze(document.project.network)
    except EngineError:  # pragma: no cover
        pytest.fail("every network can be analysed")
    assert document.analysis.totals == fresh.totals
    assert {k: layer.output_shape for k, layer in document.analysis.layers.items()} == {
        k: layer.output_shape for k, layer in fresh.layers.items()
    }
