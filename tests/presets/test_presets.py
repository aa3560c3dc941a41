"""All presets alike: they say what they are, have the numbers that were published, and can be looked at."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.execution.executor import Executor
from engine.image.image_source import is_bundled, open_image
from engine.layers import layer_from_json
from engine.layout.card_rects import shown_places
from engine.layout.layout import lay_out
from engine.layout.repeats import repeat_count
from engine.model.project import Point, Project
from presets import FIRST_PHOTOGRAPH, GROUPS, UnknownPreset, load, preset_names
from presets.builder import FOLDED_ABOVE

ROOT = Path(__file__).resolve().parent.parent.parent
CARD_WIDTH, CARD_HEIGHT = 176, 72
SMALL = (
    "lenet5", "inception_3a", "inception_3a_naive", "nin_cifar10", "padding_stride", "fully_connected",
    "squeezenet1_1", "shufflenet_v2", "mobilenet_v3_small",
)  # fmt: skip
"""Quick enough to run on a photograph every time."""

every_preset = pytest.mark.parametrize("name", preset_names())


@cache
def analysis(name: str) -> Analysis:
    return analyze(load(name).project.network)


def run(name: str) -> None:
    project = load(name).project
    photograph = open_image(project.image)
    seen = set()
    for result in Executor(budget_bytes=16 << 30).run(project.network, photograph):
        assert np.isfinite(result.map).all(), result.node_id
        assert result.map.shape[1:] == analysis(name).layers[result.node_id].output_shape
        seen.add(result.node_id)
    assert seen == project.network.nodes.keys()
    assert result.map.std() > 0


@every_preset
def test_a_preset_is_called_like_its_file_and_says_where_it_comes_from(name: str) -> None:
    preset = load(name)
    assert preset.name == name
    assert preset.group in GROUPS
    for text in (preset.title, preset.variant, preset.description, preset.paper.authors, preset.paper.title):
        assert text == text.strip() != ""
    assert 1980 <= preset.paper.year <= 2026
    assert preset.project.title == preset.title
    assert is_bundled(preset.project.image)
    is_special = preset.group == "Lessons" or preset.training is not None
    assert preset.project.image == FIRST_PHOTOGRAPH or is_special


@every_preset
def test_a_preset_is_analysed_without_a_problem(name: str) -> None:
    assert analysis(name).problems == ()
    assert all(report.output_shape for report in analysis(name).layers.values())


@every_preset
def test_the_parameters_are_those_published(name: str) -> None:
    preset = load(name)
    if preset.published_parameters is None:
        assert preset.parameters_source == ""
    else:
        assert analysis(name).totals.parameters == preset.published_parameters
        assert preset.parameters_source


@every_preset
def test_the_macs_are_those_published_to_the_digits_given(name: str) -> None:
    preset = load(name)
    if preset.published_macs is None:
        assert preset.macs_source == ""
    else:
        assert 2 * abs(analysis(name).totals.macs - preset.published_macs) <= preset.macs_unit
        assert preset.macs_unit == 1 or preset.published_macs % preset.macs_unit == 0
        assert preset.macs_source


@every_preset
def test_the_ids_can_be_read_and_typed(name: str) -> None:
    for node_id in load(name).project.network.nodes:
        assert re.fullmatch(r"[a-z0-9_]+(/[a-z0-9_]+)*", node_id)
        assert len(node_id) <= 40


@every_preset
def test_the_cards_do_not_overlap(name: str) -> None:
    project = load(name).project
    collapsed = {one for one, group in project.groups.items() if group.collapsed}
    assert project.positions.keys() == project.network.nodes.keys() | collapsed
    expanded = project.groups.replace(*(replace(group, collapsed=False) for group in project.groups.values()))
    check_apart(shown_places(project).values())
    check_apart(lay_out(project.network, expanded).values())
    check_apart(lay_out(project.network, expanded, direction="down").values())


def check_apart(places: Iterable[Point]) -> None:
    points = sorted(places)
    for index, (x, y) in enumerate(points):
        for other_x, other_y in points[index + 1 :]:
            if other_x >= x + CARD_WIDTH:
                break
            assert abs(y - other_y) >= CARD_HEIGHT


@every_preset
def test_a_large_preset_opens_folded_and_a_small_one_does_not(name: str) -> None:
    project = load(name).project
    outermost = project.groups.inner()
    assert all(project.groups[one].collapsed for one in outermost) == (
        len(project.network) > FOLDED_ABOVE
    ) or (not outermost)


@pytest.mark.parametrize("name", ["googlenet", "resnet50", "efficientnet_b0", "densenet121", "unet"])
def test_a_folded_preset_is_a_screenful_of_cards(name: str) -> None:
    assert len(shown_places(load(name).project)) <= 20


def test_the_u_net_is_drawn_as_a_u() -> None:
    check_u(load("unet").project)


def test_the_u_net_is_a_u_with_its_groups_open_too() -> None:
    project = load("unet").project
    groups = project.groups.replace(*(replace(group, collapsed=False) for group in project.groups.values()))
    at = lay_out(project.network, groups)
    rows = [at[f"down{level}/conv2"][1] for level in (1, 2, 3, 4)]
    assert rows == sorted(set(rows))
    assert [at[f"up{level}/conv2"][1] for level in (1, 2, 3, 4)] == rows


def check_u(project: Project) -> None:
    down = [project.position(f"down{level}") for level in (1, 2, 3, 4)]
    up = [project.position(f"up{level}") for level in (1, 2, 3, 4)]
    assert [y for _, y in down] == [y for _, y in up] == sorted(y for _, y in down)
    assert project.position("bottom")[1] > down[-1][1]
    assert [x for x, _ in down] == sorted(x for x, _ in down)
    assert [x for x, _ in up] == sorted((x for x, _ in up), reverse=True)


def test_equal_blocks_fold_to_one_card() -> None:
    project = load("resnet50").project
    folds = {
        group_id: repeat_count(project.network, project.groups, group_id)
        for group_id in project.groups.inner()
    }
    assert sorted(count for count in folds.values() if count > 1) == [2, 2, 3, 5]


@every_preset
def test_the_settings_survive_json(name: str) -> None:
    for node in load(name).project.network.nodes.values():
        assert layer_from_json(json.loads(json.dumps(node.layer.to_json()))) == node.layer


@pytest.mark.parametrize("name", SMALL)
def test_a_small_preset_runs_on_a_photograph(name: str) -> None:
    run(name)


@pytest.mark.slow
@pytest.mark.timeout(600)
@every_preset
def test_every_preset_runs_on_a_photograph(name: str) -> None:
    run(name)


def test_the_menu_lists_every_preset_once_by_group_then_year() -> None:
    listed = list(presets.presets())
    assert sorted(preset.name for preset in listed) == list(preset_names())
    assert listed == sorted(listed, key=lambda preset: GROUPS.index(preset.group))


def test_lessons_are_listed_in_the_order_in_which_they_are_taught() -> None:
    lessons = [preset for preset in presets.presets() if preset.group == "Lessons"]
    assert [preset.rank for preset in lessons] == list(range(1, len(lessons) + 1))


def test_numbers_in_titles_are_sorted_as_numbers() -> None:
    names = [preset.name for preset in presets.presets()]
    assert names.index("vgg11") < names.index("vgg16") < names.index("vgg19")
    assert names.index("resnet50") < names.index("resnet101")


def test_an_unknown_name_is_answered_with_close_ones() -> None:
    with pytest.raises(UnknownPreset, match=r"no preset is called 'vgg-16'.*vgg16"):
        load("vgg-16")


def test_loading_one_preset_reads_no_other() -> None:
    script = (
        "import sys, presets\n"
        "presets.preset_names()\n"
        "presets.load('inception_3a').project\n"
        "print(*(name for name in sys.modules if name.startswith('presets.networks.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["presets.networks.inception_3a"]


def test_listing_the_presets_builds_none() -> None:
    script = (
        "import presets\n"
        "assert all(preset.title for preset in presets.presets())\n"
        "print(sum('project' in vars(preset) for preset in presets.presets()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0"]
