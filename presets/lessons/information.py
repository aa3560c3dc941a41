"""“1000 channels to 10 without losing information”: what is kept, measured."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.fitting.spectrum import Spectrum, explained, spectrum, way_back
from engine.image.image_source import open_image
from engine.image.photograph import fill_input
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from engine.weights import FITTED, Given
from presets import counting
from presets.builder import Builder
from presets.editing import fitted, insert, weighted
from presets.finding import Place, behind, exists, located
from presets.finding import conv as find_conv
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
from presets.quotes import channels, size

KEPT: Final = 10
SQUEEZE: Final = find_conv("input", 1, KEPT)
RELU: Final = behind(SQUEEZE, "ReLU")
RESTORE: Final = find_conv(SQUEEZE, 1)
CURVE: Final = (1, 2, 5, 10, 20, 50)
NEAR: Final = 1e-3

F32 = npt.NDArray[np.float32]


def _start() -> Project:
    net = Builder((1000, 28, 28))
    net.conv("squeeze", KEPT, 1, bias=False)
    net.conv("restore", 1000, 1, bias=False)
    return net.project(title="1000 channels to 10", image="astronaut")


def _maps(state: State, place: Place) -> F32:
    node_id = located(place, state.project.network)
    if node_id not in state.maps:
        raise NotFound("the maps")
    made: F32 = state.maps[node_id][0]
    return made


@lru_cache(maxsize=4)
def _spectrum_of(data: bytes, shape: tuple[int, ...], drawn: bytes) -> Spectrum:
    projection = np.frombuffer(drawn, dtype=np.float32).reshape(-1, shape[0])
    return spectrum(
        np.frombuffer(data, dtype=np.float32).reshape(shape), centred=False, projection=projection
    )


def _spectrum(state: State) -> Spectrum:
    """Of the Input's maps, beside the random 1×1 that the lesson starts with."""
    x = _maps(state, "input")
    node = _start().network["squeeze"]
    drawn = node.weights.parameters("squeeze", node.layer, (x.shape,), 0)["weight"][:, :, 0, 0]
    every = np.concatenate([drawn, _more_rows(x.shape[0] - len(drawn), x.shape[0])])
    return _spectrum_of(np.ascontiguousarray(x).tobytes(), x.shape, every.astype(np.float32).tobytes())


def _more_rows(count: int, width: int) -> F32:
    """Further random filters, for the curve beyond the ten."""
    random = np.random.Generator(np.random.PCG64(0))
    return random.standard_normal((count, width)).astype(np.float32)


