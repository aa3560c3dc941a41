"""Equal groups one behind the other: found, counted, and folded into one."""

from engine.analysis.analyze import analyze
from engine.layout.repeats import find_repeats, fold_repeats, repeat_count, signature
from engine.model.grouping import Group, Grouping
from engine.model.network import Network, Node
from engine.model.project import Project
from tests.engine.small_networks import conv, make

RELU = make("ReLU")


def blocks(*widths: int, shortcuts: bool = True) -> Project:
    """Groups b1, b2, …: a convolution of each width and its ReLU, added to what came in."""
    nodes = [Node(id="input", layer=make("Input", shape=(4, 8, 8)))]
    groups = []
    for number, width in enumerate(widths, 1):
        source, name = nodes[-1].id, f"b{number}"
        made = [
            Node(id=f"{name}/conv", layer=conv(width), inputs=(source,)),
            Node(id=f"{name}/relu", layer=RELU, inputs=(f"{name}/conv",)),
        ]
        if shortcuts:
            made.append(Node(id=f"{name}/add", layer=make("Add"), inputs=(made[-1].id, source)))
        nodes += made
        groups.append(Group(id=name, title=f"Block {number}", members=tuple(node.id for node in made)))
    return Project(network=Network(nodes), groups=Grouping(groups))


def runs(project: Project, parent: str = "") -> list[tuple[str, ...]]:
    return [run.groups for run in find_repeats(project.network, project.groups, parent)]


def test_runs_of_equal_groups_are_found() -> None:
    assert runs(blocks(4, 4, 4, 8, 8, 4)) == [("b1", "b2", "b3"), ("b4", "b5")]
    assert runs(blocks(4, 8, 4)) == []
    assert find_repeats(*_parts(blocks(4, 4)))[0].count == 2


def test_other_settings_wires_or_names_of_nodes_tell_groups_apart_as_they_should() -> None:
    net = blocks(4, 4, 4).network
    one, two, three = ([f"b{n}/{part}" for part in ("conv", "relu", "add")] for n in (1, 2, 3))
    assert signature(net, one) == signature(net, two) == signature(net, reversed(three))  # type: ignore[arg-type]
    other = net.replace_layer("b2/conv", conv(4, 1))
    assert signature(other, two) != signature(other, one)
    rewired = net.disconnect("b1/add", "b2/add").connect("b2/conv", "b2/add")
    assert signature(rewired, two) != signature(rewired, one)
    named = net.rename("b2/conv", "stem")
    assert signature(named, two) == signature(named, one)


def test_groups_that_do_not_follow_each_other_alone_are_no_run() -> None:
    project = blocks(4, 4, 4)
    tapped = project.with_network(
        project.network.add(Node(id="tap", layer=RELU, inputs=("b1/add",))),
    )
    assert runs(tapped) == [("b2", "b3")]
    plain = blocks(4, 4, 4, shortcuts=False)
    apart = plain.insert_on_edge(RELU, ("b1/relu", "b2/conv"), (0, 0))
    assert runs(apart) == [("b2", "b3")]


def test_growing_shapes_are_equal_unless_an_analysis_is_asked() -> None:
    project = blocks(4, 4, 4, shortcuts=False)
    strided = [(f"b{n}/conv", conv(4, 3, 2)) for n in (1, 2, 3)]
    for node_id, layer in strided:
        project = project.replace_layer(node_id, layer)
    assert runs(project) == [("b1", "b2", "b3")]
    analysis = analyze(project.network)
    assert find_repeats(project.network, project.groups, analysis=analysis) == ()
    same = blocks(4, 4)
    assert len(find_repeats(*_parts(same), analysis=analyze(same.network))) == 1


def test_runs_fold_into_a_collapsed_group() -> None:
    folded = fold_repeats(blocks(4, 4, 4, 8))
    box = folded.groups["group_1"]
    assert (box.title, box.collapsed, box.members) == ("Block", True, ())
    assert folded.groups.inner("group_1") == ("b1", "b2", "b3")
    assert repeat_count(folded.network, folded.groups, "group_1") == 3
    assert repeat_count(folded.network, folded.groups, "b4") == 1
    assert folded.groups.card("b2/relu") == "group_1"
    assert fold_repeats(folded) is folded


def test_a_group_that_is_one_run_already_needs_no_other() -> None:
    project = blocks(4, 4)
    stage = project.group([node for node in project.network.nodes if node != "input"], "Stage")
    assert fold_repeats(stage) is stage
    assert repeat_count(stage.network, stage.groups, "group_1") == 2
    more = stage.insert_on_edge(RELU, ("b1/conv", "b1/relu"), (0, 0))
    assert repeat_count(more.network, more.groups, "group_1") == 1


def test_a_fold_unfolds_to_what_it_was() -> None:
    project = blocks(8, 4, 4)
    assert fold_repeats(project).ungroup("group_1").groups == project.groups


def _parts(project: Project) -> tuple[Network, Grouping]:
    return project.network, project.groups
