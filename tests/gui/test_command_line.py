"""`onebyone` without a window: what it prints, what it refuses, and its exit status."""

import csv
import io
import json
import os
import stat
import sys
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import presets
from engine.execution.executor import Executor
from engine.formats import read_project, write_project
from engine.kernels.fast.host import host
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.version import VERSION
from gui.bench.comparison import geometric_means, lowest
from gui.command_line import main
from gui.commands import bench
from gui.commands import run as run_command
from gui.figures.tints import paper
from gui.look.theme import PALETTES

NETWORK = Network(
    [
        Node(id="image", layer=Input(shape=(3, 16, 24))),
        Node(id="block/conv", layer=Conv2d(out_channels=4), inputs=("image",)),
        Node(id="mix", layer=Conv2d(out_channels=2, kernel_size=(1, 1)), inputs=("block/conv",)),
    ]
)


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "small.onebyone"
    write_project(path, Project(network=NETWORK, seed=3))
    return str(path)


@pytest.fixture
def broken_net(tmp_path: Path) -> str:
    network = NETWORK.add(Node(id="alone", layer=Conv2d()))
    path = tmp_path / "broken.onebyone"
    write_project(path, Project(network=network))
    return str(path)


def refused(capsys: pytest.CaptureFixture[str], *argv: str, status: int = 2) -> str:
    assert main(argv) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("onebyone: ")
    assert err.count("\n") == 1
    return err


def test_presets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    text = capsys.readouterr().out
    for name in presets.preset_names():
        assert f"  {name} " in text
    assert "138,357,544" in text


def test_presets_as_json_say_all_about_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "--json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert sorted(record["name"] for record in records) == list(presets.preset_names())
    vgg16 = next(record for record in records if record["name"] == "vgg16")
    assert vgg16["published_parameters"] == 138_357_544
    assert {"title", "group", "variant", "paper"} <= vgg16.keys()
    assert "Simonyan" in vgg16["paper"]


def test_the_summary_of_vgg16_has_the_published_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "vgg16", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["name"] == "vgg16"
    assert record["totals"]["parameters"] == 138_357_544
    assert record["totals"]["macs"] == 15_470_264_320
    assert record["totals"]["receptive_field"]["size"] == [212, 212]
    assert record["totals"]["receptive_field"]["jump"] == [32, 32]
    assert record["totals"]["receptive_field"]["start"] == [-90, -90]


