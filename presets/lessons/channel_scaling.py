"""Is a 1×1 convolution just scaling by a constant?"""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.errors import EngineError
from engine.model.project import Project
from engine.weights import Given
from presets import counting
from presets.builder import Builder
from presets.editing import weighted
from presets.finding import conv as find_conv
from presets.finding import located
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
from presets.quotes import channels, macs, parameters, weights

MIX: Final = find_conv("input", 1)
PIXEL: Final = (112, 112)
LUMINANCE: Final = (0.299, 0.587, 0.114)
SWAP: Final = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
OPPONENT: Final = ((1 / 3, 1 / 3, 1 / 3), (1.0, -1.0, 0.0), (-0.5, -0.5, 1.0))
NEAR: Final = 1e-3


def _start() -> Project:
    net = Builder((1, 4, 4))
    net.conv("scale", 1, 1, bias=False, weights=Given({"weight": [[[[1.0]]]]}))
    return net.project(title="One channel: scaling", image="pattern:ramp")


def _colours() -> Project:
    net = Builder((3, 224, 224))
    identity = Given({"weight": np.eye(3, dtype=np.float32)[:, :, None, None]}, note="identity")
    net.conv("matrix", 3, 1, bias=False, weights=identity)
    return net.project(title="A matrix between colours", image="chelsea")


def _matrix(project: Project, analysis: Analysis) -> npt.NDArray[np.float32] | None:
    """The 1×1's numbers, (out, in); None where there are none."""
    try:
        arrays = counting.arrays(State(project, analysis), located(MIX, project.network))
    except (NotFound, EngineError):
        return None
    return arrays["weight"][:, :, 0, 0]


def _doubles(project: Project, analysis: Analysis, maps: Maps) -> bool:
    found = _matrix(project, analysis)
    return found is not None and found.shape == (1, 1) and abs(float(found[0, 0]) - 2) < NEAR


