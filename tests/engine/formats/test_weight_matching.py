"""Weights of other programs find their layers: by name, by order and shape, in every layout."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError
from engine.execution.executor import Executor
from engine.formats.weights.npz import network_weights, save_arrays
from engine.formats.weights.weight_matching import BY_KNOWN_NAME, BY_NAME, BY_ORDER, match_weights
from engine.formats.weights.weights_file import F32, Arrays, in_layer_order, open_weights, save_weights
from engine.image.photograph import fill_input
from engine.image.preprocessing import AS_IT_IS
from engine.model.network import Network
from tests.engine.small_networks import chain, conv, make

NETWORK = chain(conv(4, 3), make("BatchNorm2d"), make("ReLU"), conv(2, 1, bias=False), shape=(3, 8, 8))


def drawn(network: Network, seed: int = 7) -> dict[str, F32]:
    """The parameters of another seed, each value its own; a variance is not negative."""
    random = np.random.default_rng(seed)
    made = {}
    for name, values in network_weights(network, seed):
        normal = random.normal(size=values.shape).astype(np.float32)
        made[name] = abs(normal) if name.endswith(".running_var") else normal
    return made


def same(network: Network, arrays: dict[str, F32]) -> None:
    found = dict(network_weights(network))
    assert found.keys() == arrays.keys()
    for name, values in found.items():
        np.testing.assert_array_equal(values, arrays[name], err_msg=name)


@pytest.mark.parametrize("ending", [".npz", ".safetensors"])
def test_saved_weights_come_back_by_name(tmp_path: Path, ending: str) -> None:
    arrays = drawn(NETWORK)
    save_weights(tmp_path / f"a{ending}", iter(arrays.items()))
    match = match_weights(NETWORK, open_weights(tmp_path / f"a{ending}"))
    assert match.taken == ("n1", "n2", "n4")
    assert not match.kept
    assert not match.unused
    assert {one.how for one in match.matches} == {BY_NAME}
    assert match.summary == f"a{ending}: weights for 3 of 3 layers (by name)"
    made = match.applied()
    assert made["n1"].weights.text == f"Imported: a{ending}"
    same(made, arrays)


def test_half_precision_is_widened(tmp_path: Path) -> None:
    halves = {name: values.astype(np.float16) for name, values in drawn(NETWORK).items()}
    np.savez(tmp_path / "a.npz", **halves)
    made = match_weights(NETWORK, open_weights(tmp_path / "a.npz")).applied()
    same(made, {name: values.astype(np.float32) for name, values in halves.items()})


def test_what_the_file_does_not_have_stays_as_it_is() -> None:
    arrays = {"n4.weight": np.ones((2, 4, 1, 1), np.float32), "epoch": np.ones(1, np.float32)}
    match = match_weights(NETWORK, Arrays("a.npz", arrays))
    assert match.taken == ("n4",)
    assert match.kept == ("n1", "n2")
    assert match.unused == ("epoch",)
    assert match.summary == "a.npz: weights for 1 of 3 layers (by name); n1, n2 stay as before"
    made = match.applied()
    assert made["n1"] is NETWORK["n1"]


def test_a_name_with_another_shape_is_told_and_the_layer_stays() -> None:
    arrays = drawn(NETWORK) | {"n4.weight": np.ones((9, 4, 1, 1), np.float32)}
    match = match_weights(NETWORK, Arrays("a.npz", arrays))
    assert match.kept == ("n4",)
    assert [misfit.text for misfit in match.misfits] == ["n4.weight is 9×4×1×1 in the file, n4 takes 2×4×1×1"]
    assert match.applied()["n4"] is NETWORK["n4"]


def test_a_bias_alone_makes_no_layer() -> None:
    match = match_weights(NETWORK, Arrays("a.npz", {"n1.bias": np.ones(4, np.float32)}))
    assert match.taken == ()


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"n1.weight": np.ones((4, 3, 5, 5))}, "n1.weight is 4×3×5×5 in the file, n1 takes 4×3×3×3"),
        ({"steps": np.ones(7)}, "no weights for a layer of this network: it holds steps"),
        ({}, "it holds nothing"),
        ({"n1.weight": np.full((4, 3, 3, 3), np.nan)}, "n1: weight holds a number that is not finite"),
    ],
)
def test_what_does_not_fit_at_all_is_refused(arrays: dict[str, np.ndarray], words: str) -> None:
    file = Arrays("a.npz", {name: np.asarray(values, np.float32) for name, values in arrays.items()})
    with pytest.raises(FormatError, match=f"a.npz.*{words}"):
        match_weights(NETWORK, file).applied()


def test_other_names_are_matched_by_order_and_shape() -> None:
    """As PyTorch's `nn.Sequential` calls them, the layers of one shape in the order of the network."""
    network = chain(conv(3, 3), make("BatchNorm2d"), conv(3, 3), make("BatchNorm2d"), conv(5, 1))
    arrays = drawn(network)
    sequential = {"n1": "0", "n2": "1", "n3": "10", "n4": "11", "n5": "12"}
    renamed = {f"features.{sequential[name[:2]]}{name[2:]}": values for name, values in arrays.items()}
    match = match_weights(network, Arrays("a.npz", renamed))
    assert {one.how for one in match.matches} == {BY_ORDER}
    same(match.applied(), arrays)