def test_a_project_file_is_called_after_its_file(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", net, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["name"] == "small"
    assert record["input"] == [3, 16, 24]


@pytest.mark.parametrize("text", ["1x8x9", "1×8×9", "1X8X9"])
def test_another_input_shape_is_used(text: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", net, "--input", text, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["input"] == [1, 8, 9]
    assert record["layers"][-1]["output_shape"] == [2, 8, 9]


def test_every_form_of_the_table(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", net]) == 0
    assert "FLOPs = 2·MACs" in capsys.readouterr().out
    assert main(["summary", net, "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("| Node |")
    assert main(["summary", net, "--latex"]) == 0
    assert "\\toprule" in capsys.readouterr().out
    assert main(["summary", net, "--csv"]) == 0
    assert len(list(csv.reader(io.StringIO(capsys.readouterr().out)))) == 4


def test_a_network_with_problems_is_still_printed(
    broken_net: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summary", broken_net]) == 1
    out, err = capsys.readouterr()
    assert "block/conv" in out
    assert err == "onebyone: alone: Conv 3×3 · 64 has no input. Wire one in.\n"


def test_run_saves_every_map_by_node_id(net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "maps.npz"
    assert main(["run", net, "--image", "coffee", "--threads", "1", "--save", str(out), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [layer["id"] for layer in record["layers"]] == ["image", "block/conv", "mix"]
    assert all(layer["elapsed_ms"] >= 0 for layer in record["layers"])
    assert (record["image"], record["seed"]) == ("coffee", 3)
    with np.load(out) as maps:
        assert set(maps) == {"image", "block/conv", "mix"}
        assert maps["block/conv"].shape == (1, 4, 16, 24)
        assert maps["mix"].dtype == np.float32
        assert record["layers"][2]["maximum"] == pytest.approx(float(maps["mix"].max()))


def test_the_seed_decides_the_weights_and_nothing_else_does(net: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.npz" for name in "abc"]
    for path, seed in zip(paths, "338", strict=True):
        assert main(["run", net, "--seed", seed, "--save", str(path)]) == 0
    a, b, c = (path.read_bytes() for path in paths)
    assert a == b
    assert a != c


def test_run_prints_a_table(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", net]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Node", "Layer", "Output", "Minimum", "Mean", "Maximum", "ms"]
    assert lines[-1].startswith("small on astronaut: 3 maps in ")


def test_run_leaves_out_what_does_not_work(broken_net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", broken_net, "--json"]) == 1
    out, err = capsys.readouterr()
    assert len(json.loads(out)["layers"]) == 3
    assert "alone" in err


def test_a_network_too_large_for_memory_is_one_line(
    net: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_command, "Executor", partial(Executor, 1000))
    assert "budget" in refused(capsys, "run", net, status=1)


def test_a_photograph_is_found_beside_the_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    Image.new("RGB", (30, 30), "red").save(tmp_path / "mine.png")
    write_project(tmp_path / "net.onebyone", Project(network=NETWORK, image="mine.png"))
    assert main(["run", str(tmp_path / "net.onebyone"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"][0]["mean"] == pytest.approx(1 / 3)


def test_svg_and_project_files_are_exported(net: str, tmp_path: Path) -> None:
    assert main(["export", net, "-o", str(tmp_path / "a.SVG"), "--theme", "dark"]) == 0
    ground = paper(PALETTES["dark"])
    assert f'fill="{ground}"'.encode() in (tmp_path / "a.SVG").read_bytes()
    assert ground != paper(PALETTES["light"])
    assert main(["export", net, "-o", str(tmp_path / "b.onebyone"), "--input", "3x8x8", "--seed", "9"]) == 0
    assert read_project(tmp_path / "b.onebyone").seed == 9
    assert read_project(tmp_path / "b.onebyone").network["image"].layer == Input(shape=(3, 8, 8))


@pytest.mark.usefixtures("qapp")
def test_pdf_and_png_are_exported_with_real_maps(net: str, tmp_path: Path) -> None:
    from PIL import Image

    assert main(["export", net, "-o", str(tmp_path / "a.pdf")]) == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    for name, image in (("bare", []), ("maps", ["--image", "coffee"])):
        assert main(["export", net, "-o", str(tmp_path / f"{name}.png"), "--scale", "1", *image]) == 0
    bare, maps = (np.asarray(Image.open(tmp_path / f"{name}.png")) for name in ("bare", "maps"))
    assert bare.shape == maps.shape
    assert (bare != maps).any(axis=2).sum() > 48 * 48


def test_a_problem_is_exported_and_told(
    broken_net: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["export", broken_net, "-o", str(tmp_path / "a.svg")]) == 1
    assert "has no input" in (tmp_path / "a.svg").read_text()
    assert "alone" in capsys.readouterr().err


def test_unknown_names_are_answered_with_close_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert "unknown network 'vg16'. Did you mean vgg16" in refused(capsys, "summary", "vg16")
    assert "Did you mean astronaut?" in refused(capsys, "run", "lenet5", "--image", "astronat")
    assert "There are" in refused(capsys, "summary", "qqqq")


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        ([], "the following arguments are required: NET"),
        (["NET", "--jsn"], "unrecognized arguments: --jsn"),
        (["NET", "--json", "--csv"], "not allowed with"),
        (["NET", "--input", "3x224"], "--input: '3x224' is no shape such as 3x224x224"),
        (["NET", "--input", "3x-1x5"], "is no shape"),
        (["NET", "--input", "0x5x5"], "shape=0 is below 1"),
        (["NET", "--input", "3x99999x5"], "is above 65536"),
    ],
)
def test_wrong_usage_of_summary(
    argv: list[str], reason: str, net: str, capsys: pytest.CaptureFixture
) -> None:
    assert reason in refused(capsys, "summary", *(net if one == "NET" else one for one in argv))


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["--threads", "0"], "--threads: '0' is no whole number between 1 and"),
        (["--threads", "100000"], "is no whole number between 1 and"),
        (["--threads", "two"], "--threads: 'two' is no whole number"),
        (["--seed", "x"], "--seed: 'x' is no whole number"),
        (["--seed", "-1"], "--seed"),
        (["--seed", "9223372036854775808"], "between 0 and 9223372036854775807"),
        (["--save", "maps.txt"], "must end in .npz"),
        (["--save", "/nowhere/maps.npz"], "there is no folder '/nowhere'"),
        (["--image", "/nowhere/a.png"], "there is no file '/nowhere/a.png'"),
    ],
)
def test_wrong_usage_of_run(argv: list[str], reason: str, net: str, capsys: pytest.CaptureFixture) -> None:
    assert reason in refused(capsys, "run", net, *argv)


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        ([], "export needs a network and -o FILE"),
        (["-o", "a.py", "--style", "slabs"], "--style says how a figure looks, and 'a.py' is none"),
        (["-o", "a.onebyone", "--image", "chelsea"], "--image says how a figure looks"),
        (["-o", "a.py", "--style", "flow"], "--style says how a figure looks, and 'a.py' is none"),
        (["-o", "a.py", "--theme", "light"], "--theme says how a figure looks"),
        (["-o", ""], "-o/--output: the name is empty"),
        (["-o", "a.bmp"], "'a.bmp' has no ending that can be written; known are .apng, .gif, .pdf, .png,"),
        (["--json"], "--json goes with --list"),
        (["-o", "a"], "known are"),
        (["-o", "/nowhere/a.svg"], "there is no folder '/nowhere'"),
        (["-o", "a.svg", "--style", "cubist"], "there is no figure style 'cubist'; there are "),
        (["-o", "a.svg", "--theme", "blue"], "invalid choice: 'blue'"),
        (["-o", "a.png", "--scale", "0"], "--scale: '0' is no number above 0"),
        (["-o", "a.png", "--scale", "nan"], "--scale: 'nan'"),
    ],
)
def test_wrong_usage_of_export(
    argv: list[str], reason: str, net: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert reason in refused(capsys, "export", net, *argv)
    assert sorted(tmp_path.iterdir()) == before


def test_a_place_that_cannot_be_written_is_one_line(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ = os.open

    def closed(path: str, flags: int, *rest: int) -> int:
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied")  # the superuser may write everywhere
        return open_(path, flags, *rest)

    monkeypatch.setattr(os, "open", closed)
    assert "permission denied" in refused(capsys, "export", net, "-o", str(tmp_path / "a.svg"))
    assert "permission denied" in refused(capsys, "run", net, "--save", str(tmp_path / "a.npz"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b'{"format": "onebyone", "version": 7}', "newer version (version 7; this one reads up to 1)"),
        (b'{"nodes": []}', "no OneByOne project"),
        (b"\x00\xff", "no text file"),
    ],
)
def test_files_that_are_no_projects(content: bytes, reason: str, tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.onebyone"
    path.write_bytes(content)
    err = refused(capsys, "summary", str(path))
    assert err.startswith("onebyone: a.onebyone: ")
    assert reason in err


def test_files_that_are_no_images(net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"no image")
    assert "no image that can be read" in refused(capsys, "run", net, "--image", str(path))


def test_input_needs_exactly_one_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.onebyone"
    write_project(path, Project(network=NETWORK.add(Node(id="second", layer=Input()))))
    assert "two has 2" in refused(capsys, "summary", str(path), "--input", "3x8x8")


def test_maps_that_are_no_numbers_are_valid_json() -> None:
    record = run_command._statistics(np.array([[np.nan, np.inf]], np.float32))
    assert record == {"shape": [2], "minimum": None, "mean": None, "maximum": None}


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["--help"], ["summary", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as caught:
            main(argv)
        assert caught.value.code == 0
    out = capsys.readouterr().out
    assert "onebyone COMMAND" in out
    assert f"onebyone {VERSION}\n" in out


def test_an_exported_file_is_as_readable_as_any_other(net: str, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        assert main(["export", net, "-o", str(tmp_path / "a.svg")]) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.svg").stat().st_mode) == 0o644


def test_bench_measures_networks(net: str, capsys: pytest.CaptureFixture, monkeypatch) -> None:
    monkeypatch.setattr(bench, "_ENOUGH_S", 0.0)
    assert main(["bench", net, "--threads", "1", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["threads"] == 1
    (ours,) = record["results"]
    assert ours["name"] == "small"
    assert ours["rounds"] >= 3
    assert record["peak_gflops"] > 1
    assert record["vector_width"] == host().width
    assert record["versions"].keys() == {name for name in bench.PEERS if find_spec(name)}
    assert set(record["lowest"]) == set(record["geometric_means"])
    macs = 16 * 24 * (27 * 4 + 4 * 2)
    assert ours["gmacs_per_s"] == pytest.approx(macs / ours["median_ms"]["onebyone"] / 1e6)
    assert ours["median_ms"].keys() >= {"onebyone", "onebyone, last map"}
    assert ours["ratio"].keys() == ours["median_ms"].keys() - {"onebyone", "onebyone, last map"}


def test_bench_says_what_bounds_a_layer(net: str, capsys: pytest.CaptureFixture, monkeypatch) -> None:
    monkeypatch.setattr(bench, "_ENOUGH_S", 0.0)
    assert main(["bench", net, "--threads", "1", "--layers", "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)["results"][0]["layers"]
    assert steps
    for step in steps:
        assert step["bound_by"] in {"compute", "L2", "last cache", "DRAM"}
        assert step["losses_ms"].keys() >= {"threads that wait for one another", "not explained"}
        assert step["bytes"] > 0
        assert 0 < step["of_roof"] < 10


def test_the_classics_are_measured_or_seven_when_it_shall_be_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        bench, "measured", lambda named, used, compiles: asked.append(named.name) or {"ratio": {}}
    )
    monkeypatch.setattr(bench, "_line", lambda record: "")
    assert main(["bench", "--threads", "1"]) == 0
    classics = """vgg16 unet fcn8s googlenet inception_v3 inception_3a resnet18 resnet50 resnext50 densenet121
        xception alexnet squeezenet1_0 squeezenet1_1 shufflenet_v2 mobilenet_v1 mobilenet_v2 mnasnet1_0
        mobilenet_v3_large mobilenet_v3_small efficientnet_b0 convnext_tiny lenet5"""
    assert sorted(asked) == sorted(classics.split())
    in_the_menu = [preset.name for preset in presets.presets() if preset.group != "Lessons"]
    assert asked == [name for name in in_the_menu if name in asked]
    asked.clear()
    assert main(["bench", "--all", "--threads", "1"]) == 0
    assert asked == in_the_menu
    asked.clear()
    assert main(["bench", "--quick", "--threads", "1"]) == 0
    assert asked == list(bench.QUICK)


def test_a_mean_takes_the_faster_peer_on_each_network() -> None:
    ratios = [{"onnxruntime": 1.0, "openvino": 4.0}, {"onnxruntime": 9.0, "openvino": 4.0}]
    results = [
        {"name": name, "ratio": ratio, "ratio_last_map": ratio}
        for name, ratio in zip("ab", ratios, strict=True)
    ]
    means, least = geometric_means(results), lowest(results)
    assert means["the faster of those that throw maps away"] == pytest.approx(2)
    assert means["onnxruntime"] == pytest.approx(3)
    assert least["the faster of those that throw maps away"] == {"network": "a", "ratio": 1.0, "networks": 2}
    assert least["openvino"] == {"network": "a", "ratio": 4.0, "networks": 2}


def test_a_peer_that_is_missing_on_a_network_is_averaged_over_the_others() -> None:
    results: list[dict[str, Any]] = [
        {"name": "a", "ratio": {"openvino": 2.0, "onnxruntime": 3.0}, "ratio_last_map": {}},
        {"name": "b", "ratio": {"onnxruntime": 5.0}, "ratio_last_map": {}},
    ]
    assert lowest(results)["openvino"]["networks"] == 1
    assert geometric_means(results)["the faster of those that throw maps away"] == pytest.approx(10**0.5)


def test_bench_refuses_what_cannot_run(broken_net: str, capsys: pytest.CaptureFixture) -> None:
    assert "broken has problems: Conv 3×3 · 64 has no input" in refused(capsys, "bench", broken_net, "--json")


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["run", ""], "NET is empty"),
        (["summary", ""], "NET is empty"),
        (["run", "lenet5", "--image", ""], "--image is empty"),
        (["run", "lenet5", "--weights", ""], "--weights: the name is empty"),
        (["run", "lenet5", "--save", ""], "--save: "),
    ],
)
def test_empty_names_are_refused(argv: list[str], reason: str, capsys: pytest.CaptureFixture) -> None:
    assert reason in refused(capsys, *argv)


def test_what_was_typed_is_quoted_in_short(capsys: pytest.CaptureFixture) -> None:
    long = "a" * 50_000
    for argv in (
        ["run", long],
        ["run", "lenet5", "--image", long],
        ["run", "lenet5", f"--{long}"],
        ["run", "lenet5", "--seed", long],
        ["export", "lenet5", "-o", "a.svg", "--theme", long],
        ["export", "lenet5", "-o", "a.svg", "--style", long],
        ["run", f"{long}.onebyone"],
    ):
        assert len(refused(capsys, *argv)) < 2500, argv[:-1]


def test_run_times_the_network_and_not_the_kernels(
    net: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """They are loaded, or compiled for seconds, before the clock starts; a terminal sees how far that is."""
    warm_up = Executor.warm_up

    def slowly(self: Executor, progress: Any, *rest: Any) -> None:
        time.sleep(1.5)
        progress(1, 2)
        warm_up(self, progress, *rest)

    monkeypatch.setattr(Executor, "warm_up", slowly)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["run", net, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["elapsed_ms"] < 1500
    assert "kernel 1 of 2" in told.err
    assert told.err.endswith("\r\x1b[K")


def test_the_list_says_which_networks_have_learned(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "--json"]) == 0
    trained = {load["name"]: load["trained_on"] for load in json.loads(capsys.readouterr().out)}
    assert {name for name, data in trained.items() if data} == {
        "efficientnet_lite0",
        "lenet5",
        "squeezenet1_1",
    }
    assert main(["presets"]) == 0
    assert capsys.readouterr().out.count("trained on ") == 3


def test_help_is_a_command_too(capsys: pytest.CaptureFixture[str]) -> None:
    for argv, words in ((["help"], "commands, which need no window"), (["help", "run"], "--image")):
        with pytest.raises(SystemExit) as ended:
            main(argv)
        assert ended.value.code == 0
        assert words in capsys.readouterr().out
    assert main(["help", "nothing"]) == 2
    assert "there is no command 'nothing'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"), [("sumary", "summary"), ("exprot", "export"), ("preset", "presets")]
)
def test_a_mistyped_command_is_told_which_was_meant(
    typed: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([typed, "lenet5"]) == 2
    assert capsys.readouterr().err == f"onebyone: there is no command '{typed}'. Did you mean {meant}?\n"


def test_the_version_has_a_short_form(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["-V"])
    assert capsys.readouterr().out.startswith("onebyone ")


def test_another_input_says_by_how_much_a_dense_head_grows(capsys: pytest.CaptureFixture) -> None:
    assert main(["summary", "vgg16", "--input", "3x256x256"]) == 0
    told = capsys.readouterr().err
    # 8·8 instead of 7·7 values of 512 maps, each with 4096 weights; the convolutions have what they had
    grown = (8 * 8 - 7 * 7) * 512 * 4096
    assert f"{138_357_544 + grown:,} parameters instead of 138,357,544" in told
    assert f"{8 * 8 * 512 * 4096 + 4096:,} instead of {7 * 7 * 512 * 4096 + 4096:,}" in told
    assert main(["summary", "resnet18", "--input", "3x256x256"]) == 0
    assert capsys.readouterr().err == ""


def test_top_names_the_problem_that_keeps_the_answer_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("weight", "bias", "running_mean", "running_var")
    np.savez(tmp_path / "a.npz", **{f"conv1_bn.{name}": -np.ones(64, np.float32) for name in names})
    assert main(["run", "resnet18", "--weights", str(tmp_path / "a.npz"), "--top", "1"]) == 2
    assert "conv1_bn: running_var is -1 in channel 0" in capsys.readouterr().err
