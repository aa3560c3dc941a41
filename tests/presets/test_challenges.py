"""Every challenge can be met, is not met from the start, and no goal is idle."""

import pytest

from engine.analysis.analyze import analyze
from engine.layers.convolution import Conv2d
from engine.layers.linear import Linear
from engine.model.project import Project
from engine.shapes import VALID
from presets.challenges import challenges
from presets.challenges.challenge import Challenge
from presets.editing import append, conv

ALL = [pytest.param(challenge, id=challenge.id) for challenge in challenges()]


def met(challenge: Challenge, project: Project) -> dict[str, bool]:
    found = challenge.met(project, analyze(project.network))
    return dict(zip((goal.text for goal in challenge.goals), found, strict=True))


@pytest.mark.parametrize("challenge", ALL)
def test_the_solution_meets_all_goals_and_the_start_does_not(challenge: Challenge) -> None:
    assert not all(met(challenge, challenge.start()).values())
    assert all(met(challenge, challenge.solution(challenge.start())).values())


@pytest.mark.parametrize("challenge", ALL)
def test_each_goal_says_how_things_stand_on_any_network(challenge: Challenge) -> None:
    for project in (Project(), challenge.start(), challenge.solution(challenge.start())):
        for goal in challenge.goals:
            assert isinstance(goal.now(project, analyze(project.network)), str)


def test_ids_are_unique_and_there_are_six_or_more() -> None:
    assert len({challenge.id for challenge in challenges()}) == len(challenges()) >= 6


def by_id(challenge_id: str) -> Challenge:
    return next(challenge for challenge in challenges() if challenge.id == challenge_id)


def test_a_direct_5x5_has_shape_and_view_but_is_too_dear() -> None:
    challenge = by_id("a-tenth")
    assert met(challenge, append(challenge.start(), conv(32, 5))) == {
        "Puts out 32×28×28": True,
        "Receptive field of at least 5": True,
        "At most 12,042,240 MACs": False,
    }


def test_a_1x1_with_stride_2_is_found_to_skip_positions() -> None:
    challenge = by_id("halve")
    strided = Conv2d(out_channels=128, kernel_size=(1, 1), stride=(2, 2), padding=VALID)
    assert met(challenge, append(challenge.start(), strided)) == {
        "Puts out 128×28×28": True,
        "Every position is read": False,
        "At most 7,000,000 MACs": True,
    }


def test_the_costs_told_are_those_of_the_plain_layers() -> None:
    for challenge_id, layer in (("a-tenth", conv(32, 5)), ("separate", conv(128, 3))):
        challenge = by_id(challenge_id)
        plain = analyze(append(challenge.start(), layer).network).totals.macs
        assert f"{plain:,}" in challenge.text


def test_a_dense_layer_is_seen() -> None:
    challenge = by_id("no-dense")
    project = append(challenge.solution(challenge.start()), Linear(out_features=10))
    assert not met(challenge, project)["No dense layer"]


def test_nothing_is_met_while_something_is_wrong() -> None:
    challenge = by_id("small-and-far")
    solved = challenge.solution(challenge.start())
    broken = append(solved, conv(8, 9, padding="valid"))
    assert analyze(broken.network).problems
    assert not any(met(challenge, broken).values())
