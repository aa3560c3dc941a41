"""“1000 channels to 10 without losing information”: what is kept, measured."""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.fitting.spectrum import way_back
from engine.image.image_source import open_image
from engine.image.photograph import fill_input
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from engine.weights import FITTED, Given
from presets import counting, load
from presets.builder import Builder
from presets.editing import fitted, insert, weighted
from presets.finding import behind, exists, located
from presets.finding import conv as find_conv
from presets.learning.kept import Kept, given_back, maps_at, random_filters
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
    nothing_missing,
)
from presets.quotes import channels, size

KEPT: Final = 10
SQUEEZE: Final = find_conv("input", 1, KEPT)
RELU: Final = behind(SQUEEZE, "ReLU")
RESTORE: Final = find_conv(SQUEEZE, 1)
CURVE: Final = (1, 2, 5, 10, 20, 50)
LEARNED: Final = {
    "fire2": "pool1",
    "fire3": "fire2/concat",
    "fire5": "fire4/concat",
    "fire9": "fire8/concat",
}
"""Modules of SqueezeNet whose squeezing 1×1s are looked at, and the maps that these read."""

F32 = npt.NDArray[np.float32]


def _start() -> Project:
    net = Builder((1000, 28, 28))
    net.conv("squeeze", KEPT, 1, bias=False)
    net.conv("restore", 1000, 1, bias=False)
    return net.project(title="1000 channels to 10", image="astronaut")


def _random_filters(x: F32) -> F32:
    """Those of the lesson's first 1×1, and further ones for the curve beyond the ten."""
    node = _start().network["squeeze"]
    first = node.weights.parameters("squeeze", node.layer, (x.shape,), 0)["weight"][:, :, 0, 0]
    return np.concatenate([first, random_filters(x)[KEPT:]])


BANK: Final = Kept("input", centred=False, filters=_random_filters)


def _restored() -> Quote:
    """Share of the maps that the second 1×1 gives back once it has the best weights for the way back."""

    def engine(state: State) -> float:
        network = state.project.network
        x, low = maps_at(state, "input"), maps_at(state, RELU if exists(RELU, network) else SQUEEZE)
        weight, _ = way_back(x, low, centred=False)
        y = (weight @ low.reshape(len(low), -1)).reshape(x.shape)
        return 100 * (1 - float(np.sum(np.square(x - y)) / np.sum(np.square(x))))

    def counted(state: State) -> float:
        x = maps_at(state, "input")
        columns = x.reshape(len(x), -1).astype(np.float64)
        down = counting.arrays(state, located(SQUEEZE, state.project.network))["weight"][:, :, 0, 0]
        low = down.astype(np.float64) @ columns
        low = np.maximum(low, 0) if exists(RELU, state.project.network) else low
        return 100 * given_back(columns.T, low.T)

    return Quote(engine=engine, counted=counted, places=1, unit="\u00a0%", needs_maps=True, tolerance=2e-3)


def _lost() -> Quote:
    """Dimensions that do not pass, whatever the filters are."""
    return Quote(
        engine=lambda state: int(channels("input").engine(state)) - int(channels(SQUEEZE).engine(state)),
        counted=lambda state: int(channels("input").counted(state)) - int(channels(SQUEEZE).counted(state)),
    )


def _columns() -> Quote:
    """Pixels, each with its column: they span no more dimensions than there are of them."""
    pixels = size("input")

    def counted(state: State) -> int:
        rows, columns = counting.size(state, "input")
        return sum(1 for _ in range(rows) for _ in range(columns))

    return Quote(engine=lambda state: int(pixels.engine(state)) ** 2, counted=counted)


