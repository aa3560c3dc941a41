"""What a network answers, on the command line: its classes by name, and how far it can be believed."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import analyze
from engine.analysis.classes import ClassScore, answer_node, top_classes
from engine.analysis.learned import learned_layers
from engine.formats.weights.class_names import read_class_names
from engine.model.project import Project
from gui.commands.command import Parser, UsageError, file_name
from gui.commands.streams import file_or_input, names_ending


def add_answers(parser: Parser) -> None:
    """The arguments --top and --labels."""
    parser.add_argument("--top", metavar="N", type=int, help="the N likeliest classes, by name")
    parser.add_argument(
        "--labels",
        metavar="FILE",
        type=file_name,
        help="names of the classes: a text file, one a line, or JSON",
    )


class Answers:
    """The likeliest classes of each picture. Asked for before anything runs, so that a refusal comes at once:
    `UsageError` for a network that ends in no Softmax over classes, and for names that are not its."""

    def __init__(self, project: Project, top: int, labels: Path | None) -> None:
        if top < 1:
            raise UsageError(f"--top: {top} is no number of classes; at least 1")
        node_id = answer_node(project.network)
        if node_id is None:
            problem = next(iter(analyze(project.network).problems), None)
            if problem is not None:
                raise UsageError(f"--top: the network gives no classes: {problem.node_id}: {problem.message}")
            raise UsageError("--top: the network gives no classes: it has no Softmax over a vector")
        self.node_id = node_id
        self._top = top
        self._names = project.class_names
        if labels is not None:
            self._names = read_class_names(file_or_input(labels, names_ending))
        self._named_by = labels
        self.caveat = learned_layers(project.network).caveat
        self.state = learned_layers(project.network).state

    def of(self, values: npt.NDArray[np.float32]) -> list[tuple[ClassScore, ...]]:
        """The likeliest classes of (N, F) shares, picture by picture."""
        if self._named_by is not None and len(self._names) != values.shape[1]:
            raise UsageError(
                f"--labels: {self._named_by.name} names {len(self._names)} classes,"
                f" the network has {values.shape[1]}"
            )
        return [top_classes(shares, self._names, self._top) for shares in values]


def answers_to_json(tops: list[tuple[ClassScore, ...]]) -> list[Any]:
    """A list of classes, and for several pictures a list of such lists."""
    lists = [
        [{"index": one.index, "class": one.name, "probability": one.probability} for one in top]
        for top in tops
    ]
    return lists[0] if len(lists) == 1 else lists


def print_answers(tops: list[tuple[ClassScore, ...]], caveat: str) -> None:
    """As a table, after the layers'."""
    for number, top in enumerate(tops):
        print(f"\nPicture {number}" if len(tops) > 1 else "")
        width = max(len(one.name) for one in top)
        for one in top:
            print(f"{one.probability:7.1%}  {one.name.ljust(width)}  ({one.index})")
    if caveat:
        print(f"\n{caveat[0].upper()}{caveat[1:]}.")
