"""Edges, textures, parts: what a photograph becomes on its way through a stack."""

from typing import Final

import numpy as np

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from engine.weights import FITTED, Given
from engine.weights.gabor import Gabor
from presets import counting, load
from presets.builder import Builder
from presets.editing import fitted, weighted
from presets.finding import exists, located, nth
from presets.learning.preferences import preferring
from presets.lesson import (
    Comparison,
    Highlight,
    Lesson,
    Picture,
    Prediction,
    Quote,
    State,
    Step,
    Task,
    nothing_missing,
)
from presets.quotes import channels, field, jump, size

FIRST, SECOND, THIRD, FOURTH = CONVS = tuple(nth(number, "Conv2d") for number in range(1, 5))
NAMES: Final = ("first", "second", "third", "fourth")
ANGLES: Final = 4
"""The fewest of a bank that turns; the task asks for eight."""
SQUEEZE: Final = "fire2/squeeze1x1"
"""The first 1×1 convolution of SqueezeNet."""


def _start() -> Project:
    net = Builder((1, 224, 224))
    for number, (width, kernel_size) in enumerate(((16, 7), (32, 5), (64, 3), (64, 3)), start=1):
        net.conv_relu(f"conv{number}", width, kernel_size, padding="valid")
        if number < 4:
            net.max_pool(f"pool{number}", 2)
            net.new_line()
    return net.project(title="Edges, textures, parts", image="astronaut")


