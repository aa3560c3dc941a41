"""What a step asks for, as its `task` block writes it: text, `? hint`, `goal: …` and `solve: …`."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.analysis.analyze import Analysis, analyze
from engine.model.project import Project
from presets.lesson import Maps, State, Task
from presets.written.document import FencedBlock, LessonMistake, Line
from presets.written.edits import Edit, made, read_edit
from presets.written.expression import Reader
from presets.written.goals import Goal, read_goal
from presets.written.places import Places, Scene
from presets.written.slots import Slots


@dataclass(frozen=True)
class TaskParts:
    """A task block, its lines read by what they are."""

    text: tuple[Line, ...]
    hints: tuple[Line, ...]
    goals: tuple[Goal, ...]
    edits: tuple[Edit, ...]
    places: Places

    @classmethod
    def of(cls, block: FencedBlock, reader: Reader, places: Places) -> "TaskParts":
        """The parts of a block. `LessonMistake`."""
        text, hints, goals, edits = [], [], [], []
        for line in block.filled_lines:
            word, colon, rest = line.text.partition(":")
            inner = Line(line.number, rest.strip())
            if line.text.startswith("?"):
                hints.append(Line(line.number, line.text[1:].strip()))
            elif colon and word == "goal":
                goals.append(read_goal(inner.text, line.number, reader, places.names))
            elif colon and word == "solve":
                edits.append(read_edit(inner))
            else:
                text.append(line)
        for what, found, way in (
            ("does not say what to do", text, "a line of text"),
            ("has no goal", goals, "a line “goal: …”"),
            ("has no solution", edits, "a line “solve: …”"),
        ):
            if not found:
                raise LessonMistake(block.line, f"the task {what}: write {way}")
        return cls(tuple(text), tuple(hints), tuple(goals), tuple(edits), places)

    def task(self, slots: Slots, scene: Scene) -> Task:
        """The task, whose goals and solution find their layers in whatever network is at hand."""
        goals, edits, places = self.goals, self.edits, self.places

        def missing(project: Project, analysis: Analysis) -> tuple[str, ...]:
            """What can be told without maps; of goals that need them, only once nothing else is missing."""
            state = State(project, analysis)
            found = scene.binding(state)
            told = [said for goal in plain for said in goal.missing(state, found, places)]
            return tuple(dict.fromkeys(told)) or tuple(goal.label or goal.text for goal in measured)

        def done(project: Project, analysis: Analysis, maps: Maps) -> bool:
            state = State(project, analysis, maps)
            found = scene.binding(state)
            return all(goal.met(state, found) for goal in goals)

        plain = [goal for goal in goals if not goal.needs_maps]
        measured = [goal for goal in goals if goal.needs_maps]

        return Task(
            text=slots.filled(self.text),
            done=done,
            solution=lambda project: made(edits, project, finder(scene)),
            hints=tuple(slots.filled([line]) for line in self.hints),
            missing=missing,
            needs_maps=bool(measured),
        )


def finder(scene: Scene) -> Callable[[Project], dict[str, str]]:
    """Where the places of a scene stand in a project."""
    return lambda project: dict(scene.binding(State(project, analyze(project.network))))
