"""A block again and again, and a copy that reads what the original reads."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.edits.repeat import duplicate_wired, repeat
from engine.errors import NetworkError
from engine.layout.card_rects import shown_places
from engine.layout.layout import lay_out
from engine.layout.room import overlap
from engine.model.project import DIRECTIONS, Project
from tests.engine.edits.test_taken_fix import wrong_projects
from tests.engine.small_networks import chain, conv, graph, make

RESIDUAL = graph(
    (8, 16, 16),
    conv=(conv(8), "input"),
    relu=(make("ReLU"), "conv"),
    sum=(make("Add"), "input", "relu"),
    tail=(conv(4), "sum"),
)


def laid(network, direction="right") -> Project:
    return Project(network=network, positions=lay_out(network, direction=direction), direction=direction)


def free_of_overlap(project: Project) -> bool:
    return not any(overlap(a, b) for a, b in combinations(shown_places(project).values(), 2))


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("times", [2, 3, 5])
def test_a_residual_block_is_repeated_with_its_shortcuts(times: int, direction: str) -> None:
    made = repeat(laid(RESIDUAL, direction), ["conv", "relu", "sum"], times)
    network = made.network
    assert len(network) == 2 + 3 * times
    assert not analyze(network).problems
    sums = [one for one in network.order if network[one].layer.kind == "Add"]
    assert network["tail"].inputs == (sums[-1],)
    for before, after in zip(["input", *sums], sums, strict=False):
        assert network[after].inputs[0] == before
    assert free_of_overlap(made)


def test_a_repeated_group_stays_a_group() -> None:
    project = laid(RESIDUAL).group(["conv", "relu", "sum"], "Block").set_collapsed("group_1", True)
    project = project.move(lay_out(RESIDUAL, project.groups))
    made = repeat(project, ["conv", "relu", "sum"], 4)
    assert [group.title for group in made.groups.values()] == ["Block"] * 4
    assert len(shown_places(made)) == 2 + 4
    assert free_of_overlap(made)


def test_what_has_two_ways_out_or_reads_nothing_is_not_repeated() -> None:
    with pytest.raises(NetworkError, match="2 ways out"):
        repeat(laid(RESIDUAL.connect("conv", "sum")), ["conv", "relu"], 2)
    with pytest.raises(NetworkError, match="reads nothing"):
        repeat(laid(RESIDUAL), ["input"], 2)
    with pytest.raises(NetworkError, match="times=1"):
        repeat(laid(RESIDUAL), ["conv"], 1)


def test_copies_read_what_their_originals_read_in_the_same_order() -> None:
    made = duplicate_wired(laid(RESIDUAL), ["sum", "tail"])
    network = made.network
    copy = next(one for one in network.nodes if one not in RESIDUAL and network[one].layer.kind == "Add")
    assert network[copy].inputs == ("input", "relu")
    assert network["sum"].inputs == ("input", "relu")
    assert free_of_overlap(made)


def test_a_chain_is_repeated_before_what_follows_it() -> None:
    network = chain(conv(8), make("ReLU"), conv(4))
    first, relu, last = network.order[1:]
    made = repeat(laid(network), [first, relu], 3).network
    kinds = [made[node_id].layer.kind for node_id in made.order]
    assert kinds == ["Input", *["Conv2d", "ReLU"] * 3, "Conv2d"]
    assert made.order[-1] == last


@settings(max_examples=80)
@given(project=wrong_projects(), data=st.data())
def test_repeating_anything_covers_nothing(project: Project, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(list(project.network.nodes)), min_size=1, unique=True))
    whole = {node for one in chosen for node in _with_card(project, one)}
    for edit in (lambda: repeat(project, whole, 3), lambda: duplicate_wired(project, whole)):
        try:
            made = edit()
        except NetworkError:
            continue
        assert free_of_overlap(made)


def _with_card(project: Project, node_id: str) -> tuple[str, ...]:
    card = project.groups.card(node_id)
    return project.groups.nodes(card) if card in project.groups else (node_id,)