def test_safetensors_are_ordered_with_numbers_as_numbers(tmp_path: Path) -> None:
    network = chain(*[conv(3, 3) for _ in range(12)])
    arrays = drawn(network)
    renamed = {f"layers.{name[1:]}": values for name, values in arrays.items()}
    save_weights(tmp_path / "a.safetensors", iter(renamed.items()))
    same(match_weights(network, open_weights(tmp_path / "a.safetensors")).applied(), arrays)


def test_a_renaming_counts_where_it_finds_more() -> None:
    arrays = drawn(NETWORK)
    theirs = {name.replace("n", "layer", 1): values for name, values in arrays.items()}
    ways = [lambda name: "", lambda name: name.replace("layer", "n")]
    match = match_weights(NETWORK, Arrays("a.npz", theirs), ways)
    assert {one.how for one in match.matches} == {BY_KNOWN_NAME}
    same(match.applied(), arrays)


def test_kernels_of_keras_are_turned() -> None:
    """(height, width, in, out), (height, width, in, multiplier), (in, out) of a map with channels last."""
    network = chain(
        conv(4, 3), make("BatchNorm2d"), make("DepthwiseConv2d", kernel_size=(3, 3)), make("Flatten"),
        make("Linear", out_features=5), make("ReLU"), make("Linear", out_features=2), shape=(3, 4, 5),
    )  # fmt: skip
    arrays = drawn(network)
    rows, columns = network["n3"].layer.output_shape((4, 4, 5))[1:]
    theirs = {
        "first/kernel": arrays["n1.weight"].transpose(2, 3, 1, 0), "first/bias": arrays["n1.bias"],
        "norm/gamma": arrays["n2.weight"], "norm/beta": arrays["n2.bias"],
        "norm/moving_mean": arrays["n2.running_mean"], "norm/moving_variance": arrays["n2.running_var"],
        "deep/depthwise_kernel": arrays["n3.weight"].transpose(2, 3, 0, 1), "deep/bias": arrays["n3.bias"],
        "dense/kernel": arrays["n5.weight"].reshape(5, 4, rows, columns).transpose(2, 3, 1, 0).reshape(-1, 5),
        "dense/bias": arrays["n5.bias"],
        "answer/kernel:0": arrays["n7.weight"].T, "answer/bias:0": arrays["n7.bias"],
    }  # fmt: skip
    match = match_weights(network, Arrays("keras.npz", theirs))
    assert not match.unused
    same(match.applied(), arrays)


def test_a_1x1_convolution_takes_a_dense_layer_and_the_other_way_round() -> None:
    network = chain(conv(4, 1), shape=(3, 8, 8))
    weight = np.arange(12, dtype=np.float32).reshape(4, 3)
    made = match_weights(network, Arrays("a.npz", {"n1.weight": weight})).applied()
    np.testing.assert_array_equal(dict(network_weights(made))["n1.weight"][:, :, 0, 0], weight)


def test_mapped_weights_compute_the_same(tmp_path: Path) -> None:
    arrays = drawn(NETWORK) | {"n2.running_var": np.full(4, 2, np.float32)}
    save_weights(tmp_path / "a.safetensors", iter(arrays.items()))
    save_arrays(tmp_path / "a.npz", arrays)
    photograph = np.random.default_rng(1).integers(0, 255, (9, 9, 3), dtype=np.uint8)
    assert fill_input(photograph, (3, 8, 8), AS_IT_IS).shape == (1, 3, 8, 8)
    maps = []
    for name in ("a.safetensors", "a.npz"):
        network = match_weights(NETWORK, open_weights(tmp_path / name)).applied()
        maps.append([result.map for result in Executor().run(network, photograph)])
    for mapped, read in zip(*maps, strict=True):
        np.testing.assert_array_equal(mapped, read)


@pytest.mark.parametrize("ending", [".pt", ".pth", ".bin", ".ckpt", ".h5", ".keras"])
def test_pickles_are_never_read_and_the_way_out_is_told(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"model{ending}"
    path.write_bytes(b"\x80\x02}q\x00.")
    with pytest.raises(FormatError) as refusal:
        open_weights(path)
    text = str(refusal.value)
    assert text.startswith(f"model{ending} ")
    code = text.partition("in Python: ")[2]
    compile(code, "the two lines", "exec")
    assert code.count("; ") == 1
    assert '"model.npz"' in code or '"model.safetensors"' in code


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"weights.txt is none of .safetensors, .npz"):
        open_weights(tmp_path / "weights.txt")
    with pytest.raises(FormatError, match=r"weights.txt is none of .safetensors, .npz"):
        save_weights(tmp_path / "weights.txt", [])


def test_the_stem_comes_first_and_the_head_last_whatever_they_are_called() -> None:
    """As timm and the EfficientNets call them: `blocks` would come before `bn1` and `conv_stem`."""
    names = ["bn1.weight", "bn2.weight", "classifier.weight", "conv_head.weight", "conv_stem.weight"]
    names += ["blocks.0.0.bn1.weight", "blocks.10.0.conv.weight", "blocks.2.0.conv.weight"]
    assert in_layer_order(names) == [
        "bn1.weight", "conv_stem.weight", "blocks.0.0.bn1.weight", "blocks.2.0.conv.weight",
        "blocks.10.0.conv.weight", "bn2.weight", "classifier.weight", "conv_head.weight",
    ]  # fmt: skip
