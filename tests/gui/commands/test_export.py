"""`onebyone export` and its options."""

import json
from pathlib import Path

import pytest
from PIL import Image

from gui.command_line import main
from gui.commands.command import Parser
from gui.commands.figure_arguments import add_figure_arguments
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.writers import WRITERS

pytestmark = pytest.mark.usefixtures("qapp")


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(["export", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_the_list_for_programs_names_every_style_writer_and_combination(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["export", "--list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found["styles"]] == list(STYLES)
    assert [one["name"] for one in found["writers"]] == list(WRITERS)
    works = {(one["style"], one["writer"]): one["works"] for one in found["combinations"]}
    assert len(works) == len(STYLES) * len(WRITERS)
    assert works["flow", "svg"]
    assert not works["flow", "csv"]
    assert {one["name"] for one in found["targets"]} >= {"slide", "column", "a4"}


def test_the_list_for_people_names_them_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--list"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in (*STYLES, *WRITERS))


def test_there_is_an_argument_for_every_option() -> None:
    parser = Parser()
    add_figure_arguments(parser)
    known = {action.dest for action in parser._actions}
    missing = {name for name in Options.__dataclass_fields__ if name not in known}
    computed = {"photograph", "effective", "why_empty", "explicit", "page"}
    assert missing == {"width_mm", "height_mm", "min_type_pt", *computed}
    assert {"width", "height", "min_type"} <= known


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["--values", "--style", "column"], "--values means nothing to the style 'column', which knows --"),
        (["--layer", "nowhere", "--style", "arithmetic"], "there is no node 'nowhere'; there are"),
        (["--layer", "c1", "--at", "0,99,0", "--style", "arithmetic"], "0,99,0 lies outside of c1's 6×28×28"),
        (["--at", "1,2", "--style", "arithmetic"], "'1,2' is no position such as 0,3,5"),
        (["--labels", "names,x", "--style", "slabs"], "'x' is no label; there are names,"),
        (["--width", "wide"], "nor one of slide, column, a4"),
        (["--width", "1e9"], "is no length in millimetres between 10 and 5000"),
        (["--min-type", "8"], "--min-type and --height need a --width"),
        (["--max-maps", "0", "--style", "lenet"], "'0' is no whole number between 1 and 512"),
        (["--dpi", "96", "--scale", "2"], "--scale and --dpi say the same thing"),
        (["--format", "word"], "there is no figure format 'word'; there are"),
        (["--format", "csv"], "takes tables only"),
        (["--animate", "build-up"], "does not move: an animation is written as"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(
    argv: list[str], reason: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert reason in refused(capsys, "lenet5", "-o", str(tmp_path / "a.svg"), *argv)
    assert list(tmp_path.iterdir()) == []


def test_a_comparison_asks_for_the_other_network(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    comparing = next(name for name, style in STYLES.items() if "baseline" in style.needs)
    path = tmp_path / "a.svg"
    assert "--baseline NET" in refused(capsys, "lenet5", "-o", str(path), "--style", comparing)
    argv = [
        "export",
        "inception_3a",
        "-o",
        str(path),
        "--style",
        comparing,
        "--baseline",
        "inception_3a_naive",
    ]
    assert main(argv) == 0
    assert path.stat().st_size > 1000


def test_size_and_resolution_are_those_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.png"
    assert (
        main(["export", "lenet5", "-o", str(path), "--width", "slide", "--dpi", "150", "--min-type", "40"])
        == 0
    )
    with Image.open(path) as image:
        assert image.size[0] == pytest.approx(1500, abs=1)
        assert image.info["dpi"][0] == pytest.approx(150, abs=0.1)
    assert "smallest type is" in capsys.readouterr().err


def test_an_animation_and_numbered_frames_are_written(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    assert main(["export", "lenet5", "-o", str(path), "--scale", "0.5", "--duration", "100"]) == 0
    with Image.open(path) as image:
        assert image.n_frames > 3
        assert image.info["duration"] == 100
    assert main(["export", "lenet5", "-o", str(tmp_path / "b-%d.svg"), "--animate", "build-up"]) == 0
    assert (tmp_path / "b-1.svg").exists()
    assert len(list(tmp_path.glob("b-*.svg"))) > 3


def test_real_maps_come_without_asking_where_a_style_needs_them(tmp_path: Path) -> None:
    for name, style in STYLES.items():
        if style.needs & {"maps", "photograph"}:
            path = tmp_path / f"{name}.png"
            assert main(["export", "lenet5", "-o", str(path), "--style", name, "--scale", "0.5"]) == 0
            assert path.stat().st_size > 3000


def test_all_styles_are_written_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "figures"
    assert main(["export", "inception_3a", "--all-styles", "-o", str(folder), "--fold"]) == 0
    said = capsys.readouterr()
    written = {path.stem for path in folder.iterdir()}
    lines = [line for line in said.err.splitlines() if "left out" in line]
    left_out = {line.split(": ")[1].removesuffix(" is left out") for line in lines}
    assert written | left_out == set(STYLES)
    assert {"lenet", "blocks", "comparison"} <= left_out
    assert said.out.split() == [str(folder / f"{name}.svg") for name in STYLES if name in written]


def test_all_styles_need_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "there.svg"
    path.write_text("mine")
    assert main(["export", "lenet5", "--all-styles", "-o", str(path)]) == 2
    assert "is a file" in capsys.readouterr().err
    assert path.read_text() == "mine"
