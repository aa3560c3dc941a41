"""Edges, textures, parts: what a photograph becomes on its way through a stack."""

from typing import Final

import numpy as np

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from engine.weights import Given
from engine.weights.gabor import Gabor
from presets import counting, load
from presets.builder import Builder
from presets.editing import fitted, weighted
from presets.lesson import (
    Comparison,
    Highlight,
    Lesson,
    Maps,
    NotFound,
    Picture,
    Prediction,
    Quote,
    State,
    Step,
    Task,
)
from presets.quotes import channels, field, jump, size

CONVS: Final = ("conv1", "conv2", "conv3", "conv4")
DEEPER: Final = CONVS[1:]
SQUEEZE: Final = "fire2/squeeze1x1"
"""The first 1×1 convolution of SqueezeNet."""


def _start() -> Project:
    net = Builder((1, 224, 224))
    for number, (width, kernel_size) in enumerate(((16, 7), (32, 5), (64, 3), (64, 3)), start=1):
        net.conv_relu(f"conv{number}", width, kernel_size)
        if number < 4:
            net.max_pool(f"pool{number}", 2)
            net.new_line()
    return net.project(title="Edges, textures, parts", image="astronaut")


def _learned() -> Project:
    return load("squeezenet1_1").project


def _is_oriented(project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether the first layer's kernels are a bank of at least four angles."""
    node = project.network.nodes.get("conv1")
    return node is not None and isinstance(node.weights, Gabor) and node.weights.orientations >= 4


def _is_fitted(project: Project, analysis: Analysis, maps: Maps) -> bool:
    nodes = [project.network.nodes.get(one) for one in DEEPER]
    return all(node is not None and isinstance(node.weights, Given) for node in nodes)


def _bank(state: State) -> Gabor:
    node = state.project.network.nodes.get("conv1")
    if node is None or not isinstance(node.weights, Gabor):
        raise NotFound("the oriented bank")
    return node.weights


def _angles() -> Quote:
    """Angles of the bank; in the arrays, the kernels that turn into their negative by half a turn: edges."""

    def counted(state: State) -> int:
        kernels = counting.arrays(state, "conv1")["weight"][:, 0]
        return sum(1 for kernel in kernels if np.allclose(kernel, -kernel[::-1, ::-1], atol=1e-6))

    return Quote(engine=lambda state: _bank(state).orientations, counted=counted)


def _turn() -> Quote:
    angles = _angles()
    return Quote(
        engine=lambda state: 180 / angles.engine(state),
        counted=lambda state: 180 / angles.counted(state),
        places=1,
        unit="°",
    )


QUOTES: Final[dict[str, Quote]] = {
    "angles": _angles(),
    "turn": _turn(),
    **{f"field{number}": field(f"conv{number}") for number in range(1, 5)},
    **{f"maps{number}": channels(f"conv{number}") for number in range(1, 5)},
    **{f"size{number}": size(f"conv{number}") for number in range(1, 5)},
    **{f"jump{number}": jump(f"conv{number}") for number in range(1, 5)},
}

LESSON: Final = Lesson(
    id="hierarchy",
    title="Edges → textures → parts",
    summary="A photograph on its way through four convolutions: what each of them responds to.",
    rank=1,
    level="beginner",
    minutes=8,
    source="Zeiler & Fergus, “Visualizing and understanding convolutional networks”, ECCV 2014",
    start=_start,
    networks=("hierarchy", "squeezenet1_1"),
    steps=(
        Step(
            title="Random kernels",
            text="""
A photograph, as brightness alone, goes through four convolutions. Look at the maps of the first one: its
{maps1} kernels of 7×7 are random, and so every map is a blurred photograph with some random emphasis.

In the visual cortex, and in the first layer of trained networks, something else is found: the **same
kernel, turned to many angles**. It responds where brightness changes across its
edge: positively from dark to bright, negatively from bright to dark.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv1",), panel="Feature maps"),
            prediction=Prediction(
                question="How will the map of an upright edge kernel look on the photograph?",
                choices=(
                    "Strong along upright edges, near zero elsewhere",
                    "Strong in the left half, near zero in the right half",
                    "The whole photograph, a little sharper",
                ),
                right=0,
                reveal="A kernel whose sum is 0 does not respond to plain areas, however bright they are.",
            ),
            task=Task(
                text="Give the first convolution an oriented bank: *Gabor*, 8 angles.",
                done=_is_oriented,
                solution=lambda project: weighted(project, "conv1", Gabor(orientations=8)),
                hints=("Select *Conv 7×7 · 16*. In the inspector, under *Weights*, choose *Gabor*.",),
            ),
            outcome="""
{angles} edges, one every {turn}, and then as many lines. Walk through the maps with the arrow keys: the same
outline lights up piece by piece as the angle turns.
""",
        ),
        Step(
            title="Deeper layers",
            text="""
The next layers do not see pixels any more. They see *maps of edges*, and combine them: two edges make a
corner, many parallel ones a texture. Trained networks learn the combinations from millions of photographs.
Without training we can ask for those that occur most often in this one photograph: a fit by k-means, layer
by layer.
""",
            quotes=QUOTES,
            task=Task(
                text="Fit the second, third and fourth convolution to the photograph.",
                done=_is_fitted,
                solution=lambda project: fitted(project, DEEPER, "kmeans"),
                slow=True,
                hints=(
                    "Select the three cards (Shift adds to a selection) and choose *Fit*, by k-means, in the"
                    " inspector under *Weights*.",
                    "Front to back: each layer is fitted to what the ones before it make of the photograph.",
                ),
            ),
            outcome="""
Select *Conv 3×3 · 64* at the end. Point at its bright spots: the box on the photograph shows what they
respond to. The maps are coarse ({size4}×{size4}), and each is quiet almost everywhere: hair, badges, a rim
of a helmet.
""",
        ),
        Step(
            title="Why deeper means larger",
            text="""
A layer can only answer to what fits into its receptive field. Each pooling doubles the step, so every kernel
after it reaches twice as far in the photograph.

To be fair: nothing here was trained, so no map means “face”. The *order*, small and simple first, large and
particular last, comes from the architecture alone.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv4",), panel="Photograph"),
            comparison=Comparison(
                heading=("Layer", "Maps", "Size", "Sees", "Answers to"),
                rows=(
                    ("conv 7×7", "{maps1}", "{size1}×{size1}", "{field1}×{field1}", "edges"),
                    ("conv 5×5", "{maps2}", "{size2}×{size2}", "{field2}×{field2}", "corners, lines"),
                    ("conv 3×3", "{maps3}", "{size3}×{size3}", "{field3}×{field3}", "textures"),
                    ("conv 3×3", "{maps4}", "{size4}×{size4}", "{field4}×{field4}", "parts"),
                ),
            ),
            figure=Picture(
                style="receptive-field",
                options={"layer": "conv4"},
                caption="From {field1} to {field4} pixels: edges, textures, parts.",
            ),
        ),
        Step(
            title="The same order, learned",
            text="""
SqueezeNet has seen a million photographs, and learned to name what is in them. Nobody asked it for edges: its
first layer found them all the same. In the maps of its first 1×1 convolution the cat looks back at you.

Open the folded modules one after the other and go on downwards. The maps become coarse and choosy, until the
last ones answer to *a cat* and to hardly anything else. Its likeliest classes stand below the last card.
""",
            opens=_learned,
            highlight=Highlight(nodes=(SQUEEZE,), panel="Feature maps"),
            figure=Picture(
                style="feature-maps",
                options={"layer": SQUEEZE},
                caption="What a network that has learned makes of a cat, after its first 1×1 convolution.",
            ),
        ),
    ),
)
