"""What the two bottleneck lessons share: a 5×5 directly against one after a 1×1 to 16 channels."""

from collections.abc import Callable
from functools import partial
from typing import Final

from engine.analysis.analyze import Analysis
from engine.edits.reduction import reduction_before
from engine.layers.convolution import Conv2d
from engine.model.project import Project
from engine.shapes import Shape, shape_text
from presets.builder import Builder
from presets.editing import append, changed, conv
from presets.finding import Place, exists, located
from presets.finding import conv as find_conv
from presets.lesson import (
    Highlight,
    Lesson,
    Maps,
    NotFound,
    Number,
    Picture,
    Prediction,
    Quote,
    State,
    Step,
    Task,
)
from presets.quotes import channels, field, macs, macs_formula, or_of, parameters, ratio, size, weights

WIDTH: Final = 16
DIRECT: Final = find_conv("input", 5)
SQUEEZE: Final = find_conv("input", 1)
BEHIND: Final = find_conv(SQUEEZE, 5)


def break_even() -> Quote:
    """The width of the 1×1 at which both ways have as many weights, and cost the same."""

    def exact(state: State) -> Number:
        network = state.project.network
        node_id = located(DIRECT, network)
        return reduction_before(network, node_id, state.analysis.layers[node_id].input_shapes).break_even

    def tried(state: State) -> float:
        """By halving an interval, on the multiply–adds of both ways at one pixel."""
        c = channels("input").counted(state)
        direct = weights(DIRECT).counted(state)
        low, high = 0.0, float(c)
        for _ in range(80):
            middle = (low + high) / 2
            cheaper = middle * c + direct * middle / c < direct
            low, high = (middle, high) if cheaper else (low, middle)
        return low

    return Quote(engine=exact, counted=tried, places=1, tolerance=1e-9)


