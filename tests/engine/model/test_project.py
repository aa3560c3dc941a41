"""Projects: what the window does to them; random sequences of edits never leave the valid ones."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.errors import EngineError, NetworkError
from engine.model.network import Network, Node
from engine.model.project import COLUMN, Project
from tests.engine.small_networks import chain, conv, graph, make, pool


def project_of(network: Network, *placed: str) -> Project:
    return Project(network=network, positions={one: (100.0 * i, 10.0 * i) for i, one in enumerate(placed)})


def test_moving_keeps_the_network_the_same_object() -> None:
    project = project_of(chain(conv()), "input", "n1")
    moved = project.move({"n1": (7.0, 8.0)})
    assert moved.network is project.network
    assert moved.position("n1") == (7.0, 8.0)
    assert project.position("n1") == (100.0, 10.0)
    with pytest.raises(NetworkError):
        project.move({"zebra": (0.0, 0.0)})


def test_a_position_without_a_node_is_refused() -> None:
    with pytest.raises(NetworkError, match="'zebra'"):
        Project(network=chain(), positions={"zebra": (0.0, 0.0)})


def test_positions_go_with_their_nodes() -> None:
    project = project_of(chain(conv(), pool()), "input", "n1", "n2").remove("n1")
    assert set(project.positions) == {"input", "n2"}
    assert project.network["n2"].inputs == ("input",)


def test_a_new_node_reads_from_the_named_one() -> None:
    project = project_of(chain(), "input").add(conv(), (5.0, 5.0), after="input")
    assert project.network["conv2d_1"].inputs == ("input",)
    assert project.position("conv2d_1") == (5.0, 5.0)
    assert project.add(make("Input"), (0.0, 0.0), after="input").network["input_1"].inputs == ()


def test_a_node_dropped_on_a_wire_is_placed_there() -> None:
    project = project_of(chain(conv()), "input", "n1").insert_on_edge(
        make("ReLU"), ("input", "n1"), (50.0, 5.0)
    )
    assert project.network["n1"].inputs == ("relu_1",)
    assert project.position("relu_1") == (50.0, 5.0)


def test_nodes_that_a_fix_brings_in_get_a_place_beside_their_neighbours() -> None:
    net = graph((3, 8, 8), a=(conv(4), "input"), b=(conv(2), "input"), sum=(make("Add"), "a", "b"))
    project = project_of(net, "input", "a", "b", "sum")
    fix = analyze(net).problems[0].fixes[0]
    fixed = project.with_network(fix.apply(net))
    assert fixed.position("conv2d_1") == (250.0, 25.0)
    longer = project.with_network(net.add(Node(id="end", layer=conv(), inputs=("sum",))))
    assert longer.position("end") == (300.0 + COLUMN, 30.0)
    assert "alone" not in project.with_network(net.add(Node(id="alone", layer=conv()))).positions


def test_copies_get_ids_of_their_own_and_keep_the_wires_among_them() -> None:
    project = project_of(chain(conv(), make("ReLU")), "input", "n1", "n2")
    copied = [project.network["n1"], project.network["n2"]]
    pasted, ids = project.paste(copied, {"n1": (1.0, 2.0), "other": (0.0, 0.0)})
    assert ids == ("conv2d_1", "relu_1")
    assert pasted.network["relu_1"].inputs == ("conv2d_1",)
    assert pasted.network["conv2d_1"].inputs == ()
    assert pasted.position("conv2d_1") == (1.0, 2.0)
    again, more = pasted.paste([*copied, project.network["input"]], {})
    assert more == ("conv2d_2", "relu_2", "input_1")
    assert again.network["conv2d_2"].inputs == ("input_1",)


def test_the_same_network_gives_the_same_project() -> None:
    project = project_of(chain(conv()), "input")
    assert project.replace_layer("n1", conv()) is project
    assert project.rename("n1", "") is project


def test_positions_cannot_be_changed_from_outside() -> None:
    project = project_of(chain(conv()), "input")
    with pytest.raises(TypeError):
        project.positions["input"] = (1.0, 1.0)  # type: ignore[index]


LAYERS = [
    conv(),
    pool(),
    make("ReLU"),
    make("Add"),
    make("Concat"),
    make("Input"),
    make("Linear"),
    make("Flatten"),
]
Edit = Callable[[Project, list[str], Any], Project]
EDITS: dict[str, Edit] = {
    "add": lambda p, ids, draw: p.add(draw(LAYERS), (1.0, 2.0), after=draw([*ids, None])),
    "insert": lambda p, ids, draw: p.insert_on_edge(
        draw(LAYERS), draw([*p.network.edges, ("input", "zebra")]), (3.0, 4.0)
    ),
    "remove": lambda p, ids, draw: p.remove(*{draw(ids), draw(ids)}),
    "connect": lambda p, ids, draw: p.connect(draw(ids), draw(ids), replacing=draw([*ids, None])),
    "disconnect": lambda p, ids, draw: p.disconnect(*draw([*p.network.edges, ("input", "input")])),
    "replace": lambda p, ids, draw: p.replace_layer(draw(ids), draw(LAYERS)),
    "rename": lambda p, ids, draw: p.rename(draw(ids), draw(["", "stem"])),
    "move": lambda p, ids, draw: p.move({draw(ids): (9.0, 9.0)}),
    "paste": lambda p, ids, draw: p.paste(
        [p.network[one] for one in {draw(ids), draw(ids)} if one in p.network], {}
    )[0],
    "fix": lambda p, ids, draw: p.with_network(
        draw(
            [fix.apply for problem in analyze(p.network).problems for fix in problem.fixes] or [lambda n: n]
        )(p.network)
    ),
}


def check_valid(project: Project) -> None:
    network = project.network
    assert project.positions.keys() <= network.nodes.keys()
    assert sorted(network.order) == sorted(network.nodes)
    place = {node_id: index for index, node_id in enumerate(network.order)}
    for node in network.nodes.values():
        assert all(place[source] < place[node.id] for source in node.inputs)
        assert len(set(node.inputs)) == len(node.inputs)
        assert node.layer.max_inputs is None or len(node.inputs) <= node.layer.max_inputs
        assert set(network.outputs_of[node.id]) == {
            n.id for n in network.nodes.values() if node.id in n.inputs
        }
    analyze(network)


def snapshot(project: Project) -> str:
    """Everything in it, written out."""
    return repr((list(project.network.nodes.values()), project.network.order, dict(project.positions)))


@given(st.data())
def test_any_sequence_of_edits_gives_valid_projects_and_leaves_the_old_ones_alone(
    data: st.DataObject,
) -> None:
    def draw(choices: list[Any]) -> Any:
        return data.draw(st.sampled_from(choices))

    project = project_of(chain(conv(), make("ReLU"), shape=(3, 9, 9)), "input", "n1")
    history = [(project, snapshot(project))]
    for _ in range(data.draw(st.integers(1, 12))):
        ids = [*project.network.nodes, "zebra"]
        try:
            project = EDITS[draw(sorted(EDITS))](project, ids, draw)
        except EngineError:
            assert project is history[-1][0]
        check_valid(project)
        history.append((project, snapshot(project)))
    for old, text in history:
        assert snapshot(old) == text
