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
from presets.finding import exists, located
from presets.lesson import (
    Comparison,
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
from presets.quotes import channels, macs, parameters, weights

MIX: Final = find_conv("input", 1)
PIXEL: Final = (112, 112)
LUMINANCE: Final = (0.299, 0.587, 0.114)
SWAP: Final = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
OPPONENT: Final = ((1 / 3, 1 / 3, 1 / 3), (1.0, -1.0, 0.0), (-0.5, -0.5, 1.0))
ROWS: Final = ("first", "second", "third")
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


def _other_matrix(project: Project, analysis: Analysis, rows: int) -> tuple[str, ...]:
    """What keeps the 1×1 from being a matrix of so many rows and columns."""
    if not exists(MIX, project.network):
        return ("a 1×1 convolution that reads from the Input",)
    found = _matrix(project, analysis)
    if found is None:
        return ("an Input and a 1×1 without problems",)
    if found.shape != (rows, rows):
        outs, ins = found.shape
        return (f"the 1×1 has {outs}×{ins} numbers, wanted {rows}×{rows}",)
    return ()


def _not_doubling(project: Project, analysis: Analysis) -> tuple[str, ...]:
    found = _matrix(project, analysis)
    other = _other_matrix(project, analysis, 1)
    if other or found is None or abs(float(found[0, 0]) - 2) < NEAR:
        return other
    return (f"the weight is {_plain(found[0, 0])}, wanted 2",)


def _not_grey(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What keeps the three outputs from being the same mixture, neither brighter nor darker as a whole."""
    found = _matrix(project, analysis)
    missing = list(_other_matrix(project, analysis, 3))
    if missing or found is None:
        return tuple(missing)
    if np.abs(found - found[0]).max() >= NEAR:
        missing.append("the three rows differ, wanted equal")
    for name, row in zip(ROWS, found, strict=True):
        if abs(float(row.sum()) - 1) >= 0.05:
            missing.append(f"the {name} row adds up to {_plain(row.sum())}, wanted 1")
        if row.min() < -NEAR:
            missing.append(f"the {name} row has {_plain(row.min())} in it: grey takes from no colour")
    return tuple(missing)


def _not_swapped(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What keeps the outputs from being the colours in another order."""
    found = _matrix(project, analysis)
    other = _other_matrix(project, analysis, 3)
    if other or found is None:
        return other
    ones = np.abs(found - 1) < NEAR
    if not (ones | (np.abs(found) < NEAR)).all():
        return ("a matrix of nothing but ones and zeros",)
    if (ones.sum(axis=0) != 1).any() or (ones.sum(axis=1) != 1).any():
        return ("a single 1 in each row and in each column",)
    return ("every colour is where it was: wanted two of them exchanged",) if ones.diagonal().all() else ()


def _not_opponent(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What keeps two outputs from responding to differences alone, with weights that add up to 0."""
    found = _matrix(project, analysis)
    other = _other_matrix(project, analysis, 3)
    if other or found is None:
        return other
    different = (np.abs(found.sum(axis=1)) < NEAR) & (np.abs(found).max(axis=1) > 0.1)
    count = int(different.sum())
    return () if count >= 2 else (f"{count} of the rows add up to 0 without being all 0, wanted 2",)


def _plain(number: float) -> str:
    return f"{float(number):.3g}".replace("-", "−")


def _with(numbers: object, note: str) -> Given:
    return Given({"weight": np.asarray(numbers, dtype=np.float32)[:, :, None, None]}, note=note)


def _value(place: str, *at: int) -> Quote:
    """One value of a map: as computed, and as the plain sum over the channels."""

    def engine(state: State) -> float:
        node_id = "input" if place == "input" else located(MIX, state.project.network)
        found = state.maps.get(node_id)
        if found is None or found.ndim != 4 or any(i >= n for i, n in zip(at, found.shape[1:], strict=True)):
            raise NotFound("the value, as far as maps are known")
        return float(found[(0, *at)])

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
    minutes=10,
    source="Lin, Chen & Yan, “Network in network”, ICLR 2014; ITU-R BT.601 for grey",
    start=_start,
    networks=("channel_scaling", "colour_matrix"),
    steps=(
        Step(
            title="One channel",
            text="""
The smallest 1×1 there is: one channel in, one out, one weight, no bias. The input is not a photograph but a
test pattern: the numbers from {first} to {last} in 4×4 pixels. The kernel is [1], so nothing changes yet.
""",
            quotes=SCALING,
            highlight=Highlight(nodes=("scale",), panel="Feature maps", channel=0),
            prediction=Prediction(
                question="The kernel becomes [2]. What will the last pixel be?",
                choices=("{last}", "32", "64"),
                right=1,
                replies=(
                    "The *pattern* stays the same, and drawn in its own range it looks the same. Its"
                    " values do not.",
                    "Twice {last}.",
                    "There are four rows, but a 1×1 never looks at a neighbour: nothing is added up.",
                ),
                reveal="Every pixel is multiplied by the same number, whatever its neighbours are.",
            ),
            task=Task(
                text="Set the weight of the 1×1 to 2.",
                done=nothing_missing(_not_doubling),
                missing=_not_doubling,
                solution=lambda project: weighted(project, MIX, _with([[2.0]], "")),
                hints=("Select the 1×1 and click *Kernels* in the inspector: there is one number.",),
            ),
            outcome="""
{first_out} … {last_out}. So **yes**: with one channel in and one out, a 1×1 is a scaling by a constant:
{weights} weight, {macs} multiplications. “The result is the same image”, it is sometimes said: the picture
is, the values are twice as large. This is where the question comes from, and where most answers stop.
""",
        ),
        Step(
            title="Three channels",
            text="""
A colour photograph has {c} channels. Now every output channel is a **weighted sum over all of them**, with
weights of its own. At the start each output takes its own colour and nothing else, and the photograph comes
out as it went in.

Grey is one mixture for all three outputs. The eye sees green brightest, so the usual weights are those of
television: 0.299 red + 0.587 green + 0.114 blue.
""",
            quotes=COLOURS,
            opens=_colours,
            highlight=Highlight(nodes=("matrix",), panel="Feature maps", colours="rgb"),
            prediction=Prediction(
                question="How many weights does this 1×1 have?",
                choices=("1", "{c}", "{weights}"),
                right=2,
                replies=(
                    "“Multiply the whole channel by one number” is true of a single channel only.",
                    "{c} would be one for each colour that comes in. Each of the {k} outputs has as many"
                    " of its own.",
                    "One for each pair of a colour that comes in and one that goes out.",
                ),
                reveal="{k} outputs × {c} inputs = {weights} weights: a matrix.",
            ),
            task=Task(
                text="Make the photograph grey: three equal rows whose numbers add up to 1.",
                done=nothing_missing(_not_grey),
                missing=_not_grey,
                solution=lambda project: weighted(project, MIX, _with([LUMINANCE] * 3, "grey")),
                hints=(_EDIT, "A third in all nine places will do, too."),
            ),
            outcome="""
The pixel in the middle was ({red}, {green}, {blue}) and is now ({red_out}, {green_out}, {blue_out}).
""",
        ),
        Step(
            title="Exchange",
            text="""
A matrix can also exchange colours, with a single 1 in each row. Try red for blue.
""",
            quotes=COLOURS,
            highlight=Highlight(nodes=("matrix",), panel="Feature maps", colours="rgb"),
            task=Task(
                text="Exchange two colours.",
                done=nothing_missing(_not_swapped),
                missing=_not_swapped,
                solution=lambda project: weighted(project, MIX, _with(SWAP, "red and blue exchanged")),
                hints=(_EDIT, "Red for blue: (0, 0, 1), (0, 1, 0), (1, 0, 0)."),
            ),
            outcome="({red}, {green}, {blue}) became ({red_out}, {green_out}, {blue_out}).",
        ),
        Step(
            title="What the eye does",
            text="""
After the eye's receptors, colours are opposed: light, red against green, blue against yellow. These are three
mixtures again, and two of them have negative weights.
""",
            quotes=COLOURS,
            highlight=Highlight(nodes=("matrix",), panel="Feature maps"),
            prediction=Prediction(
                question="Where is the map of *red minus green* near 0?",
                choices=(
                    "Where the photograph is green",
                    "Where red and green are equal",
                    "Where the photograph is dark",
                ),
                right=1,
                replies=(
                    "There it is negative: green is subtracted.",
                    "Grey, white, black, and yellow, too.",
                    "There as well, but bright grey gives 0 just the same.",
                ),
                reveal="Grey things vanish from such a map, and only colour is left.",
            ),
            task=Task(
                text="Make at least two rows whose numbers add up to 0.",
                done=nothing_missing(_not_opponent),
                missing=_not_opponent,
                solution=lambda project: weighted(project, MIX, _with(OPPONENT, "opponent colours")),
                hints=(_EDIT, "Red against green is (1, −1, 0), blue against yellow (−½, −½, 1)."),
            ),
            outcome="({red}, {green}, {blue}) became ({red_out}, {green_out}, {blue_out}).",
        ),
        Step(
            title="So, is it scaling?",
            text="""
With one channel, yes. With more, a 1×1 is a **matrix between channels**, the same at every pixel. It can
weigh, mix, subtract and select.

The **shape** of the matrix is designed: channels in times channels out. Its **values** are learned in a real
network, not chosen by hand. Nothing keeps two rows from coming out alike; they begin with different random
numbers, and learning moves them apart as far as that helps.
""",
            quotes=COLOURS,
            highlight=Highlight(nodes=("matrix",), panel="Feature maps"),
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
    found="""
With one channel in and one out, a 1×1 scales by a constant. With {c} in and {k} out it is a matrix of
{weights} numbers, the same at every pixel: it weighs, mixes, subtracts and selects.
""",
    quiz_quotes=COLOURS,
    quiz=(
        Prediction(
            question="A 1×1 from 3 to 5 channels, without bias. How many weights?",
            choices=(
                "5",
                "8",
                "15",
            ),
            right=2,
            replies=(
                "One for each output would make all of them the same grey.",
                "Inputs and outputs are multiplied, not added up.",
                "5 rows of 3 numbers.",
            ),
            reveal="Channels out × channels in.",
        ),
        Prediction(
            question="“Multiply the whole channel by one number.” When is that all a 1×1 does?",
            choices=(
                "One channel in, one out",
                "Whenever there is no bias",
                "Always",
            ),
            right=0,
            replies=(
                "Then the matrix is a single number.",
                "A bias adds a constant. It is the other channels that make the difference.",
                "With several channels in, each output is a sum over all of them.",
            ),
            reveal="With more channels the question changes from *how bright?* to *which mixture?*",
        ),
        Prediction(
            question="Two rows of the matrix are equal. What comes out?",
            choices=(
                "An error",
                "Two equal maps",
                "One map",
            ),
            right=1,
            replies=(
                "Nothing forbids it.",
                "One of them is superfluous.",
                "Each row makes a map, needed or not.",
            ),
            reveal="Nothing ensures that maps differ. Training moves them apart as far as that helps.",
        ),
    ),
)
