"""Learned weights say what they learned from, how often, and all that they were before."""

import pytest

from engine.analysis.learned import training_text
from engine.layers.convolution import Conv2d
from engine.model.network import Network
from engine.training.data import open_data
from engine.training.data.examples import HELD_OUT, TRAIN
from engine.training.scores import Score
from engine.training.settings import PRESENT
from engine.training.stages import MOST, Stage, before, edited
from engine.training.tasks.task import only_input
from engine.weights import HE, Given
from engine.weights.given import FITTED, IMPORTED, TRAINED_HERE
from presets import load
from tests.engine.training.small_trainings import LAYERS, bars, chain, trainer

SCORES = (
    Score(step=3, split=HELD_OUT, count=1000, loss=0.1, accuracy=0.9814),
    Score(step=3, split=HELD_OUT, count=307, loss=0.1, psnr=-8.64),
    None,
)


def test_data_say_how_much_of_them_is_learned_from() -> None:
    digits = open_data("digits", only_input(load("lenet5").project.network)[1])
    assert (digits.title, digits.learned_from) == ("10,000 MNIST digits", "8,000 MNIST digits")
    few = bars()
    assert few.learned_from == f"{few.count(TRAIN)} bars" != few.title == "60 bars"


@pytest.mark.parametrize("score", SCORES)
def test_a_stage_goes_on_from_what_was_before_and_says_once_what_both_share(score: Score | None) -> None:
    first = Stage(epochs=3, data="8,000 MNIST digits", seed=0, score=score)
    then = Stage(epochs=5, data="8,000 MNIST digits", seed=0, score=SCORES[0])
    words = "5 epochs of 8,000 MNIST digits, 98.1 % of 1,000 held out, seed 0"
    assert then.after("") == then.text == words
    assert then.after(first.text) == f"3 epochs, then {words}"
    assert then.after(edited(first.text, ["Conv 1×1 · 4"])) == (
        f"3 epochs, before an edit (Conv 1×1 · 4 drawn anew), then {words}"
    )
    assert "held out" not in edited(first.text, [])
    other = Stage(epochs=1, data="80 MNIST digits", seed=2, score=score)
    assert then.after(other.text) == f"1 epoch of 80 MNIST digits, seed 2, then {words}"
    assert Stage(epochs=0, data="x", seed=0).after(other.text) == other.text


def test_of_many_stages_the_last_are_told_and_that_there_were_more() -> None:
    told = ""
    for number in range(1, 9):
        told = Stage(epochs=number, data="bars", seed=0).after(told)
    last = ", then ".join(f"{number} epochs" for number in range(9 - MOST, 8))
    assert told == f"more before, then {last}, then 8 epochs of bars, seed 0"


def test_layers_edited_in_say_less_than_those_trained_before_and_the_network_says_all() -> None:
    first = trainer(epochs=2)
    first.run()
    network = first.trained()
    assert training_text(network) == "trained here, 2 epochs of 48 bars, seed 0"
    network = network.set_weights("head", HE)
    second = trainer(network, epochs=3, start=PRESENT)
    second.run()
    learned = second.trained()
    assert learned["head"].weights.text == "Trained here, 3 epochs of 48 bars, seed 0"
    both = "2 epochs, then 3 epochs of 48 bars, seed 0"
    assert learned["conv"].weights.text == f"Trained here, {both}"
    assert second.note() == both
    assert training_text(learned) == f"trained here, {both}"
    weights = learned["head"].weights
    assert isinstance(weights, Given)
    other = learned.set_weights("head", Given(weights.arrays, IMPORTED))
    assert training_text(other) == "trained"


def test_a_run_from_drawn_weights_tells_of_nothing_before_it() -> None:
    first = trainer(epochs=2)
    first.run()
    second = trainer(first.trained(), epochs=3)
    second.run()
    assert second.note() == "3 epochs of 48 bars, seed 0"


def test_weights_that_a_run_begins_with_are_named() -> None:
    network: Network = chain(*LAYERS)
    layer = network["conv"].layer
    assert isinstance(layer, Conv2d)
    shape = (1, 8, 8)
    assert before(HE, layer, [shape]) == ""
    assert before(Given({}, FITTED), layer, [shape]) == "from weights fitted"
    assert before(Given({}, TRAINED_HERE, "1 epoch of x, seed 0"), layer, [shape]) == "1 epoch of x, seed 0"
    lenet = load("lenet5").project.network
    node = next(node for node in lenet.nodes.values() if isinstance(node.layer, Conv2d))
    told = before(node.weights, node.layer, [(1, 32, 32)])
    assert told == "from weights trained on 9,000 MNIST digits"
