"""What tasks about images are usually trained with: of three rates, that which costs the worst off least."""

from functools import cache

import pytest

from engine.model.network import Network
from engine.training.data.examples import CHOOSE
from engine.training.runs import Plan, trainer_of
from engine.training.settings import Settings
from engine.training.tasks import task, tasks
from presets.builder import Builder

OPTIMIZER = "adamw"
FACTORS = (0.2, 1.0, 5.0)
"""Of the usual rate. A single layer would learn more at the largest, where several layers learn nothing."""
FAMILIES = {"filters": ("imitate", "imitate deeply"), "pictures": ("reconstruct", "denoise", "colourise")}
"""Tasks and networks that have one usual rate."""
ENOUGH = {"imitate": 20.0, "imitate deeply": 20.0, "reconstruct": 18.0, "denoise": 20.5, "colourise": 18.0}
"""dB that come of the usual settings. Pictures with the noise that is taken off are at 20."""


def network_for(name: str) -> Network:
    net = Builder((1 if name == "colourise" else 3, 16, 16))
    if name == "imitate":
        net.conv("edges", 2, 3)
        return net.network()
    if name == "reconstruct":
        net.conv_relu("down", 12, 3, stride=2)
        net.conv("code", 12, 1)
        net.layer("up", "PixelShuffle", upscale_factor=2)
        return net.network()
    net.conv_relu("first", 12, 3)
    net.conv_relu("second", 12, 3)
    net.conv("last", 2 if name == "imitate deeply" else 3, 3)
    return net.network()


@cache
def decibels(name: str, factor: float) -> float:
    chosen = task(name.split()[0])
    settings = Settings(epochs=chosen.epochs, learning_rate=factor * chosen.learning_rate(OPTIMIZER))
    plan = Plan(task=chosen.name, data=chosen.data, settings=settings, options={})
    run = trainer_of(network_for(name), plan)
    run.run()
    score = run.score(CHOOSE)
    assert score.psnr is not None
    return score.psnr


def loss_of(family: str, factor: float) -> float:
    """dB that the worst off of a family lacks to the best of the three rates."""
    return max(
        max(decibels(name, one) for one in FACTORS) - decibels(name, factor) for name in FAMILIES[family]
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_usual_rate_costs_the_worst_off_least(family: str) -> None:
    for name in FAMILIES[family]:
        print(name, *(f"{factor:g} × {decibels(name, factor):.1f} dB" for factor in FACTORS))
    losses = {factor: loss_of(family, factor) for factor in FACTORS}
    assert min(losses, key=lambda factor: losses[factor]) == 1.0, losses


@pytest.mark.slow
@pytest.mark.parametrize("name", ENOUGH)
def test_it_is_enough(name: str) -> None:
    assert decibels(name, 1.0) >= ENOUGH[name]


def test_a_3x3_learns_sobel_with_what_is_usual() -> None:
    assert decibels("imitate", 1.0) >= ENOUGH["imitate"]


def test_every_task_about_images_is_tried() -> None:
    about_images = {name for name, one in tasks().items() if not one.on_classes}
    assert {name.split()[0] for names in FAMILIES.values() for name in names} == about_images