def _is_best(project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether the ten channels keep as much as any linear ten can."""
    state = State(project, analysis, maps)
    try:
        return BANK.by(SQUEEZE).engine(state) >= BANK.best(KEPT).engine(state) - 0.1
    except NotFound:
        return False


def _not_best(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What the squeezing 1×1 lacks, as far as its settings and the origin of its weights tell."""
    if not exists(SQUEEZE, project.network):
        return (f"a 1×1 to {KEPT} channels that reads from the Input",)
    weights = project.network[located(SQUEEZE, project.network)].weights
    wanted = f"PCA of pixel columns of {project.image}"
    if isinstance(weights, Given) and weights.origin == FITTED and weights.note == wanted:
        return ()
    return (f"the weights of the 1×1 to {KEPT} channels are “{weights.text}”, wanted “Fitted: {wanted}”",)


def _not_rectified(project: Project, analysis: Analysis) -> tuple[str, ...]:
    if not exists(SQUEEZE, project.network):
        return (f"a 1×1 to {KEPT} channels that reads from the Input",)
    return () if exists(RELU, project.network) else (f"a ReLU after the 1×1 to {KEPT} channels",)


def _fit(project: Project) -> Project:
    """The ten principal components, and the best way back from them."""
    project = fitted(project, (located(SQUEEZE, project.network),), "pca")
    x = fill_input(open_image(project.image), (1000, 28, 28))[0]
    node = project.network[located(SQUEEZE, project.network)]
    down = node.weights.parameters(node.id, node.layer, (x.shape,), project.seed)["weight"][:, :, 0, 0]
    low = (down @ x.reshape(1000, -1)).reshape(KEPT, *x.shape[1:])
    weight, _ = way_back(x, np.asarray(low, dtype=np.float32), centred=False)
    given = Given({"weight": weight[:, :, None, None]}, FITTED, "the best way back")
    return weighted(project, RESTORE, given)


QUOTES: Final[dict[str, Quote]] = {
    "c": channels("input"),
    "k": channels(SQUEEZE),
    "rows": size("input"),
    "lost": _lost(),
    "columns": _columns(),
    "kept": BANK.by(SQUEEZE),
    "best": BANK.best(KEPT),
    "drawn": BANK.drawn(KEPT),
    "restored": _restored(),
    "needed": BANK.needed(0.99),
    "rectified": BANK.by(RELU),
    **{f"best{kept}": BANK.best(kept, places=2) for kept in CURVE},
    **{f"drawn{kept}": BANK.drawn(kept, places=2) for kept in CURVE},
}


def _learned() -> dict[str, Quote]:
    made: dict[str, Quote] = {"fire3_needed": Kept("fire2/concat").needed(0.99)}
    for name, source in LEARNED.items():
        place, maps = f"{name}/squeeze1x1", Kept(source)
        made |= {
            f"{name}_in": channels(source),
            f"{name}_out": channels(place),
            f"{name}_best": maps.best(place),
            f"{name}_learned": maps.by(place),
            f"{name}_drawn": maps.drawn(place),
        }
    return made


LESSON: Final = Lesson(
    id="information",
    title="“1000 channels to 10 without losing information”",
    summary="Only if the columns of all pixels lie in ten dimensions. Measured, with the best 1×1.",
    rank=9,
    level="advanced",
    minutes=12,
    source="Eckart & Young, 1936, on the best approximation of lower rank; Pearson, 1901",
    start=_start,
    networks=("information", "squeezenet1_1"),
    steps=(
        Step(
            title="What ten random filters keep",
            text="""
{c} maps of {rows}×{rows}: the photograph's responses to an oriented filter bank. A 1×1 makes {k} of them,
and another 1×1 makes {c} again. This is often called “dimension reduction without losing information”.

A column of {c} numbers goes through {k}: what lies in the other {lost} dimensions is gone. Nothing is lost
only if the columns of all pixels happen to lie in a subspace of {k} dimensions, **and** the {k} filters
tell all of that subspace apart. ({rows}·{rows} pixels span no more than {columns} dimensions in any case.)
Here the filters are random, and the best linear way back recovers **{drawn}** of the energy of the {c}
maps.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("squeeze",), panel="Feature maps"),
            prediction=Prediction(
                question="How much can the best ten filters there are keep?",
                choices=("1\u00a0%", "{drawn}", "{best}", "All of it"),
                right=2,
                replies=(
                    "Ten of a thousand would be, if every map held something new. Most do not.",
                    "That is what ten random ones keep. The best ones look where the columns vary most.",
                    "More than random ones, and not everything.",
                    "For that the columns would have to lie in ten dimensions exactly.",
                ),
                reveal="""
**{best}**. Neighbouring filters of the bank give nearly the same, so the columns nearly lie in a few
dimensions. Nearly, not exactly: it takes {needed} channels to keep 99 %.
""",
            ),
            task=Task(
                text="Fit the 1×1 to 10 channels to its maps by PCA.",
                done=_is_best,
                missing=_not_best,
                solution=_fit,
                slow=True,
                hints=(
                    "Select *Conv 1×1 · 10*. In the inspector, under *Weights*, click *Fit*, then *This"
                    " layer, by"
                    " PCA*.",
                    "For the way back, select the second 1×1: *Fit*, then *To give Input back, by least"
                    " squares*.",
                ),
                needs_maps=True,
            ),
            outcome="""
Principal components: {kept} can be recovered from ten channels, and no other linear map to ten does better.
The second 1×1 has to know the way back. With the best weights for it (*Fit*, *To give Input back*; *Show
me* sets them), it restores {restored} of the maps.
""",
        ),
        Step(
            title="A ReLU loses more",
            text="""
So far everything was linear. In a network a ReLU usually follows the reduction. It sets every negative
number to 0, and a 0 does not say how negative the number was.
""",
            quotes=QUOTES,
            prediction=Prediction(
                question="How much can be recovered after a ReLU?",
                choices=("{kept}, as before", "{rectified}", "About half of it"),
                right=1,
                replies=(
                    "Then the negative halves would have held nothing new.",
                    "Less, but by far not half.",
                    "About half of the *values* become 0. But the ten maps are no mirror images: what"
                    " remains still"
                    " tells much about the columns.",
                ),
                reveal="Measured with the best linear way back from the ten rectified maps.",
            ),
            task=Task(
                text="Drop a ReLU on the wire between the two 1×1 convolutions.",
                done=nothing_missing(_not_rectified),
                missing=_not_rectified,
                solution=lambda project: insert(project, ReLU(), SQUEEZE, RESTORE),
                hints=("Drag *ReLU* from the left and let go over the wire.",),
            ),
            outcome="""
Now the best linear way back recovers {rectified}; without the ReLU it was {kept}. MobileNet v2 leaves out
the ReLU after its narrow layers for this reason: “linear bottlenecks”.
""",
        ),
        Step(
            title="The curve",
            text="""
How much is kept depends on how many channels stay, on which ones, and on the maps. The inspector draws the
curve: with the 1×1 selected, click *Channels* under *Weights*, and drag the line.

These maps are a special case. They come from a filter bank in which neighbours are nearly the same, so few
channels hold nearly everything. The popular sentence is right in spirit where maps are redundant. “Without
losing” it is not.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("squeeze",), panel="Inspector"),
            comparison=Comparison(
                heading=("Channels kept", "Best (PCA)", "Random"),
                rows=tuple((str(kept), f"{{best{kept}}}", f"{{drawn{kept}}}") for kept in CURVE),
            ),
            figure=Picture(
                style="feature-maps",
                options={"layer": "squeeze"},
                caption="{c} maps through {k}: {best} kept at best, {drawn} at random.",
            ),
        ),
        Step(
            title="In a network that has learned",
            text="""
How redundant are the maps of a real network? SqueezeNet has a squeezing 1×1 at the beginning of every
module (*fire2* to *fire9*). On the cat, the one of *fire3* reads {fire3_in} maps and makes {fire3_out}.
""",
            quotes=_learned(),
            opens=lambda: load("squeezenet1_1").project,
            highlight=Highlight(nodes=("fire3/squeeze1x1",), panel="Feature maps"),
            prediction=Prediction(
                question="{fire3_out} channels could keep {fire3_best} of these maps. What do its own keep?",
                choices=("{fire3_best}", "{fire3_learned}", "{fire3_drawn}", "All of it"),
                right=1,
                replies=(
                    "Nobody asked them to keep the maps. They were asked to name photographs.",
                    "Between a random 1×1 and the best one.",
                    "That is what a random 1×1 of this width keeps. The learned one does better here.",
                    "For that no other channel could hold anything of its own; {fire3_needed} are needed"
                    " for 99 %.",
                ),
                reveal="""
The learned 1×1 throws **more** away than it would have to. It keeps what helps to tell classes apart, not
what is needed to restore the maps. “Without losing information” is not even what it is trained for.
""",
            ),
            comparison=Comparison(
                heading=("Module", "Channels", "Best", "Learned", "Random"),
                rows=tuple(
                    (
                        name,
                        f"{{{name}_in}}→{{{name}_out}}",
                        *(f"{{{name}_{what}}}" for what in ("best", "learned", "drawn")),
                    )
                    for name in LEARNED
                ),
            ),
            figure=Picture(
                style="feature-maps",
                options={"layer": "fire3/squeeze1x1"},
                caption="{fire3_in} maps through {fire3_out}: {fire3_learned} kept, {fire3_best} at best.",
            ),
        ),
    ),
    found="""
“Without losing information” holds only if the columns of all pixels lie in as few dimensions as there are
channels left, and the filters tell these apart. SqueezeNet's learned 1×1 in *fire3* keeps {fire3_learned}
of the maps that it reads; the best one would keep {fire3_best}.
""",
    quiz_quotes=_learned(),
    quiz=(
        Prediction(
            question="When do ten channels hold all that a thousand maps say?",
            choices=(
                "If they are the principal ones",
                "If the columns span ten dimensions",
                "If no activation follows",
            ),
            right=1,
            replies=(
                "The best ten lose least. They still lose what varies in an eleventh direction.",
                "And the ten filters have to tell all of them apart.",
                "An activation loses more. What is lost before it is lost all the same.",
            ),
            reveal="That is a statement about the *maps*, and it can be measured.",
        ),
        Prediction(
            question="The learned 1×1 keeps less of the maps than the best one could. Was it trained badly?",
            choices=(
                "Yes: PCA is what training looks for",
                "Yes: it needed more steps",
                "No: its task was another one",
            ),
            right=2,
            replies=(
                "Training looks for a small error of the *classes*.",
                "It would still not be asked to restore its maps.",
                "It keeps what helps to name photographs.",
            ),
            reveal="What counts as information depends on what is asked.",
        ),
        Prediction(
            question="MobileNet v2 has no ReLU after its narrow layers. Why?",
            choices=(
                "A ReLU would lose more of them",
                "A ReLU would cost too much",
                "The next layer has one",
            ),
            right=0,
            replies=(
                "In few channels, each number is needed.",
                "It costs one comparison a value.",
                "It has, and that one works on many channels.",
            ),
            reveal="“Linear bottlenecks”.",
        ),
    ),
)
