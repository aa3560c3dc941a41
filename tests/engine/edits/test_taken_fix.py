"""Ways out of problems bring cards in where there is room, whatever the network looks like."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.edits.taken_fix import take_fix
from engine.errors import NetworkError
from engine.layers import Layer, layer_kinds
from engine.layout.card_rects import shown_places
from engine.layout.layout import lay_out
from engine.layout.room import opened_part, overlap
from engine.model.network import Network, Node
from engine.model.project import DIRECTIONS, Project
from tests.engine.small_networks import chain, conv, make

PARTS: list[Layer] = [
    conv(16, 3),
    conv(8, 1, stride=2),
    conv(32, 9, padding="valid"),
    make("Linear", out_features=10),
    make("Flatten"),
    make("MaxPool2d"),
    make("BatchNorm2d"),
    make("GlobalAvgPool2d"),
    make("Softmax"),
    make("Add"),
    make("Concat"),
    make("Multiply"),
    make("ConvTranspose2d"),
    layer_kinds()["Input"](shape=(3, 12, 20)),
]


@st.composite
def wrong_projects(draw: st.DrawFn) -> Project:
    """Random wires among random layers: most of what comes out has something wrong. Some of it is grouped."""
    nodes: list[Node] = []
    for number, layer in enumerate(draw(st.lists(st.sampled_from(PARTS), min_size=2, max_size=9))):
        most = layer.max_inputs if layer.max_inputs is not None else 3
        ids = [node.id for node in nodes]
        inputs = draw(st.lists(st.sampled_from(ids), max_size=most, unique=True)) if ids else []
        nodes.append(Node(id=f"n{number}", layer=layer, inputs=tuple(inputs)))
    network = Network(nodes)
    project = Project(network=network, direction=draw(st.sampled_from(DIRECTIONS)))
    chosen = draw(st.lists(st.sampled_from([node.id for node in nodes]), max_size=4, unique=True))
    if chosen:
        project = project.group(chosen).set_collapsed("group_1", draw(st.booleans()))
    at = lay_out(network, project.groups, direction=project.direction)
    return project.move(at)


def covered(project: Project) -> list[tuple[str, str]]:
    """The pairs of cards that lie on one another; those behind a card are looked at among themselves."""
    found = [
        (a, b)
        for (a, one), (b, other) in combinations(shown_places(project).items(), 2)
        if overlap(one, other)
    ]
    for group in project.groups:
        if project.groups[group].collapsed:
            found += covered(opened_part(project, group))
    return found


@settings(max_examples=150)
@given(project=wrong_projects())
def test_what_a_fix_brings_in_never_lies_on_another_card(project: Project) -> None:
    assert not covered(project)
    analysis = analyze(project.network)
    reports = analysis.layers.values()
    problems = [*analysis.problems, *(note for report in reports for note in report.notes)]
    for problem in problems:
        for fix in problem.fixes:
            try:
                made = take_fix(project, fix)
            except NetworkError:
                continue  # two ways out may exclude each other
            assert not covered(made), (fix.text, covered(made))


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_layer_on_a_short_wire_pushes_on_what_lies_behind(direction: str) -> None:
    network = chain(conv(8), make("Linear", out_features=10), make("ReLU"))
    places = lay_out(network, direction=direction)
    project = Project(network=network, positions=places, direction=direction)
    (problem,) = analyze(network).problems
    fix = next(fix for fix in problem.fixes if fix.text == "Insert a Flatten")
    made = take_fix(project, fix)
    along = 0 if direction == "right" else 1
    order = [made.position(node_id)[along] for node_id in made.network.order]
    assert order == sorted(set(order))
    across = {made.position(node_id)[1 - along] for node_id in made.network.order}
    assert len(across) == 1
