"""Groups: a forest of boxes around nodes that stays right whatever happens to the network."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError, NetworkError
from engine.model.grouping import Group, Grouping
from engine.model.project import Project
from tests.engine.small_networks import chain, conv, make

BOXES = Grouping(
    [
        Group(id="outer", title="Stage", members=("a",)),
        Group(id="inner", members=("b", "c"), parent="outer"),
        Group(id="other", members=("d",), collapsed=True),
    ]
)


def row(count: int = 4) -> Project:
    """input → n1 → n2 → …"""
    return Project(network=chain(*[conv() for _ in range(count)]))


def test_nodes_are_found_in_their_group_and_in_those_around_it() -> None:
    assert BOXES.nodes("outer") == ("a", "b", "c")
    assert (BOXES.home("b"), BOXES.home("a"), BOXES.home("z")) == ("inner", "outer", "")
    assert BOXES.inner() == ("outer", "other")
    assert BOXES.inner("outer") == ("inner",)
    assert BOXES.around("inner") == ("inner", "outer")
    assert BOXES.common("bc") == "inner"
    assert BOXES.common("ab") == "outer"
    assert BOXES.common("ad") == BOXES.common("z") == ""
    with pytest.raises(NetworkError, match="there is no group 'zebra'"):
        BOXES["zebra"]


def test_the_outermost_collapsed_group_stands_for_what_lies_in_it() -> None:
    project = row().group(["n1", "n2", "n3"], "outer").group(["n1", "n2"], "inner")
    assert project.groups.card("n1") == "n1"
    project = project.set_collapsed("group_2", True)
    assert [project.groups.card(one) for one in ("n1", "n3", "group_2")] == ["group_2", "n3", "group_2"]
    project = project.set_collapsed("group_1", True)
    assert {project.groups.card(one) for one in ("n1", "n3", "group_2", "group_1")} == {"group_1"}
    assert project.set_collapsed("group_1", True) is project


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([Group(id="g", members=("a",))] * 2, "two groups have the id 'g'"),
        ([Group(id="g")], "the group 'g' has no members"),
        ([Group(id="g", members=("a",), parent="h")], "lies in 'h', which does not exist"),
        ([Group(id="g", members=("a",), parent="g")], "'g' lies in itself"),
        (
            [Group(id="g", members=("a",), parent="h"), Group(id="h", members=("b",), parent="g")],
            "lies in itself",
        ),
        ([Group(id="g", members=("a",)), Group(id="h", members=("a",))], "a node lies in one group"),
    ],
)
def test_what_is_no_forest_is_refused(groups: list[Group], reason: str) -> None:
    with pytest.raises(NetworkError, match=reason):
        Grouping(groups)


def test_a_group_takes_inner_groups_along_whole() -> None:
    project = row().group(["n1", "n2"]).group(["n1", "n2", "n3"], "  Stage ")
    groups = project.groups
    assert groups["group_2"] == Group(id="group_2", title="Stage", members=("n3",))
    assert groups["group_1"].parent == "group_2"
    inside = project.group(["n1"])
    assert inside.groups["group_3"].parent == "group_1"
    assert inside.groups["group_1"].members == ("n2",)


def test_a_selection_that_makes_no_group_is_refused_and_says_why() -> None:
    project = row().group(["n1", "n2"], "Stem")
    with pytest.raises(NetworkError, match="cuts through the group “Stem”"):
        project.group(["n2", "n3"])
    with pytest.raises(NetworkError, match="are the group “Stem” already"):
        project.group(["n2", "n1"])
    with pytest.raises(NetworkError, match="select the layers"):
        project.group([])
    with pytest.raises(NetworkError, match="there is no node 'zebra'"):
        project.group(["zebra"])


def test_ungrouping_hands_everything_to_the_group_around() -> None:
    project = row().group(["n1", "n2", "n3"]).group(["n1", "n2"]).group(["n1"])
    freed = project.ungroup("group_2")
    assert freed.groups["group_3"].parent == "group_1"
    assert set(freed.groups["group_1"].members) == {"n2", "n3"}
    assert not freed.ungroup("group_1").ungroup("group_3").groups
    assert project.network is freed.network


def test_a_removed_node_leaves_its_group_and_empty_groups_vanish() -> None:
    project = row().group(["n1", "n2"]).group(["n1"]).move({"group_1": (5.0, 6.0), "group_2": (7.0, 8.0)})
    fewer = project.remove("n1")
    assert dict(fewer.groups) == {"group_1": Group(id="group_1", members=("n2",))}
    assert fewer.positions == {"group_1": (5.0, 6.0)}
    assert not fewer.remove("n2").groups
    assert not fewer.remove("n2").positions


def test_a_node_inserted_on_a_wire_inside_a_group_joins_it() -> None:
    project = row().group(["n1", "n2", "n3"]).group(["n1", "n2"])
    put = project.insert_on_edge(make("ReLU"), ("n1", "n2"), (0.0, 0.0))
    assert put.groups.home("relu_1") == "group_2"
    assert project.insert_on_edge(make("ReLU"), ("n2", "n3"), (0, 0)).groups.home("relu_1") == "group_1"
    assert project.insert_on_edge(make("ReLU"), ("n3", "n4"), (0, 0)).groups.home("relu_1") == ""
    fixed = project.with_network(put.network)
    assert fixed.groups.home("relu_1") == "group_2"


def test_copies_of_whole_groups_are_groups() -> None:
    project = row().group(["n1", "n2"], "Stem").group(["n1"]).set_collapsed("group_1", True)
    part = project.part(["n1", "n2", "n3"])
    assert part.groups == project.groups
    pasted, ids = project.paste(part.network.nodes.values(), part.positions, part.groups.values())
    assert ids == ("conv2d_1", "conv2d_2", "conv2d_3")
    assert pasted.groups["group_3"] == Group(
        id="group_3", title="Stem", members=("conv2d_2",), collapsed=True
    )
    assert pasted.groups["group_4"] == Group(id="group_4", members=("conv2d_1",), parent="group_3")
    assert dict(project.part(["n1"]).groups) == {"group_2": Group(id="group_2", members=("n1",))}


def test_new_ids_are_those_of_nothing_else() -> None:
    project = row(1).group(["n1"]).group(["input"])
    assert list(project.groups) == ["group_1", "group_2"]
    named = Project(network=project.network, groups=Grouping([Group(id="conv2d_1", members=("n1",))]))
    assert "conv2d_2" in named.add(conv(), (0.0, 0.0)).network
    with pytest.raises(NetworkError, match="a group cannot have the id 'input': it is that of a node"):
        Project(network=project.network, groups=Grouping([Group(id="input", members=("n1",))]))


def test_a_group_lies_where_it_was_put_else_where_its_nodes_begin() -> None:
    project = row(2).move({"n1": (8.0, 90.0), "n2": (300.0, 16.0)}).group(["n1", "n2"])
    assert project.position("group_1") == (8.0, 16.0)
    assert project.move({"group_1": (1.0, 2.0)}).position("group_1") == (1.0, 2.0)


def test_a_node_is_put_into_another_group_or_taken_out() -> None:
    groups = row().group(["n1", "n2"]).group(["n3"]).groups
    assert dict(groups.put("n3", "group_1")) == {"group_1": Group(id="group_1", members=("n1", "n2", "n3"))}
    assert groups.put("n2", "group_1") is groups
    assert not groups.put("n1", "").put("n2", "").put("n3", "")


@given(st.data())
def test_any_sequence_of_groupings_is_a_forest_of_the_same_nodes(data: st.DataObject) -> None:
    def draw(choices: list[Any]) -> Any:
        return data.draw(st.sampled_from(choices))

    project = row(6)
    for _ in range(data.draw(st.integers(1, 10))):
        ids, boxes = list(project.network.nodes), [*project.groups, "zebra"]
        chosen = data.draw(st.sets(st.sampled_from(ids)))
        try:
            project = draw(
                [
                    lambda: project.group(chosen, draw(["", "Stage"])),  # noqa: B023  # called at once
                    lambda: project.ungroup(draw(boxes)),  # noqa: B023
                    lambda: project.set_collapsed(draw(boxes), draw([True, False])),  # noqa: B023
                    lambda: project.remove(*list(chosen)[:1]),  # noqa: B023
                ]
            )()
        except EngineError:
            continue
        groups = project.groups
        found = sorted(node for top in groups.inner() for node in groups.nodes(top))
        assert found == sorted(groups.members)
        assert set(found) <= project.network.nodes.keys()
        for group in groups:
            assert groups.nodes(group)
            assert groups.around(group)[-1] in groups.inner()
