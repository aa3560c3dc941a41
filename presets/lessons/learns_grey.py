"""A single 1×1 learns grey."""

import dataclasses
from typing import Final

import numpy as np

from engine.analysis.analyze import Analysis
from engine.errors import EngineError
from engine.image.photograph import LUMINANCE
from engine.model.project import Project
from engine.training.runs import Plan, trainer_of
from engine.training.settings import Settings
from presets import counting
from presets.builder import Builder
from presets.finding import conv as find_conv
from presets.finding import located
from presets.lesson import Highlight, Lesson, Maps, NotFound, Picture, Prediction, Quote, State, Step, Task
from presets.quotes import weights

MIX: Final = find_conv("input", 1)
NEAR: Final = 0.01
PLAN: Final = Plan(
    task="imitate",
    data="patches:coffee",
    settings=Settings(steps=500, batch=32, learning_rate=0.3),
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


def _is_grey(project: Project, analysis: Analysis, maps: Maps) -> bool:
    try:
        found = _numbers(State(project, analysis))
    except (NotFound, EngineError):
        return False
    return bool(np.abs(found - LUMINANCE).max() < NEAR)


def _learn(project: Project) -> Project:
    trainer = trainer_of(project.network, PLAN)
    trainer.run()
    return dataclasses.replace(project, network=trainer.trained())


QUOTES: Final = {
    "count": weights(MIX),
    "red": _weight(0),
    "green": _weight(1),
    "blue": _weight(2),
    "off": _off(),
}

LESSON: Final = Lesson(
    id="learns-grey",
    title="A single 1×1 learns grey",
    summary="Three numbers, a photograph and its grey version: gradient descent finds what television uses.",
    rank=30,
    level="beginner",
    minutes=5,
    source="ITU-R BT.601 for grey; Robbins & Monro, A stochastic approximation method, 1951",
    start=_start,
    steps=(
        Step(
            title="Three numbers by chance",
            text="""
A 1×1 convolution from three colours to one map has {count} numbers. Drawn by chance they are **{red}** for
red, **{green}** for green and **{blue}** for blue, and the map is nothing that anyone asked for: it is up to
{off} of a screen's steps of brightness away from the photograph in grey.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("mix",), panel="Feature maps"),
        ),
        Step(
            title="Let it learn",
            text="""
Show it patches of the photograph, and beside each what should come out: its grey. After every step each
number moves a little against the slope of the squared error. Nobody tells it how grey is made.
""",
            quotes=QUOTES,
            prediction=Prediction(
                question="What will the three numbers be?",
                choices=(
                    "a third each: grey is the mean",
                    "something that looks right, another time something else",
                    "0.299, 0.587 and 0.114, those of television",
                ),
                right=2,
                reveal="""
Grey was made with just these numbers, and the photograph has enough different colours that no other three
give the same grey everywhere.
""",
            ),
            task=Task(
                text="Train it: *Imitate*, teacher *grey*, on patches of the photograph.",
                done=_is_grey,
                solution=_learn,
                slow=True,
                hints=("Three numbers bear large steps: a high learning rate is right here.",),
            ),
            outcome="""
Red **{red}**, green **{green}**, blue **{blue}**: learned. The map is now at most {off} steps off.
""",
            figure=Picture(
                style="lenet", caption="Three colours to one map: {red} · R + {green} · G + {blue} · B."
            ),
        ),
    ),
)