def _missing(shape: Shape, project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What there is to do until a 1×1 to 16 and a 5×5 after it make maps of this shape.

    The direct 5×5 may have become that one, as *Reduce first* (R) does it.
    """
    network = project.network
    if not exists(SQUEEZE, network):
        return ("a 1×1 that reads from the Input",)
    squeeze = network[located(SQUEEZE, network)].layer
    assert isinstance(squeeze, Conv2d)
    wrong = []
    if squeeze.out_channels != WIDTH:
        wrong.append(f"the 1×1 has {squeeze.out_channels} channels, wanted {WIDTH}")
    if not exists(BEHIND, network):
        return (*wrong, "a 5×5 that reads from the 1×1")
    after = analysis.layers[located(BEHIND, network)].output_shape
    if after != shape:
        told = "nothing" if after is None else shape_text(after)
        wrong.append(f"the 5×5 after the 1×1 puts out {told}, wanted {shape_text(shape)}")
    return tuple(wrong)


def _dearer(direct: Quote, project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether the way behind the 1×1 costs more than the direct one."""
    state = State(project, analysis)
    try:
        return macs(SQUEEZE, BEHIND).engine(state) > direct.engine(state)
    except NotFound:
        return False


def _quotes(places: int, start: Callable[[], Project]) -> dict[str, Quote]:
    def direct(make: Callable[[Place], Quote]) -> Quote:
        return or_of(start, make(DIRECT))

    both, saved = macs(SQUEEZE, BEHIND), parameters(SQUEEZE, BEHIND)
    return {
        "rows": size("input"),
        "c": channels("input"),
        "k": direct(channels),
        "direct_macs": direct(macs),
        "direct_formula": direct(macs_formula),
        "direct_weights": direct(weights),
        "direct_parameters": direct(parameters),
        "width": channels(SQUEEZE),
        "squeeze_macs": macs(SQUEEZE),
        "squeeze_formula": macs_formula(SQUEEZE),
        "behind_macs": macs(BEHIND),
        "behind_formula": macs_formula(BEHIND),
        "both_macs": both,
        "both_parameters": saved,
        "times": ratio(direct(macs), both, places),
        "times_parameters": ratio(direct(parameters), saved, 2),
        "break_even": or_of(start, break_even()),
        "field": direct(field),
        "field_behind": field(BEHIND),
    }


def bottleneck_lesson(
    *, lesson_id: str, preset: str, module: str, rank: int, input_shape: Shape, out_channels: int
) -> Lesson:
    """The lesson for one module: from `input_shape` to `out_channels` maps by 5×5."""
    c, rows, columns = input_shape

    def start() -> Project:
        net = Builder(input_shape)
        net.conv("5x5_direct", out_channels, 5)
        return net.project(title=f"The 5×5 branch of {module}", image="astronaut")

    def wider(project: Project) -> Project:
        width = int(or_of(start, break_even()).engine(_scene(project))) + 1
        return changed(project, SQUEEZE, out_channels=width)

    wanted = (out_channels, rows, columns)

    def done(project: Project, analysis: Analysis, maps: Maps) -> bool:
        return not _missing(wanted, project, analysis)

    quotes = _quotes(2 if module == "3a" else 1, start)
    return Lesson(
        id=lesson_id,
        title=f"The bottleneck in {module}",
        summary=f"A 1×1 before the 5×5 at {rows}×{columns}×{c}: the same map for a fraction of the work.",
        rank=rank,
        level="beginner",
        minutes=6,
        source="Szegedy et al., “Going deeper with convolutions”, CVPR 2015, section 4 and table 1",
        start=start,
        networks=(preset, f"inception_{module}") if module == "3a" else (preset, "googlenet"),
        steps=(
            Step(
                title="Directly",
                text="""
{rows}×{rows} positions, {c} maps come in, {k} shall go out, and each value looks at 5×5 neighbours in *all*
{c} maps. Every position of every output map costs 5·5·{c} multiply–adds:

{direct_formula}

It has {direct_weights} weights and {k} biases: {direct_parameters} parameters. The Input holds {c}
responses of the photograph to an oriented filter bank: they stand in for the layers before.
""",
                quotes=quotes,
                highlight=Highlight(nodes=("5x5_direct",), panel="Costs"),
                prediction=Prediction(
                    question="What if a 1×1 makes 16 maps of the {c} first, and the 5×5 reads only those?",
                    choices=(
                        "It costs more: there is one layer more to compute",
                        "It costs about half",
                        "It costs about a tenth, or less",
                    ),
                    right=2,
                    reveal="""
A 1×1 is cheap: of each map that it reads it takes one value a position, where a 5×5 takes 25. And each map
that it saves the 5×5 from reading saves 25 values for every output. Build it and see.
""",
                ),
                task=Task(
                    text=f"Wire a 1×1 to 16 channels to the Input, and a 5×5 to {out_channels} after it.",
                    done=done,
                    missing=partial(_missing, wanted),
                    solution=lambda project: append(
                        project, conv(WIDTH, 1), conv(out_channels, 5), after="input", row=1
                    ),
                    hints=(
                        "Or select the 5×5 and press R: *Reduce first* puts a 1×1 before it.",
                        "Select the Input and double-click *Conv 1×1*: it is wired to the Input.",
                        f"Set 16 channels there, append a *Conv K×K*, and set 5×5 and {out_channels}.",
                    ),
                ),
                outcome="""
{squeeze_formula}

{behind_formula}

Together **{both_macs}** instead of {direct_macs}: **{times} times fewer**.
""",
            ),
            Step(
                title="What it costs, and what it does not",
                text="""
| | MACs | parameters |
|---|---:|---:|
| 5×5 directly | {direct_macs} | {direct_parameters} |
| 1×1 to {width}, then 5×5 | {both_macs} | {both_parameters} |

{times} times fewer multiplications and {times_parameters} times fewer parameters. The result has the same
shape, and each value sees the same {field_behind}×{field_behind} neighbourhood. Equal it is not: whatever the
{c} maps say has to pass through {width} numbers at every pixel. Networks learn to live with that.
""",
                quotes=quotes,
                highlight=Highlight(nodes=("conv2d_1",), panel="Feature maps"),
            ),
            Step(
                title="Where the saving ends",
                text="""
Change the width of the 1×1: select its card and change *Channels out*, by the wheel or by typing. The
saving shrinks as the 1×1 grows. Both ways cost the same at a width of

c·k·25 / (c + k·25) = **{break_even}** for c = {c} and k = {k}.
""",
                quotes=quotes,
                task=Task(
                    text="Make the 1×1 so wide that it saves nothing any more.",
                    done=partial(_dearer, or_of(start, macs(DIRECT))),
                    solution=wider,
                    hints=("The next whole number above {break_even} will do.",),
                ),
                outcome="""
With {width} channels: {both_macs} against {direct_macs}. Narrow is what makes a bottleneck pay.
""",
                figure=Picture(
                    style="flow",
                    caption="The 5×5 directly and after a 1×1: {direct_macs} MACs directly.",
                ),
            ),
        ),
    )


def _scene(project: Project) -> State:
    from engine.analysis.analyze import analyze

    return State(project, analyze(project.network))
