"""How far does a value see? A stack of 3×3 convolutions around one pooling."""

from functools import partial
from typing import Final

from engine.analysis.analyze import Analysis
from engine.layers.max_pooling import MaxPool2d
from engine.model.project import Project
from engine.shapes import Shape
from presets.builder import Builder
from presets.editing import append, conv
from presets.finding import Place, nth, stack
from presets.lesson import (
    Comparison,
    Highlight,
    Lesson,
    Maps,
    Picture,
    Prediction,
    Quote,
    Step,
    Task,
)
from presets.quotes import field, jump, parameters, size

BEFORE: Final = (32, 64, 128, 256, 512)
AFTER: Final = (64, 128, 256, 512)
POOL: Final = nth(1, "MaxPool2d")
REDUCE: Final = nth(6, "Conv2d")


def _start() -> Project:
    net = Builder((3, 400, 400))
    for number, width in enumerate(BEFORE[:4], start=1):
        net.conv(f"conv{number}", width, 3, padding="valid")
    return net.project(title="A deep stack", image="astronaut")


def _conv(number: int) -> Place:
    return nth(number, "Conv2d")


def _wanted() -> list[tuple[str, Shape | None]]:
    """The whole stack: labels and shapes."""
    made: list[tuple[str, Shape | None]] = []
    side = 400
    for width in BEFORE:
        side -= 2
        made.append((f"Conv 3×3 · {width}", (width, side, side)))
    side //= 2
    made += [("Max pool 2×2", (512, side, side)), ("Conv 1×1 · 32", (32, side, side))]
    for width in AFTER:
        side -= 2
        made.append((f"Conv 3×3 · {width}", (width, side, side)))
    return made


