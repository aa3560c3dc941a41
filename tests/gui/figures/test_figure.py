"""From a network to a file."""

import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.errors import FormatError
from gui.figures.build_up import positions
from gui.figures.figure import (
    Subject,
    find_style,
    find_writer,
    make_animation,
    make_figure,
    usual_motion,
    write_figure,
)
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import LIGHT

ROOT = Path(__file__).parents[3]
FLOW = STYLES["flow"]


def subject(name: str = "lenet5") -> Subject:
    project = presets.load(name).project
    return Subject(project=project, analysis=analyze(project.network), palette=LIGHT)


def test_unknown_names_list_what_there_is() -> None:
    with pytest.raises(FormatError, match=r"no figure style 'cubist'; there are .*flow"):
        find_style("cubist")
    with pytest.raises(FormatError, match=r"'a.bmp' is no figure's name: known endings are .*\.svg"):
        find_writer("a.bmp", FLOW)
    with pytest.raises(FormatError, match=r"no figure format 'word'; there are .*pptx"):
        find_writer("a.svg", FLOW, "word")
    with pytest.raises(FormatError, match=r"takes tables only .*'flow' is written as"):
        find_writer("a.csv", FLOW)


def test_the_ending_chooses_and_a_table_goes_before_its_drawing() -> None:
    assert find_writer("a.tex", FLOW).name == "tikz"
    tables = [style for style in STYLES.values() if style.table is not None]
    assert all(find_writer("a.tex", style).name == "latex" for style in tables)
    assert all(find_writer("a.tex", style, "tikz").name == "tikz" for style in tables)


def test_the_build_up_shows_one_layer_after_another_and_ends_with_the_figure() -> None:
    made = subject()
    animation = make_animation(made, FLOW, Options(), "build-up")
    whole = make_figure(made, FLOW, Options()).drawing
    assert len(animation.frames) == len(made.project.network)
    assert animation.frames[-1].items == whole.items
    for before, after in zip(animation.frames, animation.frames[1:], strict=False):
        assert set(map(id, before.items)) < set(map(id, after.items))
        assert (before.width, before.height) == (whole.width, whole.height)


def test_a_window_slides_over_the_whole_map() -> None:
    sliding = [style for style in STYLES.values() if usual_motion(style, WRITERS["gif"]) == "sliding"]
    assert sliding
    for style in sliding:
        animation = make_animation(subject(), style, Options(layer="s2"), "sliding")
        assert len(animation.frames) == 6 * 14  # of 14×14 six whole rows
        assert len({(frame.width, frame.height) for frame in animation.frames}) == 1
        assert len({repr(frame.items) for frame in animation.frames}) == len(animation.frames)


def test_values_slide_by_row_by_row_and_none_is_left_out() -> None:
    analysis = subject("vgg16").analysis
    for layer, rows, columns in (("conv1_1", 4, 24), ("conv5_1", 6, 14), ("pool5", 7, 7)):
        places = positions(analysis, Options(layer=layer))
        assert places == [(0, row, column) for row in range(rows) for column in range(columns)]


def test_a_style_without_a_value_does_not_slide() -> None:
    with pytest.raises(FormatError, match="shows no single value that could slide; use one of"):
        make_animation(subject(), FLOW, Options(), "sliding")


def test_frames_are_numbered_files(tmp_path: Path, qapp: object) -> None:
    made = subject()
    write_figure(tmp_path / "step-%03d.svg", made, FLOW, Options())
    names = sorted(path.name for path in tmp_path.iterdir())
    count = len(made.project.network)
    assert names == [f"step-{number:03d}.svg" for number in range(1, count + 1)]
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == count


def test_frames_are_all_written_or_none(tmp_path: Path, qapp: object) -> None:
    (tmp_path / "step-4.svg").mkdir()
    with pytest.raises(FormatError, match=r"step-4\.svg"):
        write_figure(tmp_path / "step-%d.svg", subject(), FLOW, Options())
    assert [path.name for path in tmp_path.iterdir()] == ["step-4.svg"]


def test_an_animation_needs_a_format_that_moves(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"SVG does not move: .*\.gif.* a-%03d\.svg"):
        write_figure(tmp_path / "a.svg", subject(), FLOW, Options(), motion="build-up")
    assert list(tmp_path.iterdir()) == []


def test_a_place_without_room_is_named_and_nothing_half_written_stays(tmp_path: Path) -> None:
    def few_bytes() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    path = tmp_path / "a.svg"
    path.write_bytes(b"what was there before")
    command = [sys.executable, "-B", "-m", "gui", "export", "lenet5", "-o", str(path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=few_bytes
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert "cannot write" in done.stderr
    assert "too large" in done.stderr
    assert path.read_bytes() == b"what was there before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a full disk as Linux has it")
@pytest.mark.parametrize("form", ["svg", "png", "pptx", "tikz", "gif"])
def test_a_full_disk_is_one_line(form: str, qapp: object) -> None:
    with pytest.raises(FormatError, match="cannot write '/dev/full': no space left on device"):
        write_figure("/dev/full", subject(), FLOW, Options(), Finish(scale=0.5), format_name=form)


def test_what_cannot_be_drawn_says_why_and_writes_nothing(tmp_path: Path) -> None:
    made = subject("inception_3a")
    refusing = [style for style in STYLES.values() if style.problem(made.project, made.analysis, Options())]
    assert refusing
    for style in refusing:
        with pytest.raises(FormatError) as told:
            write_figure(tmp_path / "a.svg", made, style, Options())
        assert "\n" not in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_figure_is_as_wide_as_its_target() -> None:
    options = Options(width_mm=84, min_type_pt=0, caption="A caption that is longer than one line of it " * 3)
    figure = make_figure(subject(), FLOW, options)
    assert figure.drawing.width == pytest.approx(84 / 25.4 * 96)
    assert figure.drawing.items[-1].text.endswith("of it")
    assert figure.drawing.items[-1].y < figure.drawing.height


def test_type_that_would_be_too_small_is_told_and_folding_tried_first() -> None:
    made = subject("resnet50")
    small = make_figure(made, FLOW, Options(width_mm=60, height_mm=40, min_type_pt=20))
    assert "smallest type is" in small.note
    for style in STYLES.values():
        if "fold" in style.uses and not style.problem(made.project, made.analysis, Options()):
            plain = make_figure(made, style, Options(width_mm=254, height_mm=142.9))
            better = make_figure(made, style, Options(width_mm=254, height_mm=142.9, min_type_pt=8))
            assert better.smallest_type_pt >= plain.smallest_type_pt


def test_three_cards_are_not_blown_up_to_fill_a_slide() -> None:
    made = subject()
    project = replace(
        made.project, network=made.project.network.remove(*made.project.network.order[1:]), positions={}
    )
    one = Subject(project=project, analysis=analyze(project.network), palette=LIGHT)
    figure = make_figure(one, FLOW, Options(width_mm=254, height_mm=142.9))
    assert figure.drawing.width == pytest.approx(960)
    assert max(item.size for item in figure.drawing.items if hasattr(item, "size")) <= 20
