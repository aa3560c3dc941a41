"""What is remembered of the dialog."""

import json
from dataclasses import replace

import pytest

from gui.figure_dialog.choices import CUSTOM, FORMATS, Choices, formats_for
from gui.figures.fitting import TARGETS
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.writer import Finish

CHOSEN = Choices(
    style="slabs",
    format="svg",
    theme="dark",
    target="slide",
    maps=False,
    finish=Finish(scale=3, outlines=True),
    options=Options(fold=True, scaling="log", labels=frozenset({"names"})),
)


def test_what_was_chosen_comes_back() -> None:
    assert Choices.from_json(CHOSEN.to_json()) == CHOSEN


def test_what_belongs_to_one_network_is_not_remembered() -> None:
    options = replace(CHOSEN.options, layer="c1", at=(0, 1, 2), caption="Mine")
    assert Choices.from_json(replace(CHOSEN, options=options).to_json()) == CHOSEN


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"finish": {}, "options": {}}', '{"finish": 1, "options": 2}']
)
def test_what_makes_no_sense_is_as_it_was_at_first(text: str) -> None:
    assert Choices.from_json(text) == Choices()


def test_values_out_of_their_range_are_left_out_and_the_others_kept() -> None:
    record = json.loads(CHOSEN.to_json())
    record |= {"style": "cubist", "width_mm": -3, "theme": []}
    record["options"] |= {"max_maps": 0, "labels": ["x"]}
    made = Choices.from_json(json.dumps(record))
    assert (made.style, made.width_mm, made.theme) == ("flow", 120.0, "light")
    assert made.options.max_maps == Options().max_maps
    assert made.options.scaling == "log"


def test_a_target_says_size_and_type() -> None:
    slide = TARGETS["slide"]
    options = CHOSEN.full_options
    assert (options.width_mm, options.height_mm, options.min_type_pt) == (
        slide.width_mm,
        slide.height_mm,
        slide.min_type_pt,
    )
    own = replace(CHOSEN, target=CUSTOM, width_mm=90, min_type_pt=7).full_options
    assert (own.width_mm, own.height_mm, own.min_type_pt) == (90, None, 7)
    assert replace(CHOSEN, target="").full_options.width_mm is None


def test_formats_are_those_that_work() -> None:
    keys = {file_format.key for file_format in formats_for(STYLES["flow"])}
    assert {"pdf", "svg", "png", "pptx", "tikz", "gif", "svg frames"} <= keys
    assert "csv" not in keys
    assert FORMATS["svg frames"].file_name("a") == "a-%03d.svg"
    assert FORMATS["tikz"].file_name("a") == "a.tex"
