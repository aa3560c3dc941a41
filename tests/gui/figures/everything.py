"""A drawing that uses the whole vocabulary, for the tests of the writers."""

import numpy as np

from gui.figures.drawing.drawing import (
    Animation,
    Curve,
    Drawing,
    Ellipse,
    Line,
    Path,
    Picture,
    Polygon,
    Rect,
    Span,
    Text,
)

SHARP = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [0, 0, 0]]], np.uint8)
_RAMP = np.linspace(0, 255, 16 * 16 * 3).astype(np.uint8).reshape(16, 16, 3)

EVERYTHING = Drawing(
    width=240,
    height=160,
    background="#FFFFFF",
    title="All there is & <more>",
    items=(
        Rect(x=10, y=10, width=40, height=30, fill="#0072B2", part="first"),
        Rect(x=60, y=10, width=40, height=30, radius=8, fill="#E69F00", stroke="#000000", part="first"),
        Ellipse(x=110, y=10, width=40, height=30, fill="#009E73", fill_opacity=0.5, part="second"),
        Polygon(
            points=((160, 10), (200, 10), (190, 40)),
            fill="#CC79A7",
            stroke="#6B7280",
            stroke_width=2,
            dashes=(4, 2),
            part="second",
        ),
        Path(
            start=(10, 60),
            pieces=(Line((40, 60)), Curve((60, 60), (60, 90), (90, 90))),
            stroke="#D55E00",
            stroke_width=2,
            head="arrow",
            part="third",
        ),
        Path(start=(100, 60), pieces=(Line((150, 60)),), stroke="#000000", head="open", head_at="middle"),
        Path(start=(100, 75), pieces=(Line((150, 75)),), stroke="#000000", dashes=(3,), head="dot"),
        Text(x=10, y=130, text="Conv 3×3 · 64", size=13, colour="#1B1F24", weight=600),
        Text(
            x=230,
            y=130,
            text=(Span("y"), Span("i", script=-1, italic=True), Span(" = W·x"), Span("2", script=1)),
            size=13,
            colour="#1B1F24",
            anchor="end",
        ),
        Text(x=228, y=110, text="upwards_{}%", size=9.5, colour="#5B6572", rotation=-90),
        Text(x=120, y=150, text="混合 ⊕ \\ ∑ <&>", size=10, colour="#5B6572", anchor="middle"),
        Picture(x=160, y=60, width=24, height=24, pixels=SHARP, part="third"),
        Picture(x=190, y=60, width=24, height=24, pixels=_RAMP, radius=6, smooth=True, part="third"),
    ),
)

MOVING = Animation(
    frames=tuple(
        Drawing(
            width=40,
            height=20,
            background="#FFFFFF",
            items=(Rect(x=10.0 * step, y=0, width=10, height=10, fill="#0072B2"),),
        )
        for step in range(3)
    ),
    duration_ms=120,
    last_ms=900,
)
