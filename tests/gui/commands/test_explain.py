"""`onebyone explain`: numbers for programs, a figure for people, and what is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.attribution.methods import methods
from engine.formats import write_project
from engine.model.project import Project
from gui.command_line import main
from tests.engine.attribution.questions import branched, pooled, squeezed

GRADIENTS = [name for name, method in methods().items() if not method.at_layer and name != "occlusion"]


@pytest.fixture
def net(tmp_path: Path) -> str:
    return saved(tmp_path, pooled())


def saved(folder: Path, network: Any) -> str:
    """As a file; the test's own source of weights cannot be, so they are drawn."""
    from engine.weights import HE

    for node_id in network.nodes:
        network = network.set_weights(node_id, HE)
    path = folder / "small.onebyone"
    write_project(path, Project(network=network, seed=3))
    return str(path)


def explained(net: str, method: str, *more: str, folder: Path) -> dict[str, Any]:
    out = folder / "out.npz"
    assert main(["explain", net, "--image", "chelsea", "--method", method, *more, "-o", str(out)]) == 0
    with np.load(out) as archive:
        arrays = {name: archive[name] for name in archive.files}
    arrays["about"] = json.loads(arrays["about"].item())
    arrays["score"] = arrays["score"].item()
    return arrays


@pytest.mark.parametrize("method", methods())
def test_the_file_holds_heat_of_the_size_of_the_input(method: str, net: str, tmp_path: Path) -> None:
    found = explained(net, method, folder=tmp_path)
    assert found["heat"].shape == (13, 17)
    assert found["heat"].dtype == np.float32
    assert found["heat"].any()
    assert found["about"]["method"] == method
    assert found["about"]["checks"]
    assert found["about"]["seed"] == 3


@pytest.mark.parametrize("method", [*GRADIENTS, "gradcam"])
def test_gradient_is_that_of_the_score_before_the_softmax(method: str, net: str, tmp_path: Path) -> None:
    found = explained(net, method, "--class", "2", "--target", "softmax", folder=tmp_path)
    plain = explained(net, "gradient", "--class", "2", folder=tmp_path)
    assert found["gradient"].shape == (3, 13, 17)
    assert (found["gradient"] == plain["gradient"]).all()
    np.testing.assert_allclose(plain["heat"], plain["gradient"].sum(axis=0), rtol=1e-4, atol=1e-7)


def test_without_a_class_the_top_one_is_explained(net: str, tmp_path: Path) -> None:
    top = explained(net, "gradient", folder=tmp_path)
    scores = [
        float(explained(net, "gradient", "--class", str(c), folder=tmp_path)["score"]) for c in range(4)
    ]
    assert top["about"]["class"] == int(np.argmax(scores))
    assert top["score"] == max(scores)


def test_against_explains_the_difference(net: str, tmp_path: Path) -> None:
    both = explained(net, "gradient", "--class", "1", "--against", "2", folder=tmp_path)
    one, other = (explained(net, "gradient", "--class", c, folder=tmp_path) for c in "12")
    assert float(both["score"]) == pytest.approx(float(one["score"] - other["score"]), rel=1e-5)
    assert "not" in both["about"]["title"]


def test_cells_lie_where_they_look_or_where_a_resize_puts_them(tmp_path: Path) -> None:
    net = saved(tmp_path, branched())
    field = explained(net, "hirescam", "--places", "field", folder=tmp_path)
    assert field["about"]["places"] == "field"
    assert field["about"]["off_by_resize"] > 0
    assert len(field["rows"]) == field["values"].shape[0]
    for row, y in enumerate(field["rows"]):
        for column, x in enumerate(field["columns"]):
            if 0 <= y < 24 and 0 <= x < 30 and y == int(y) and x == int(x):
                assert field["heat"][int(y), int(x)] == field["values"][row, column]
    resized = explained(net, "hirescam", "--places", "resize", folder=tmp_path)
    assert (resized["values"] == field["values"]).all()
    assert (resized["heat"] != field["heat"]).any()
    measured = explained(net, "hirescam", folder=tmp_path)
    assert measured["about"]["places"] == "measured"
    assert (measured["rows"] != field["rows"]).any()


def test_grad_cam_leaves_away_what_is_below_zero_unless_told_not_to(tmp_path: Path) -> None:
    net = saved(tmp_path, branched())
    for channel in "0123":
        plain = explained(net, "gradcam", "--class", channel, folder=tmp_path)
        signed = explained(net, "gradcam", "--class", channel, "--signed", folder=tmp_path)
        assert (plain["heat"] == np.maximum(signed["heat"], 0)).all()
        assert not plain["about"]["signed"]
        assert signed["about"]["signed"]


def test_a_unit_of_a_layer_is_explained(tmp_path: Path) -> None:
    net = saved(tmp_path, branched())
    found = explained(net, "gradient", "--unit", "right:2,4,5", folder=tmp_path)
    assert found["about"]["node"] == "right"
    assert not found["heat"][20:].any()


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_figure_is_written(ending: str, theme: str, net: str, tmp_path: Path) -> None:
    out = tmp_path / f"why{ending}"
    assert main(["explain", net, "--method", "cam", "--theme", theme, "-o", str(out)]) == 0
    assert out.stat().st_size > 2000


def test_the_figure_says_its_sums_and_what_it_does_not_show(tmp_path: Path) -> None:
    net, out = saved(tmp_path, squeezed()), tmp_path / "why.svg"
    assert main(["explain", net, "--method", "smoothgrad", "--noise-seed", "7", "-o", str(out)]) == 0
    words = out.read_text(encoding="utf-8")
    for part in ("noise seed 7", "Does not show", "Smilkov", "cosine"):
        assert part in words


def test_settings_of_a_method_are_taken(net: str, tmp_path: Path) -> None:
    found = explained(net, "occlusion", "--set", "patch=5", "--set", "fill=white", folder=tmp_path)
    assert found["about"]["used"] == {"patch": 5, "stride": 2, "fill": "white"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--method", "gradcan"], "Did you mean gradcam"),
        (["--method", "cam", "--class", "4"], "there are 4, from 0 to 3"),
        (["--method", "cam", "--class", "cat"], "have no names"),
        (["--method", "cam", "--class", "1", "--against", "1"], "is the class that is explained"),
        (["--method", "gradcam", "--layer", "nowhere"], "there is no layer 'nowhere'"),
        (["--method", "gradcam", "--layer", "flatten"], "gives a vector"),
        (["--method", "cam", "--target", "softmax"], "choose the logit"),
        (["--method", "occlusion", "--set", "patch=big"], "patch='big' is no number"),
        (["--method", "occlusion", "--set", "fill=red"], "is none of black"),
        (["--method", "gradient", "--set", "steps=4"], "sets nothing of Input gradient"),
        (["--method", "gradient", "--unit", "conv1:9"], "channel=9 lies outside"),
        (["--method", "gradient", "-o", "why.docx"], "has no ending that can be written"),
        ([], "needs a network and --method"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    arguments: list[str], said: str, net: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", net, *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_guided_backpropagation_is_refused_by_the_node_it_is_not_defined_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", saved(tmp_path, pooled("Tanh")), "--method", "guided"]) == 2
    assert "act1 is Tanh" in capsys.readouterr().err


def test_the_list_says_what_every_method_does_not_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--list"]) == 0
    text = capsys.readouterr().out
    assert text.count("Does not show: ") == len(methods())
