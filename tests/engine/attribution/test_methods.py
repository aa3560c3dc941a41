"""The methods: what they must add up to, where they coincide, and where they are not defined."""

from dataclasses import replace

import numpy as np
import pytest

from engine.attribution.checks.baseline import baseline
from engine.attribution.fields.patch_run import PatchRun
from engine.attribution.method import Method, NotDefined
from engine.attribution.methods import method, methods
from engine.errors import EngineError, ShapeError
from engine.weights import BY_HAND, Given
from tests.engine.attribution.questions import ask, branched, explain, network_of, pooled, squeezed

NETWORKS = {"pooled": pooled, "squeezed": squeezed, "branched": branched}


@pytest.mark.parametrize("name", methods())
def test_every_method_says_what_it_shows_and_what_not(name: str) -> None:
    found = method(name)
    assert isinstance(found, Method)
    for text in (found.title, found.formula, found.source, found.shows, found.does_not_show):
        assert len(text) > 2
    assert found.shows.endswith(".")
    assert found.does_not_show.endswith((".", "?"))
    assert any(letter.isdigit() for letter in found.source), "a source has a year"
    for option in found.options:
        assert option.check(option.default) == option.default
        assert option.help


@pytest.mark.parametrize("name", methods())
def test_every_picture_carries_its_checksum(name: str) -> None:
    explained = explain(name, ask(pooled()))
    assert explained.checks
    assert all(check.holds is not False for check in explained.checks)
    assert explained.done == explained.of
    assert explained.values.dtype == np.float32
    assert not explained.dead
    if explained.by_channel is not None:
        np.testing.assert_allclose(explained.by_channel.sum(axis=0), explained.values, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NETWORKS)
def test_integrated_gradients_add_up_to_the_score_difference(name: str) -> None:
    question = ask(NETWORKS[name](), 1, options={"baseline": "white", "steps": 3})
    explained = explain("integrated-gradients", question)
    start = question.score_of(question.rerun()(baseline(question, "white")))
    difference = question.score - start
    assert abs(explained.values.sum() - difference) < 0.01 * abs(difference) + 1e-5


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_is_that_of_finite_differences(name: str) -> None:
    question = ask(NETWORKS[name](), 2)
    gradient = explain("gradient", question).gradient
    assert gradient is not None
    run, picture = question.rerun(), question.picture
    for at in ((0, 3, 4), (2, 7, 9), (1, 12, 0)):
        moved = [picture.copy(), picture.copy()]
        for sign, one in zip((1, -1), moved, strict=True):
            one[(0, *at)] += sign * 4e-3
        seen = (question.score_of(run(moved[0])) - question.score_of(run(moved[1]))) / 8e-3
        assert seen == pytest.approx(gradient[at], abs=2e-3 * float(np.abs(gradient).max()) + 1e-4)


@pytest.mark.parametrize("name", ["pooled", "squeezed"])
def test_cam_is_grad_cam_and_hirescam_where_only_the_mean_lies_between(name: str) -> None:
    question = ask(NETWORKS[name](), 1)
    cam = explain("cam", question)
    places = cam.values.size
    for other in ("gradcam", "hirescam"):
        np.testing.assert_allclose(
            explain(other, question).values * places,
            cam.values,
            rtol=1e-4,
            atol=1e-5 * np.abs(cam.values).max(),
        )
    node = question.network.nodes.get("scores")
    bias = 0.0 if node is None else float(node.weights.parameters(node.id, node.layer, ((5,),), 0)["bias"][1])
    assert float(cam.values.mean(dtype=np.float64)) + bias == pytest.approx(question.score, rel=1e-5)


def test_cam_says_that_the_class_is_a_one_by_one_convolution() -> None:
    assert "1×1 convolution conv2" in str(explain("cam", ask(squeezed(), 1)).used["note"])


def test_grad_cam_at_an_earlier_layer_is_not_hirescam() -> None:
    question = ask(pooled(), layer_id="act1")
    apart = explain("gradcam", question).values - explain("hirescam", question).values
    assert np.abs(apart).max() > 0