def _is_grey(project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether all three outputs are the same mixture, neither brighter nor darker as a whole."""
    found = _matrix(project, analysis)
    if found is None or found.shape != (3, 3):
        return False
    same = np.abs(found - found[0]).max() < NEAR
    return bool(same and abs(float(found[0].sum()) - 1) < 0.05 and found.min() >= -NEAR)


def _is_swap(project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether the outputs are the colours in another order."""
    found = _matrix(project, analysis)
    if found is None or found.shape != (3, 3) or np.abs(found - np.round(found)).max() > NEAR:
        return False
    ones = np.abs(found - 1) < NEAR
    permutes = (ones.sum(axis=0) == 1).all() and (ones.sum(axis=1) == 1).all()
    return bool(permutes and abs(float(found.sum()) - 3) < NEAR and not ones.diagonal().all())


def _is_opponent(project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether at least two outputs answer to differences alone: their weights add up to 0."""
    found = _matrix(project, analysis)
    if found is None or found.shape != (3, 3):
        return False
    different = (np.abs(found.sum(axis=1)) < NEAR) & (np.abs(found).max(axis=1) > 0.1)
    return int(different.sum()) >= 2


def _with(numbers: object, note: str) -> Given:
    return Given({"weight": np.asarray(numbers, dtype=np.float32)[:, :, None, None]}, note=note)


def _value(place: str, *at: int) -> Quote:
    """One value of a map: as computed, and as the plain sum over the channels."""

    def engine(state: State) -> float:
        node_id = "input" if place == "input" else located(MIX, state.project.network)
        if node_id not in state.maps:
            raise NotFound("the maps")
        return float(state.maps[node_id][(0, *at)])

    def counted(state: State) -> float:
        x = state.maps["input"][0]
        if place == "input":  # the ramp counts its pixels
            return float(x[at]) if len(x) > 1 else at[1] * x.shape[2] + at[2] + 1.0
        row = counting.arrays(state, located(MIX, state.project.network))["weight"][at[0], :, 0, 0]
        return sum(float(w) * float(x[c, at[1], at[2]]) for c, w in enumerate(row))

    plain = place == "ramp" or at[1:] in ((0, 0), (3, 3))
    return Quote(engine=engine, counted=counted, places=0 if plain else 3, needs_maps=True, tolerance=1e-4)


SCALING: Final[dict[str, Quote]] = {
    "first": _value("input", 0, 0, 0),
    "last": _value("input", 0, 3, 3),
    "first_out": _value("ramp", 0, 0, 0),
    "last_out": _value("ramp", 0, 3, 3),
    "weights": weights(MIX),
    "macs": macs(MIX),
}

COLOURS: Final[dict[str, Quote]] = {
    "c": channels("input"),
    "k": channels(MIX),
    "weights": weights(MIX),
    "parameters": parameters(MIX),
    "red": _value("input", 0, *PIXEL),
    "green": _value("input", 1, *PIXEL),
    "blue": _value("input", 2, *PIXEL),
    "red_out": _value("mix", 0, *PIXEL),
    "green_out": _value("mix", 1, *PIXEL),
    "blue_out": _value("mix", 2, *PIXEL),
}

_EDIT: Final = "Select the 1×1 and click *Kernels* in the inspector, under *Weights*: there are its numbers."

LESSON: Final = Lesson(
    id="channel-scaling",
    title="Is a 1×1 convolution just scaling by a constant?",
    summary="Yes, for one channel in and one out. With colours it becomes a matrix of nine numbers.",
    rank=4,
    level="beginner",
    minutes=8,
    source="Lin, Chen & Yan, “Network in network”, ICLR 2014; ITU-R BT.601 for grey",
    start=_start,
    networks=("channel_scaling", "colour_matrix"),
    steps=(
        Step(
            title="One channel",
            text="""
The smallest 1×1 there is: one channel in, one out, one weight, no bias. The input is not a photograph but a
test pattern, the numbers from {first} to {last} in 4×4 pixels. The kernel is [1], so nothing changes yet.
""",
            quotes=SCALING,
            highlight=Highlight(nodes=("scale",), panel="Feature maps", channel=0),
            prediction=Prediction(
                question="The kernel becomes [2]. What is the last pixel then?",
                choices=("{last}, as before", "32", "64, since there are four rows"),
                right=1,
                reveal="Every pixel is multiplied by the same number, whatever its neighbours are.",
            ),
            task=Task(
                text="Set the weight of the 1×1 to 2.",
                done=_doubles,
                solution=lambda project: weighted(project, MIX, _with([[2.0]], "")),
                hints=("Select the 1×1 and click *Kernels* in the inspector: there is one number.",),
            ),
            outcome="""
{first_out} … {last_out}. So **yes**: with one channel in and one out, a 1×1 is a scaling by a constant:
{weights} weight, {macs} multiplications. This is where the question comes from, and where most answers stop.
""",
        ),
        Step(
            title="Three channels",
            text="""
A colour photograph has {c} channels. Now every output channel is a **weighted sum over all of them**, with
weights of its own: a matrix of {k}×{c} = {weights} numbers. At the start it is the identity, and the
photograph comes out as it went in.

Grey is one mixture for all three outputs: the eye sees green brightest, so the usual weights are those of
television, 0.299 red + 0.587 green + 0.114 blue.
""",
            quotes=COLOURS,
            opens=_colours,
            highlight=Highlight(nodes=("matrix",), panel="Feature maps"),
            task=Task(
                text="Make the photograph grey: three equal rows whose numbers add up to 1.",
                done=_is_grey,
                solution=lambda project: weighted(project, MIX, _with([LUMINANCE] * 3, "grey")),
                hints=(_EDIT, "Thirds in all nine places will do, too."),
            ),
            outcome="""
The pixel in the middle was ({red}, {green}, {blue}) and is now ({red_out}, {green_out}, {blue_out}).
""",
        ),
        Step(
            title="Exchange and oppose",
            text="""
A matrix can also exchange colours, by a single 1 in each row. Try red for blue.
""",
            quotes=COLOURS,
            task=Task(
                text="Exchange two colours.",
                done=_is_swap,
                solution=lambda project: weighted(project, MIX, _with(SWAP, "red and blue exchanged")),
                hints=(_EDIT, "Red for blue: (0, 0, 1), (0, 1, 0), (1, 0, 0)."),
            ),
            outcome="({red}, {green}, {blue}) became ({red_out}, {green_out}, {blue_out}).",
        ),
        Step(
            title="What the eye does",
            text="""
Behind the retina colours are opposed: light, red against green, blue against yellow. These are three
mixtures again, and two of them have negative weights. Where red and green are alike, their difference is 0:
grey things vanish, and only colour is left.
""",
            quotes=COLOURS,
            task=Task(
                text="Make at least two rows whose numbers add up to 0.",
                done=_is_opponent,
                solution=lambda project: weighted(project, MIX, _with(OPPONENT, "opponent colours")),
                hints=(_EDIT, "Red against green is (1, −1, 0), blue against yellow (−½, −½, 1)."),
            ),
            outcome="({red}, {green}, {blue}) became ({red_out}, {green_out}, {blue_out}).",
        ),
        Step(
            title="So, is it scaling?",
            text="""
With one channel, yes. With more, a 1×1 is a **matrix between channels**, the same at every pixel. It can
weigh, mix, subtract and choose. In a network the {weights} numbers are not chosen by hand but learned.
""",
            quotes=COLOURS,
            comparison=Comparison(
                heading=("Channels", "A 1×1 is", "Weights"),
                rows=(
                    ("1 → 1", "a scaling by a constant", "1"),
                    ("3 → 1", "one weighted sum, such as grey", "3"),
                    ("{c} → {k}", "a matrix between colours", "{weights}"),
                ),
            ),
            figure=Picture(
                style="feature-maps",
                options={"layer": "matrix"},
                caption="A 1×1 on a photograph is a matrix of {weights} numbers.",
            ),
        ),
    ),
)