def _built(count: int, project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether the stack begins with the first `count` layers."""
    return stack(analysis)[:count] == _wanted()[:count]


def _quotes() -> dict[str, Quote]:
    made = {"pool_size": size(POOL), "pool_field": field(POOL), "pool_jump": jump(POOL)}
    made |= {
        "reduce_size": size(REDUCE),
        "reduce_field": field(REDUCE),
        "reduce_parameters": parameters(REDUCE),
    }
    for number in range(1, 6):
        made |= {f"size{number}": size(_conv(number)), f"field{number}": field(_conv(number))}
    for number in range(1, 5):
        place = _conv(6 + number)
        made |= {f"size_after{number}": size(place), f"field_after{number}": field(place)}
    return made | {"jump_after": jump(_conv(7))}


QUOTES: Final = _quotes()

LESSON: Final = Lesson(
    id="deep-stack",
    title="How far does a value see?",
    summary="A stack of 3×3 convolutions around one pooling, and the number that most tables get wrong.",
    rank=2,
    level="beginner",
    minutes=8,
    source="Araujo, Norris & Sim, “Computing receptive fields of convolutional networks”, Distill 2019",
    start=_start,
    networks=("deep_stack",),
    steps=(
        Step(
            title="Five convolutions",
            text="""
A photograph of 400×400 pixels goes through 3×3 convolutions without padding (*valid*). The kernel must lie
inside the map, so each layer loses one pixel at every edge: {size1}, {size2}, {size3}, {size4}, …

What one value can see of the photograph is its **receptive field** (RF). A 3×3 kernel looks one pixel
further to every side, so the RF grows by two each time: {field1}, {field2}, {field3}, {field4}, …
""",
            quotes=QUOTES,
            highlight=Highlight(panel="Costs"),
            task=Task(
                text="Append the fifth convolution: 3×3, padding *valid*, 512 channels.",
                done=partial(_built, 5),
                solution=lambda project: append(project, conv(512, 3, padding="valid")),
                hints=(
                    "Select the last card and double-click *Conv K×K* on the left.",
                    "Then set *Channels out* to 512 and *Padding* to *valid* in the inspector.",
                ),
            ),
            outcome="Five layers: {size5}×{size5} values, each of which sees {field5}×{field5} pixels.",
        ),
        Step(
            title="One pooling",
            text="""
Now a max-pooling, 2×2 with stride 2. It keeps the largest of four neighbours, and the map has half the
height and half the width.
""",
            quotes=QUOTES,
            prediction=Prediction(
                question="How many pixels does one value see after the pooling? Before it, it is {field5}.",
                choices=("22: pooling doubles it", "{pool_field}", "{field5}, as before"),
                right=1,
                reveal="""
**{pool_field}.** The window takes in one more neighbour, whose view begins one pixel further: one pixel
more, no matter how wide the view is. What the pooling doubles is the **jump**, the step between the views of
neighbouring values: {pool_jump} pixels from here on. A popular table doubles the field itself, and says 22.
""",
            ),
            task=Task(
                text="Append a max-pooling 2×2 with stride 2.",
                done=partial(_built, 6),
                solution=lambda project: append(project, MaxPool2d(), below=True),
                hints=("*Max pool* is in the group *Pooling*; its settings are right from the start.",),
            ),
            outcome="Size {pool_size}, RF {pool_field}, jump {pool_jump}.",
        ),
        Step(
            title="A 1×1 sees no further",
            text="""
512 maps are many. A 1×1 convolution mixes them, pixel by pixel, into fewer. It looks at no neighbour, so it
cannot change what a value sees.
""",
            quotes=QUOTES,
            task=Task(
                text="Append a 1×1 convolution to 32 channels.",
                done=partial(_built, 7),
                solution=lambda project: append(project, conv(32, 1)),
                hints=("*Conv 1×1* is in the group *Convolution*. Set *Channels out* to 32.",),
            ),
            outcome="""
Size {reduce_size} and RF {reduce_field}, as before, with {reduce_parameters} parameters.
""",
        ),
        Step(
            title="Four more convolutions",
            text="""
Four more 3×3 convolutions, *valid*, with 64, 128, 256 and 512 channels. Neighbouring values now look at
places {pool_jump} pixels apart, so each 3×3 adds (3 − 1) · {pool_jump} pixels to the RF.
""",
            quotes=QUOTES,
            task=Task(
                text="Append 3×3 convolutions, *valid*, with 64, 128, 256 and 512 channels.",
                done=partial(_built, 11),
                solution=lambda project: append(project, *(conv(n, 3, padding="valid") for n in AFTER)),
                hints=("Ctrl+D duplicates the selected card; wire the copy after it, and set its channels.",),
            ),
            outcome="The last values see {field_after4}×{field_after4} pixels of the photograph.",
        ),
        Step(
            title="The table, put right",
            text="""
The popular table doubles the field at the pooling and then goes on adding two. Both are wrong. One error
is too large, the other too small, so that the columns draw closer: after one more 3×3 both would say 32, and
then they part for good. (In print there is also a “38×28” for 28×28.) The rule of Araujo, Norris and Sim has
two lines:

- **field** += (kernel − 1) · jump
- **jump** ×= stride

Select any card: the costs panel shows this sum with its numbers when you click on the RF.
""",
            quotes=QUOTES,
            comparison=Comparison(
                heading=("Layer", "Size", "popular RF", "right RF"),
                rows=(
                    ("3×3, five times", "{size1} … {size5}", "3 … 11", "{field1} … {field5}"),
                    ("max-pool", "{pool_size}", "22", "**{pool_field}**"),
                    ("1×1, 32", "{reduce_size}", "22", "**{reduce_field}**"),
                    ("3×3, 64", "{size_after1}", "24", "**{field_after1}**"),
                    ("3×3, 128", "{size_after2}", "26", "**{field_after2}**"),
                    ("3×3, 256", "{size_after3}", "28", "**{field_after3}**"),
                    ("3×3, 512", "{size_after4}", "30", "**{field_after4}**"),
                ),
            ),
            figure=Picture(style="table", caption="The deep stack: RF {pool_field} after the pooling."),
        ),
    ),
)
