"""A challenge read from its file, `NAME.challenge.md`: facts, a network, and a task as in a lesson.

Nothing that stands in a file is executed.
"""

from pathlib import Path
from typing import Final

from engine.analysis.analyze import Analysis, analyze
from engine.model.project import Project
from presets.challenges.challenge import Challenge, Goal
from presets.file_names import CHALLENGE_ENDING
from presets.lesson import State, filled
from presets.written.document import LessonMistake, cut_whole
from presets.written.expression import Reader
from presets.written.goals import Goal as WrittenGoal
from presets.written.lesson_file import RANK, file_text, start_of, whole
from presets.written.places import Places, Scene, place_lines
from presets.written.slots import Slots
from presets.written.tasks import TaskParts

ENDING: Final = CHALLENGE_ENDING
FACTS: Final = ("id", "title", "network", "image", "rank")
"""Keys of the front matter."""
BLOCKS: Final = ("network", "places", "task")


def read_challenge(path: Path) -> Challenge:
    """The challenge in a file. `FormatError` names the file and, where it is one line's fault, the line."""
    return file_text(path, lambda text: challenge_of(text, path))


def challenge_of(text: str, path: Path) -> Challenge:
    """The challenge in a text; `path` names it, and says which folder a project file lies in."""
    document = cut_whole(text, FACTS, BLOCKS)
    facts, head = document.facts, document.head
    if "task" not in head.blocks:
        raise LessonMistake(
            1, "the challenge asks for nothing: a task block has its text, goals and solution"
        )
    start, _ = start_of(facts, head, path.parent)
    scene = Scene(Places(list(place_lines(head.blocks["places"])) if "places" in head.blocks else []))
    slots = Slots(Reader(scene, start))
    parts = TaskParts.of(head.blocks["task"], slots.reader, scene.places)
    scene.goals = tuple(goal.met for goal in parts.goals)
    if measured := [goal for goal in parts.goals if goal.needs_maps]:
        raise LessonMistake(
            head.blocks["task"].line, f"{measured[0].text} needs maps: a challenge looks at the network alone"
        )
    task = parts.task(slots, scene)
    state = State(start, analyze(start.network))
    numbers = {name: quote.text(state) for name, quote in slots.quotes.items()}
    return Challenge(
        id=facts["id"].text if "id" in facts else path.name[: -len(ENDING)] or "challenge",
        title=facts["title"].text,
        rank=whole(facts.get("rank"), "rank", RANK, RANK),
        text=filled(task.text, numbers),
        start=lambda: start,
        goals=tuple(_goal(goal, scene) for goal in parts.goals),
        hints=tuple(filled(hint, numbers) for hint in task.hints),
        solution=task.solution,
    )


def _goal(goal: WrittenGoal, scene: Scene) -> Goal:
    def met(project: Project, analysis: Analysis) -> bool:
        state = State(project, analysis)
        return goal.met(state, scene.binding(state))

    def now(project: Project, analysis: Analysis) -> str:
        state = State(project, analysis)
        return goal.now(state, scene.binding(state))

    def counted(project: Project, analysis: Analysis) -> str:
        state = State(project, analysis)
        return goal.now(state, scene.binding(state), counted=True)

    return Goal(text=goal.title, met=met, now=now, counted=counted)
