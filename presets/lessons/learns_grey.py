"""A single 1×1 learns grey."""

import dataclasses
from functools import cache
from typing import Final

import numpy as np

from engine.analysis.analyze import Analysis, analyze
from engine.errors import EngineError
from engine.image.photograph import LUMINANCE
from engine.model.project import Project
from engine.training.runs import Plan, trainer_of
from engine.training.settings import Settings
from presets import counting
from presets.builder import Builder
from presets.finding import conv as find_conv
from presets.finding import exists, located
from presets.lesson import (
    Highlight,
    Lesson,
    NotFound,
    Picture,
    Prediction,
    Quote,
    State,
    Step,
    Task,
    nothing_missing,
)
from presets.quotes import weights

MIX: Final = find_conv("input", 1)
COLOURS: Final = ("red", "green", "blue")
NEAR: Final = 0.01
RATE: Final = 0.3
STARTS: Final = 3
PLAN: Final = Plan(
    task="imitate",
    data="patches:coffee",
    settings=Settings(steps=500, batch=32, learning_rate=RATE),
    options={"teacher": "grey"},
)


def _start() -> Project:
    net = Builder((3, 32, 32))
    net.conv("mix", 1, 1, bias=False)
    return net.project(title="Three colours to one", image="coffee")


def _numbers(state: State) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    found = counting.arrays(state, located(MIX, state.project.network))["weight"]
    if found.shape != (1, 3, 1, 1):
        raise NotFound("the 1×1 from three colours to one map")
    return found[0, :, 0, 0]


def _weight(colour: int) -> Quote:
    """A weight: as it stands, and as what the map becomes for one more unit of that colour."""

    def counted(state: State) -> float:
        node_id = located(MIX, state.project.network)
        layer, one = state.project.network[node_id].layer, np.zeros((1, 3, 1, 1), np.float32)
        one[0, colour] = 1
        return float(layer.forward([one], counting.arrays(state, node_id))[0, 0, 0, 0])

    return Quote(
        engine=lambda state: float(_numbers(state)[colour]), counted=counted, places=3, tolerance=1e-6
    )


def _off() -> Quote:
    """How far the map is from grey on the photograph, in the 255 steps of a screen, at most."""

    def engine(state: State) -> float:
        node_id = located(MIX, state.project.network)
        if node_id not in state.maps:
            raise NotFound("the maps")
        grey = np.tensordot(LUMINANCE, state.maps["input"][0], axes=1)
        return 255 * float(np.abs(state.maps[node_id][0, 0] - grey).max())

    def counted(state: State) -> float:
        if "input" not in state.maps:
            raise NotFound("the maps")
        wrong = _numbers(state).astype(np.float64) - LUMINANCE
        return 255 * float(np.abs(np.einsum("c,chw->hw", wrong, state.maps["input"][0])).max())

    return Quote(engine=engine, counted=counted, places=1, needs_maps=True, tolerance=1e-2)