def _not_oriented(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What keeps the first layer's kernels from being a bank of angles."""
    if not exists(FIRST, project.network):
        return ("a convolution that reads the photograph: *Undo* brings it back",)
    weights = project.network[located(FIRST, project.network)].weights
    if not isinstance(weights, Gabor):
        return (f"the weights of the first convolution are “{weights.text}”, wanted *Gabor*",)
    if weights.orientations < ANGLES:
        return (f"the bank has {weights.orientations} angles, wanted 8",)
    return ()


def _not_fitted(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """Which of the deeper convolutions is not fitted."""
    missing: list[str] = []
    for name, place in zip(NAMES[1:], CONVS[1:], strict=True):
        if not exists(place, project.network):
            return (*missing, f"a {name} convolution in the stack: *Undo* brings it back")
        weights = project.network[located(place, project.network)].weights
        if not isinstance(weights, Given) or weights.origin != FITTED:
            missing.append(f"the {name} convolution is “{weights.text}”, wanted fitted to the photograph")
    return tuple(missing)


def _fit_deeper(project: Project) -> Project:
    return fitted(project, [located(place, project.network) for place in CONVS[1:]], "kmeans")


def _bank(state: State) -> Gabor:
    weights = state.project.network[located(FIRST, state.project.network)].weights
    return weights if isinstance(weights, Gabor) else Gabor()


def _angles() -> Quote:
    """Angles of the bank; in the arrays, the kernels that turn into their negative by half a turn: edges."""

    def counted(state: State) -> int:
        kernels = counting.arrays(state, located(FIRST, state.project.network))["weight"][:, 0]
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


MAPS: Final = {
    "fitted": ("hierarchy", ("conv1_relu", "conv2_relu", "conv3_relu", "conv4_relu")),
    "squeeze": ("squeezenet1_1", ("conv1_relu", "fire4/concat", "fire7/concat", "fire9/concat")),
    "lite": ("efficientnet_lite0", ("conv1_relu6", "stage4_2/add", "stage7_4/add", "conv9_relu6")),
}
"""Layers from shallow to deep whose maps are asked which photograph they prefer."""

DEPTHS: Final = ("first layer", "deeper", "deeper still", "deepest")

QUOTES: Final[dict[str, Quote]] = {
    "angles": _angles(),
    "turn": _turn(),
    **{f"field{number}": field(place) for number, place in enumerate(CONVS, start=1)},
    **{f"maps{number}": channels(place) for number, place in enumerate(CONVS, start=1)},
    **{f"size{number}": size(place) for number, place in enumerate(CONVS, start=1)},
    **{f"jump{number}": jump(place) for number, place in enumerate(CONVS, start=1)},
    **{
        f"{name}{number}": preferring(preset, node_id)
        for name, (preset, node_ids) in MAPS.items()
        for number, node_id in enumerate(node_ids, start=1)
    },
    "classes": preferring("squeezenet1_1", "conv10_relu"),
}

LESSON: Final = Lesson(
    id="hierarchy",
    title="Edges → textures → parts",
    summary="A photograph on its way through four convolutions: what each of them responds to.",
    rank=1,
    level="beginner",
    minutes=12,
    source="Zeiler & Fergus, “Visualizing and understanding convolutional networks”, ECCV 2014",
    start=_start,
    networks=("hierarchy", "squeezenet1_1", "efficientnet_lite0"),
    steps=(
        Step(
            title="Random kernels",
            text="""
A photograph, reduced to its brightness, goes through four convolutions. Look at the maps of the first one:
its {maps1} kernels of 7×7 are random, so every map is a blurred photograph with some random emphasis.

The visual cortex, and the first layer of networks that have learned, hold something else: the **same kernel,
turned to many angles**. Its numbers add up to 0. It responds where brightness changes *across* its edge:
positively from dark to bright, negatively from bright to dark.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv1",), panel="Feature maps"),
            prediction=Prediction(
                question="What will the map of an upright edge kernel look like?",
                choices=(
                    "Bright wherever the photograph is bright",
                    "Near zero, but for upright outlines",
                    "The whole photograph, a little sharper",
                ),
                right=1,
                replies=(
                    "A plain bright area gives the same as a plain dark one: the kernel's numbers add up"
                    " to 0.",
                    "One flank of an outline is positive and the other negative: the map has two colours.",
                    "That takes a kernel that keeps the photograph itself: one whose numbers add up to 1.",
                ),
                reveal="Plain areas vanish, however bright they are. What stays are outlines.",
            ),
            task=Task(
                text="Give the first convolution an oriented bank: *Gabor* with 8 angles.",
                done=nothing_missing(_not_oriented),
                missing=_not_oriented,
                solution=lambda project: weighted(project, FIRST, Gabor(orientations=8)),
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
The next layers no longer see pixels. They see *maps of edges* and combine them: two edges make a corner, many
parallel ones a texture. Networks learn which combinations are useful from millions of photographs. Without
training we can ask for those that are most common in this one photograph: a fit by k-means, layer by layer.

No kernel here reaches over the border (padding *valid*). A border of zeros would be the strongest edge of
all, and the deeper layers would be fitted to that.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv4",), panel="Feature maps"),
            prediction=Prediction(
                question="What happens to the maps on the way down, apart from getting smaller?",
                choices=(
                    "They respond to the same places, only more blurred",
                    "They respond to more and more of the photograph",
                    "Each responds in fewer places, to something more particular",
                ),
                right=2,
                replies=(
                    "Blurring would need averages. A pooling takes the largest value, and each layer"
                    " combines.",
                    "Each value *sees* more of the photograph, but it asks for more to be there as well.",
                    "It asks for several things at once, and these are rarely found together.",
                ),
                reveal="Fit the layers, and look at the last one.",
            ),
            task=Task(
                text="Fit the second, third and fourth convolution to the photograph.",
                done=nothing_missing(_not_fitted),
                missing=_not_fitted,
                solution=_fit_deeper,
                slow=True,
                hints=(
                    "Select the three cards (Shift adds to a selection). In the inspector, under"
                    " *Weights*, click"
                    " *Fit*, then *These 3 layers, by k-means*; Ctrl+T does the same.",
                    "Fit from front to back: each layer is fitted to what the ones before it make of the"
                    " photograph.",
                ),
            ),
            outcome="""
Select the last *Conv 3×3 · 64* and point at its bright spots: the box on the photograph shows what they
respond to. The maps are coarse ({size4}×{size4}), and each is quiet almost everywhere. **Ctrl+I** lists the
patches of the photograph to which a map responds most strongly.
""",
        ),
        Step(
            title="Why deeper means larger",
            text="""
A layer can only respond to what fits into its receptive field. Each pooling doubles the step, so every kernel
after it reaches twice as far.

How *particular* is a layer? Show it four photographs: an astronaut, a cat, a cup of coffee and a rocket.
Count the maps that prefer one of them, with a strongest value half as large again as on each of the others.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv4",), panel="Photograph"),
            prediction=Prediction(
                question="How many pixels across does one value of the last convolution see?",
                choices=("3, like its kernel", "{field4}", "all 224"),
                right=1,
                replies=(
                    "It sees 3 values of the maps before it, and each of those sees many pixels.",
                    "Kernel by kernel: {field1}, {field2}, {field3}, {field4}.",
                    "It would take more layers. Here one value covers about a fifth of the width.",
                ),
                reveal="Point at a value: its box on the photograph is {field4} pixels wide.",
            ),
            comparison=Comparison(
                heading=("Kernel", "Maps", "Size", "Sees", "Prefer one photograph"),
                rows=(
                    ("7×7", "{maps1}", "{size1}×{size1}", "{field1}×{field1}", "{fitted1}"),
                    ("5×5", "{maps2}", "{size2}×{size2}", "{field2}×{field2}", "{fitted2}"),
                    ("3×3", "{maps3}", "{size3}×{size3}", "{field3}×{field3}", "{fitted3}"),
                    ("3×3", "{maps4}", "{size4}×{size4}", "{field4}×{field4}", "{fitted4}"),
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
SqueezeNet has seen a million photographs and learned to name what is in them. Nobody asked it for edges; its
first layer found them all the same. In the maps of its first 1×1 convolution the cat looks back at you.

Open the folded modules one after the other and go on downwards. The maps become coarser and more
particular. The last ones are named: one map for each class, and the mean of the map is the score of the
class.
""",
            quotes=QUOTES,
            opens=lambda: load("squeezenet1_1").project,
            highlight=Highlight(nodes=(SQUEEZE,), panel="Feature maps"),
            prediction=Prediction(
                question="Does every layer prefer its photograph more than the layer before it?",
                choices=(
                    "Yes: the hierarchy is strict",
                    "Mostly: it is a tendency, with exceptions",
                    "No: there is no order at all",
                ),
                right=1,
                replies=(
                    "Not quite every one: the maps of the classes prefer less than the module before them.",
                    "The last maps, one for each class, prefer less than those of the module before them.",
                    "There is one, though not a strict one: compare the first layer with *fire9*.",
                ),
                reveal="""
Maps that prefer one of the four photographs: {squeeze1} in the first layer, {squeeze2} in *fire4*,
{squeeze3} in *fire7*, {squeeze4} in *fire9*, and then only {classes} of the maps of the classes.
""",
            ),
            figure=Picture(
                style="feature-maps",
                options={"layer": SQUEEZE},
                caption="What a network that has learned makes of a cat, after its first 1×1 convolution.",
            ),
        ),
        Step(
            title="Strictly edges, then objects?",
            text="""
EfficientNet-Lite0 learned the same task with other layers. Here are all three networks, from shallow to
deep: the share of maps that prefer one of the four photographs.

- “**Strictly** edges, textures, parts, objects” is too strong. The order is a tendency, and it has two
  causes: receptive fields grow, and each layer can only combine what the one before it found.
- “**Objects**” appear where a network has been taught their names. The stack fitted to one photograph never
  was. That its last maps prefer a photograph says how particular they are, not that they know what is in
  it.
""",
            quotes=QUOTES,
            opens=lambda: load("efficientnet_lite0").project,
            highlight=Highlight(nodes=("conv9_relu6",), panel="Feature maps"),
            comparison=Comparison(
                heading=("", "Fitted here", "SqueezeNet", "EfficientNet-Lite0"),
                rows=tuple(
                    (said, f"{{fitted{number}}}", f"{{squeeze{number}}}", f"{{lite{number}}}")
                    for number, said in enumerate(
                        ("first layer", "deeper", "deeper still", "deepest"), start=1
                    )
                ),
            ),
            figure=Picture(
                style="feature-maps",
                options={"layer": "conv9_relu6"},
                caption="The deepest maps: {lite4} of them prefer one of four photographs.",
            ),
        ),
    ),
    found="""
A layer responds to what fits into its receptive field, and it combines what the layer before it found. In
SqueezeNet, the share of maps that prefer one of four photographs grows from {squeeze1} to {squeeze4} on the
way down: a tendency, not a law.
""",
    quiz_quotes=QUOTES,
    quiz=(
        Prediction(
            question="The numbers of a kernel add up to 0. What does it make of a bright, plain wall?",
            choices=(
                "A bright, plain area",
                "0 everywhere",
                "A dark, plain area",
            ),
            right=1,
            replies=(
                "Whatever the wall's brightness, it is multiplied by a sum of 0.",
                "Brightness alone gives nothing.",
                "That would be the negative of the photograph: a sum of −1.",
            ),
            reveal="Only the outline of the wall is seen.",
        ),
        Prediction(
            question="A value sees 26 pixels of 224. To what can it *not* respond?",
            choices=(
                "An edge",
                "A texture of fine stripes",
                "A face that fills the photograph",
            ),
            right=2,
            replies=(
                "A few pixels are enough to show an edge.",
                "Several stripes fit into 26 pixels.",
                "It sees a piece of the cheek.",
            ),
            reveal="What does not fit into the receptive field cannot be told from its parts.",
        ),
        Prediction(
            question="“Strictly edges, textures, parts, objects.” What is that?",
            choices=(
                "A law of convolution",
                "A tendency",
                "A coincidence",
            ),
            right=1,
            replies=(
                "SqueezeNet's last maps broke it.",
                "Receptive fields grow, and each layer combines.",
                "Two networks that learned apart from each other show it, and they are not alone.",
            ),
            reveal="{squeeze4} in *fire9* prefer a photograph, and {classes} of the maps of the classes.",
        ),
    ),
)