@pytest.mark.parametrize("layer_id", ["stem", "norm", "relu", "sum", "pool"])
def test_hirescam_and_the_biases_behind_it_add_up_to_the_score(layer_id: str) -> None:
    explained = explain("hirescam", ask(branched(), layer_id=layer_id))
    assert explained.checks[0].holds


def test_gradient_times_input_does_not_add_up_through_a_bend_and_says_so() -> None:
    explained = explain("gradient-times-input", ask(pooled("Tanh")))
    assert explained.checks[0].holds is None
    assert "Tanh" in explained.checks[0].text


@pytest.mark.parametrize("fill", ["grey", "black", "mean", "blur"])
@pytest.mark.parametrize("name", ["branched", "squeezed", "deep"])
def test_occlusion_is_the_score_of_each_covered_picture(name: str, fill: str) -> None:
    made = (
        network_of(
            ("a", "Conv2d", {"kernel_size": (3, 3), "out_channels": 6, "stride": (2, 2)}),
            ("b", "ReLU"),
            ("c", "MaxPool2d", {"kernel_size": (3, 3), "stride": (2, 2)}),
            ("d", "Conv2d", {"kernel_size": (3, 3), "out_channels": 6}),
            ("e", "Flatten"),
            ("f", "Linear", {"out_features": 3}),
            size=(3, 64, 81),
        )
        if name == "deep"
        else NETWORKS[name]()
    )
    question = ask(made)
    cover = baseline(question, fill)
    run = PatchRun(question, (4, 5), cover)
    assert run.saved > 0.3 if name == "deep" else run.saved >= 0
    plain = question.rerun()
    height, width = question.picture.shape[2:]
    for top, left in (
        (0, 0),
        (height - 4, width - 5),
        (3, 7),
        (height // 2, width // 2),
        (0, width - 5),
        (6, 1),
    ):
        covered = question.picture.copy()
        covered[:, :, top : top + 4, left : left + 5] = cover[:, :, top : top + 4, left : left + 5]
        expected = question.score_of(plain(covered))
        assert run.score(top, left) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_occlusion_averages_over_the_patches_that_cover_a_pixel() -> None:
    question = ask(pooled(), options={"patch": 5, "stride": 3})
    explained = explain("occlusion", question)
    run = PatchRun(question, (5, 5), baseline(question, "grey"))
    # rows 0…12, corners 0 3 6 8; columns 0…16, corners 0 3 6 9 12: pixel (4, 4) is under 0 and 3 of each
    drops = [question.score - run.score(top, left) for top in (0, 3) for left in (0, 3)]
    assert explained.values[4, 4] == pytest.approx(np.mean(drops), rel=1e-4, abs=1e-6)
    assert explained.values[12, 16] == pytest.approx(question.score - run.score(8, 12), rel=1e-4, abs=1e-6)


def test_a_difference_of_classes_is_explained_by_the_difference_of_their_pictures() -> None:
    question = ask(pooled(), 1)
    first = explain("gradient", question).values
    second = explain("gradient", replace(question, target=replace(question.target, channel=2))).values
    both = explain("gradient", replace(question, target=replace(question.target, against=2))).values
    np.testing.assert_allclose(both, first - second, atol=1e-5 * float(np.abs(first).max()))


def test_the_softmax_of_a_class_that_is_sure_says_that_it_is_saturated() -> None:
    question = ask(pooled(), scale="softmax")
    maps = dict(question.maps)
    maps["scores"] = np.array([[60, 0, 0, 0]], np.float32)
    assert "saturated" in explain("gradcam", replace(question, maps=maps)).dead


def test_a_class_behind_a_closed_relu_says_that_it_is_switched_off() -> None:
    negative = {"weight": -np.ones((6, 5, 1, 1), np.float32), "bias": -np.ones(6, np.float32)}
    network = squeezed().set_weights("conv2", Given(origin=BY_HAND, arrays=negative))
    dead = explain("gradcam", ask(network, 3)).dead
    assert "Switched off" in dead
    assert "conv2" in dead


def test_guided_backpropagation_is_refused_where_it_is_not_defined() -> None:
    with pytest.raises(NotDefined, match="act1 is Tanh"):
        explain("guided-backpropagation", ask(pooled("Tanh")))


def test_guided_backpropagation_through_relu6_keeps_its_gate() -> None:
    question = ask(pooled("ReLU6"), picture=np.full((1, 3, 13, 17), 40, np.float32))
    assert (question.maps["act1"] >= 6).any()
    guided = explain("guided-backpropagation", question)
    assert np.isfinite(guided.values).all()


def test_cam_names_the_layer_that_is_in_the_way() -> None:
    with pytest.raises(NotDefined, match=r"relu3|pool"):
        explain("cam", ask(branched()))


def test_a_vector_has_no_places() -> None:
    with pytest.raises(NotDefined, match="vector"):
        explain("gradcam", ask(pooled(), layer_id="flatten"))


def test_what_cannot_be_is_refused_with_its_value() -> None:
    with pytest.raises(ShapeError, match="channel=9"):
        explain("gradient", ask(pooled(), 9))
    with pytest.raises(ShapeError, match="fill='red'"):
        explain("occlusion", ask(pooled(), options={"fill": "red"}))
    with pytest.raises(ShapeError, match="no option 'stepz'"):
        explain("gradient", ask(pooled(), options={"stepz": 1}))
    with pytest.raises(EngineError, match=r"gradcamm.*gradcam"):
        method("gradcamm")


def test_smoothgrad_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    made = [
        explain("smoothgrad", ask(pooled(), noise_seed=seed, options={"samples": 4})).values
        for seed in (1, 1, 2)
    ]
    assert (made[0] == made[1]).all()
    assert (made[0] != made[2]).any()
    assert explain("smoothgrad", ask(pooled(), noise_seed=7, options={"samples": 2})).used["noise seed"] == 7


def test_a_unit_in_the_middle_of_a_map_can_be_explained() -> None:
    question = ask(branched(), 2, node_id="right", at=(4, 5), layer_id="relu")
    explained = explain("gradient", question)
    rows, columns = np.nonzero(np.abs(explained.values))
    assert rows.min() >= 4
    assert rows.max() <= 14
    assert columns.min() >= 6
    assert columns.max() <= 16
    assert explain("hirescam", question).checks[0].holds


@pytest.mark.parametrize("name", ["squeezed", "pooled"])
def test_occlusion_computes_only_the_classes_that_are_asked_about(name: str) -> None:
    for settings in ({}, {"against": 3}):
        question = ask(NETWORKS[name](), 1, **settings)
        run = PatchRun(question, (4, 5), baseline(question, "grey"))
        assert run.last_layer == {"squeezed": "conv2", "pooled": "scores"}[name]
        covered = question.picture.copy()
        covered[:, :, 2:6, 3:8] = baseline(question, "grey")[:, :, 2:6, 3:8]
        expected = question.score_of(question.rerun()(covered))
        assert run.score(2, 3) == pytest.approx(expected, rel=1e-5, abs=1e-6)
    softmax = ask(NETWORKS[name](), 1, scale="softmax")
    assert not PatchRun(softmax, (4, 5), baseline(softmax, "grey")).last_layer


def test_it_is_told_when_much_of_the_picture_equals_the_baseline() -> None:
    """A digit on black ground, compared with black: the ground cannot count."""
    digit = np.zeros((1, 3, 13, 17), np.float32)
    digit[:, :, 4:9, 6:10] = 1
    told = explain("integrated-gradients", ask(pooled(), picture=digit)).used["note"]
    assert "91% of the pixels equal the black baseline" in str(told)
    grey = ask(pooled(), picture=digit, options={"baseline": "grey"})
    assert "note" not in explain("integrated-gradients", grey).used
