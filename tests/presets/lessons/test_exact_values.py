"""The numbers that each lesson has to tell, exactly, as its text writes them."""

import re

import pytest

from presets.lesson import filled, numbers
from presets.lessons import lesson, lessons
from tests.presets.lessons.playing_once import played

IDS = (
    "hierarchy", "deep-stack", "after-pool", "channel-scaling", "projection", "ten-to-four",
    "dimension-reduction", "up-and-down", "information", "bottleneck-3a", "bottleneck-4a", "one-over-25",
    "padding-stride", "how-many-maps", "strided-1x1", "pool-then-project", "network-in-network",
    "fully-connected", "inception", "where-used", "learns-grey", "bottleneck-learns", "over-fitting",
)  # fmt: skip

TOLD = {
    "deep-stack": ("398", "396", "394", "392", "390", "3, 5, 7, 9", "195", "12", "193", "191", "189", "187",
                   "16", "20", "24", "28"),
    "after-pool": ("147,456", "16,384", "9 times fewer"),
    "channel-scaling": ("2 … 32", "9"),
    "projection": ("192", "32"),
    "ten-to-four": ("10", "40", "784", "31,360"),
    "dimension-reduction": ("1,000 weights", "20 biases", "40,000,000 multiplications", "200×200×20"),
    "up-and-down": ("28×28×192", "28×28×32"),
    "information": ("990",),
    "bottleneck-3a": ("120,422,400", "153,632", "2,408,448", "10,035,200", "12,443,648", "15,920",
                      "9.68 times fewer"),
    "bottleneck-4a": ("112,896,000", "1,505,280", "3,763,200", "5,268,480", "21.4 times fewer"),
    "one-over-25": ("**25**", "24.876", "153,632 / 6,176", "9.68"),
    "padding-stride": ("**26**", "**13**", "**14**, with 0 rows before and 1 after", "4×4", "30×30", "57×57",
                       "24×24", "28×27", "never read (1 of each)", "1 row before and 1 after", "28×28×8",
                       "gives 13.0 here as well", "30 or 57"),
    "how-many-maps": ("128", "224", "262,144", "10,336", "3·32 + 32·64 + 64·128"),
    "strided-1x1": ("75\u00a0%", "25,557,032", "3,857,973,248", "4,089,184,256", "483", "427"),
    "pool-then-project": ("28×28", "192", "32"),
    "network-in-network": ("5×5", "1×1", "230,400 weights", "from one convolution to 3"),
    "fully-connected": ("7×7", "401,536", "8×8", "8 pixels apart", "70×70"),
    "inception": ("163,696", "256", "416", "128,049,152"),
    "where-used": ("94.86\u00a0%", "8.4 times fewer"),
    "hierarchy": ("8 edges", "22.5°", "7×7", "16×16", "26×26", "46×46"),
    "learns-grey": ("0.299", "0.587", "0.114"),
    "bottleneck-learns": ("6,416", "1,684", "326,144", "3.8"),
    "over-fitting": ("32,010", "1,010"),
}  # fmt: skip


LEARNING = ("learns-grey", "bottleneck-learns", "over-fitting")
"""Lessons whose maps are trained: seconds of work, done where all numbers are counted, and never exact."""


def told(lesson_id: str) -> str:
    """Everything that the lesson says, numbers filled in but for what it measures by training."""
    said = []
    for one in played(lesson_id):
        quotes = one.step.quotes
        trained = {name for name in one.step.quoted if lesson_id in LEARNING and quotes[name].needs_maps}
        known = {name: quotes[name].text(one.after) for name in one.step.quoted if name not in trained}
        said += [filled(text, known) for text in one.step.texts]
    return re.sub("[ \n]+", " ", "\n".join(said))


def test_every_lesson_of_the_list_is_there_under_its_id_and_no_other() -> None:
    assert sorted(one.id for one in lessons()) == sorted(IDS)


@pytest.mark.parametrize("lesson_id", IDS)
def test_the_exact_values_are_told(lesson_id: str) -> None:
    said = told(lesson_id)
    missing = [value for value in TOLD[lesson_id] if value not in said]
    assert not missing, missing


def test_the_popular_table_stands_beside_the_right_one() -> None:
    comparison = lesson("deep-stack").steps[-1].comparison
    assert comparison is not None
    step = lesson("deep-stack").steps[-1]
    after = played("deep-stack")[-1].after
    rows = [[filled(cell, numbers(step, after)) for cell in row] for row in comparison.rows]
    assert [row[2:] for row in rows] == [
        ["3 … 11", "3 … 11"],
        ["22", "**12**"],
        ["22", "**12**"],
        ["24", "**16**"],
        ["26", "**20**"],
        ["28", "**24**"],
        ["30", "**28**"],
    ]
    assert [row[1] for row in rows] == ["398 … 390", "195", "195", "193", "191", "189", "187"]