@lru_cache(maxsize=4)
def _singular(data: bytes, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    columns = np.frombuffer(data, dtype=np.float32).reshape(shape[0], -1).astype(np.float64)
    return np.asarray(np.linalg.svd(columns, compute_uv=False), dtype=np.float64)


def _best(kept: int) -> Quote:
    """Share that the best 1×1 keeps; again from the singular values of all pixels' columns."""

    def counted(state: State) -> float:
        x = _maps(state, "input")
        energies = np.square(_singular(np.ascontiguousarray(x).tobytes(), x.shape))
        return 100 * float(energies[:kept].sum() / energies.sum())

    return _share(lambda state: 100 * float(_spectrum(state).best[kept]), counted)


def _drawn(kept: int) -> Quote:
    """Share that so many random filters keep; again by solving for the best way back."""

    def counted(state: State) -> float:
        x = _maps(state, "input").reshape(1000, -1).T.astype(np.float64)
        node = _start().network["squeeze"]
        first = node.weights.parameters("squeeze", node.layer, ((1000, 28, 28),), 0)["weight"][:, :, 0, 0]
        filters = np.concatenate([first, _more_rows(1000 - KEPT, 1000)])[:kept].astype(np.float64)
        return 100 * _given_back(x, x @ filters.T)

    return _share(lambda state: 100 * float(_spectrum(state).drawn[kept]), counted)


def _kept(place: Place) -> Quote:
    """Share of the Input's maps that the best linear way back gives from the maps there."""

    def engine(state: State) -> float:
        return 100 * explained(_maps(state, "input"), _maps(state, place), centred=False)

    def counted(state: State) -> float:
        x, y = (_maps(state, one).reshape(n, -1).T for one, n in (("input", 1000), (place, KEPT)))
        return 100 * _given_back(x.astype(np.float64), y.astype(np.float64))

    return _share(engine, counted)


def _given_back(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> float:
    """1 − |x − ŷ|² / |x|² for the least-squares ŷ made of y; rows are pixels."""
    solution = np.linalg.lstsq(y, x, rcond=None)[0]
    return float(1 - np.square(x - y @ solution).sum() / np.square(x).sum())


def _restored() -> Quote:
    """Share of the maps that the second 1×1 gives back once it has the best weights for the way back."""

    def engine(state: State) -> float:
        squeezed = located(RELU, state.project.network) if exists(RELU, state.project.network) else "squeeze"
        x, low = _maps(state, "input"), _maps(state, squeezed)
        weight, _ = way_back(x, low, centred=False)
        y = (weight @ low.reshape(len(low), -1)).reshape(x.shape)
        return 100 * (1 - float(np.sum(np.square(x - y)) / np.sum(np.square(x))))

    def counted(state: State) -> float:
        x = _maps(state, "input").reshape(1000, -1).astype(np.float64)
        down = counting.arrays(state, located(SQUEEZE, state.project.network))["weight"][:, :, 0, 0]
        low = down.astype(np.float64) @ x
        low = np.maximum(low, 0) if exists(RELU, state.project.network) else low
        up, *_ = np.linalg.lstsq(low.T, x.T, rcond=None)
        y = up.T @ low
        return 100 * float(1 - np.square(x - y).sum() / np.square(x).sum())

    return _share(engine, counted)


def _needed(share: float) -> Quote:
    def counted(state: State) -> int:
        x = _maps(state, "input")
        energies = np.square(_singular(np.ascontiguousarray(x).tobytes(), x.shape))
        return 1 + int(np.argmax(np.cumsum(energies) >= share * energies.sum()))

    return Quote(engine=lambda state: _spectrum(state).needed(share), counted=counted, needs_maps=True)


def _share(engine: object, counted: object) -> Quote:
    return Quote(
        engine=engine,  # type: ignore[arg-type]  # functions of a state, as above
        counted=counted,  # type: ignore[arg-type]
        places=1,
        unit="\u00a0%",
        needs_maps=True,
        tolerance=2e-3,
    )


def _lost() -> Quote:
    """Dimensions that do not pass, whatever the filters are."""
    return Quote(
        engine=lambda state: int(channels("input").engine(state)) - int(channels(SQUEEZE).engine(state)),
        counted=lambda state: int(channels("input").counted(state)) - int(channels(SQUEEZE).counted(state)),
    )


def _columns() -> Quote:
    """Pixels, each with its column: they span no more dimensions than there are of them."""

    def counted(state: State) -> int:
        return int(_maps(state, "input").reshape(1000, -1).shape[1])

    pixels = size("input")
    return Quote(engine=lambda state: int(pixels.engine(state)) ** 2, counted=counted, needs_maps=True)


def _is_best(project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether the ten channels keep as much as any linear ten can, and the way back is a good one."""
    state = State(project, analysis, maps)
    try:
        return _kept(SQUEEZE).engine(state) >= _best(KEPT).engine(state) - 0.1
    except NotFound:
        return False


def _is_rectified(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return exists(RELU, project.network)


def _fit(project: Project) -> Project:
    """The ten principal components, and the best way back from them."""
    project = fitted(project, ("squeeze",), "pca")
    return _with_way_back(project)


def _with_way_back(project: Project) -> Project:
    x = fill_input(open_image(project.image), (1000, 28, 28))[0]
    node = project.network["squeeze"]
    down = node.weights.parameters("squeeze", node.layer, (x.shape,), project.seed)["weight"][:, :, 0, 0]
    low = (down @ x.reshape(1000, -1)).reshape(KEPT, *x.shape[1:])
    weight, _ = way_back(x, np.asarray(low, dtype=np.float32), centred=False)
    given = Given({"weight": weight[:, :, None, None]}, FITTED, "the best way back")
    return weighted(project, "restore", given)


def _rectify(project: Project) -> Project:
    return insert(project, ReLU(), "squeeze", "restore")


QUOTES: Final[dict[str, Quote]] = {
    "c": channels("input"),
    "k": channels(SQUEEZE),
    "rows": size("input"),
    "lost": _lost(),
    "columns": _columns(),
    "kept": _kept(SQUEEZE),
    "best": _best(KEPT),
    "drawn": _drawn(KEPT),
    "restored": _restored(),
    "needed": _needed(0.99),
    "rectified": _kept(RELU),
    **{f"best{kept}": replace(_best(kept), places=2) for kept in CURVE},
    **{f"drawn{kept}": replace(_drawn(kept), places=2) for kept in CURVE},
}

LESSON: Final = Lesson(
    id="information",
    title="“1000 channels to 10 without losing information”",
    summary="Only if the columns of all pixels lie in ten dimensions. Measured, with the best 1×1.",
    rank=9,
    level="advanced",
    minutes=8,
    source="Eckart & Young, 1936, on the best approximation of lower rank; Pearson, 1901",
    start=_start,
    networks=("information",),
    steps=(
        Step(
            title="What ten random filters keep",
            text="""
{c} maps of {rows}×{rows}: responses of the photograph to an oriented filter bank. A 1×1 makes {k} of them,
another 1×1 makes {c} again. “Dimension reduction without losing information”, it is often called.

A column of {c} numbers goes through {k}: what lies in the other {lost} dimensions is gone.
Nothing is lost only if the columns of all pixels happen to lie in a subspace of {k} dimensions, and the {k}
filters tell all of that subspace apart. ({rows}·{rows} pixels span no more than
{columns} dimensions in any case.) Here the filters are random, and of the energy of the {c} maps the best
linear way back gives **{drawn}**.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("squeeze",), panel="Feature maps"),
            prediction=Prediction(
                question="And the best ten filters there are: how much can they keep?",
                choices=("1 %, ten of a thousand", "{best}", "all of it"),
                right=1,
                reveal="""
**{best}**. Neighbouring filters of the bank answer alike, so the columns nearly lie in a few dimensions.
Nearly, not exactly: it takes {needed} channels to keep 99 %.
""",
            ),
            task=Task(
                text="Fit the squeezing 1×1 to its maps by PCA.",
                done=_is_best,
                solution=_fit,
                slow=True,
                hints=(
                    "Select *Conv 1×1 · 10*. In the inspector, under *Weights*, click *Fit*, then *PCA*.",
                ),
                needs_maps=True,
            ),
            outcome="""
Principal components: {kept} can be given back from ten channels. No other linear map to ten does better. The
second 1×1 would have to know the way back: with the best weights for it, which *Show me* sets, it restores
{restored} of the maps.
""",
        ),
        Step(
            title="A ReLU loses more",
            text="""
So far everything was linear. In a network a ReLU usually follows the reduction. It sets every negative
number to 0, and a 0 does not say how negative the number was.
""",
            quotes=QUOTES,
            task=Task(
                text="Drop a ReLU on the wire between the two 1×1.",
                done=_is_rectified,
                solution=_rectify,
                hints=("Drag *ReLU* from the left and let go over the wire.",),
            ),
            outcome="""
Now the best linear way back gives {rectified} instead of {kept}. MobileNet v2 leaves out the ReLU after its
narrow layers for this reason: “linear bottlenecks”.
""",
        ),
        Step(
            title="The curve",
            text="""
How much is kept depends on how many channels stay, on their choice, and on the maps. The popular sentence is
right in spirit where maps are redundant. These are very much so: neighbouring filters of the bank are nearly
the same. “Without loss” it is not. How redundant the maps of a trained network are, *Survey* measures.
""",
            quotes=QUOTES,
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
    ),
)