def _not_grey(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """How far the three weights are from those of grey."""
    if not exists(MIX, project.network):
        return ("a 1×1 convolution that reads from the Input",)
    try:
        found = _numbers(State(project, analysis))
    except (NotFound, EngineError):
        return ("a 1×1 from three colours to one map",)
    return tuple(
        f"the weight of {colour} is {weight:.3f}, wanted about {wanted:.3f}".replace("-", "−")
        for colour, weight, wanted in zip(COLOURS, found, LUMINANCE, strict=True)
        if abs(weight - wanted) >= NEAR
    )


@cache
def _trained_again() -> tuple[State, ...]:
    """The lesson's network, trained from several starts."""
    made = []
    for seed in range(STARTS):
        plan = dataclasses.replace(PLAN, settings=dataclasses.replace(PLAN.settings, seed=seed))
        trainer = trainer_of(_start().network, plan)
        trainer.run()
        project = dataclasses.replace(_start(), network=trainer.trained())
        made.append(State(project, analyze(project.network)))
    return tuple(made)


def _spread() -> Quote:
    """By how much the three weights differ between the starts, at most."""

    def engine(state: State) -> float:
        if not state.maps:
            raise NotFound("the maps")
        return float(np.ptp([_numbers(one) for one in _trained_again()], axis=0).max())

    def counted(state: State) -> float:
        weights = [[quote.counted(one) for quote in WEIGHTS] for one in _trained_again()]
        return max(float(max(values) - min(values)) for values in zip(*weights, strict=True))

    return Quote(engine=engine, counted=counted, places=3, needs_maps=True, tolerance=1e-6)


def _learn(project: Project) -> Project:
    trainer = trainer_of(project.network, PLAN)
    trainer.run()
    return dataclasses.replace(project, network=trainer.trained())


WEIGHTS: Final = tuple(_weight(colour) for colour in range(3))

QUOTES: Final = {
    "count": weights(MIX),
    **dict(zip(COLOURS, WEIGHTS, strict=True)),
    "off": _off(),
    "starts": Quote(engine=lambda state: STARTS, counted=lambda state: len(_trained_again())),
    "spread": _spread(),
    "rate": Quote(
        engine=lambda state: RATE,
        counted=lambda state: float(PLAN.settings.to_json()["learning_rate"]),
        places=1,
    ),
}

LESSON: Final = Lesson(
    id="learns-grey",
    title="A single 1×1 learns grey",
    summary="Three numbers, a photograph and its grey version: gradient descent finds what television uses.",
    rank=30,
    level="beginner",
    minutes=7,
    source="ITU-R BT.601 for grey; Robbins & Monro, “A stochastic approximation method”, 1951",
    start=_start,
    steps=(
        Step(
            title="Three random numbers",
            text="""
A 1×1 convolution from three colours to one map has {count} weights. Drawn at random they are **{red}** for
red, **{green}** for green and **{blue}** for blue. Nobody asked for what comes out: it is up to {off} of a
screen's steps of brightness away from the photograph in grey.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("mix",), panel="Feature maps", colours="greys"),
            prediction=Prediction(
                question="What does a map made by three random weights show?",
                choices=("Nothing but noise", "The photograph, oddly lit", "Only the edges"),
                right=1,
                replies=(
                    "The *weights* are random, but they are the same at every pixel.",
                    "Every pixel is the same mixture of its own colours.",
                    "An edge is a difference between neighbours. A 1×1 sees one pixel.",
                ),
                reveal="Look at the map: the outlines are all there, only the brightness is odd.",
            ),
        ),
        Step(
            title="Let it learn",
            text="""
Show it patches of the photograph, and with each what should come out: the patch in grey. After every step,
each weight moves a little down the slope of the squared error. Nobody tells it how grey is made.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("mix",), panel="Train"),
            prediction=Prediction(
                question="What will the three weights be?",
                choices=("⅓, ⅓ and ⅓", "0.299, 0.587 and 0.114", "Something else every time"),
                right=1,
                replies=(
                    "That would be grey as the mean. The patches were made grey in another way.",
                    "Those of television.",
                    "Other weights would be wrong for some colour, and this photograph has many.",
                ),
                reveal="""
The grey patches were made with these weights, and the photograph has enough different colours that no other
three give the same grey everywhere.
""",
            ),
            task=Task(
                text="Train it: *Imitate*, teacher *grey*, on patches of the photograph.",
                done=nothing_missing(_not_grey),
                missing=_not_grey,
                solution=_learn,
                slow=True,
                hints=(
                    "The tab *Train* is beside the maps. Choose the task, the teacher and the data, and"
                    " start.",
                    "Three weights can take large steps: a learning rate of {rate} is right here.",
                ),
            ),
            outcome="""
Red **{red}**, green **{green}**, blue **{blue}**: learned. The map is now at most {off} steps off.
""",
        ),
        Step(
            title="What decided the weights?",
            text="""
The *number* of weights was designed: three channels in, one out. Their *values* came from examples. A
sentence like “the weights are decided by the number of output channels” mixes up the two.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("mix",), panel="Feature maps", colours="greys"),
            prediction=Prediction(
                question="Begin again from other random numbers. Where does the training end?",
                choices=("At other weights, as good", "At the same weights", "Nowhere: it was luck"),
                right=1,
                replies=(
                    "That is so in large networks. Here only one set of weights is without error.",
                    "The squared error of a single linear layer is a bowl with one lowest point.",
                    "It was tried {starts} times, and ended in the same place each time.",
                ),
                reveal="""
From {starts} different starts the weights end within {spread} of each other. In deep networks the error has
many valleys: the maps come out in another order, or others altogether, and nothing *ensures* that any two
of them differ.
""",
            ),
            figure=Picture(
                style="lenet", caption="Three colours to one map: {red} · R + {green} · G + {blue} · B."
            ),
        ),
    ),
    found="""
{count} weights, drawn at random, became {red}, {green} and {blue} by looking at examples. The number of
weights is designed; their values are learned.
""",
    quiz_quotes=QUOTES,
    quiz=(
        Prediction(
            question="What was the training given?",
            choices=(
                "The three weights of television",
                "Patches, and the same in grey",
                "The word “grey”",
            ),
            right=1,
            replies=(
                "They were used to make the examples. The training never saw them.",
                "And an error to make smaller.",
                "Words mean nothing to it.",
            ),
            reveal="The weights follow from the examples. Other examples would have led to other weights.",
        ),
        Prediction(
            question="Why do all starts end at the same weights here?",
            choices=(
                "The error has one lowest point",
                "Gradient descent always does that",
                "The starts were nearly the same",
            ),
            right=0,
            replies=(
                "It is the squared error of a linear layer.",
                "In deep networks it ends in one of many valleys.",
                "They were drawn at random, far from each other.",
            ),
            reveal="Put a second layer before it, and the same map can be made by many pairs of weights.",
        ),
    ),
)
