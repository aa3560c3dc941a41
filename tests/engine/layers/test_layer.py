"""What the base of all layers promises: the registry, JSON, settings."""

import subprocess
import sys

import pytest

from engine.errors import FormatError, ShapeError, UnsupportedLayer
from engine.layers import GROUPS, layer_from_json, layer_kinds
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.layers.smooth_activations import ELU
from engine.shapes import Padding
from tests import reference


def test_every_kind_has_a_slow_twin() -> None:
    assert reference.kinds() == set(layer_kinds()) - {"Input", "Foreign"}


def test_kinds_stand_in_the_order_of_the_palette() -> None:
    kinds = list(layer_kinds().values())
    assert [kind.group for kind in kinds] == sorted((kind.group for kind in kinds), key=GROUPS.index)
    names = list(layer_kinds())
    assert names[:3] == ["Input", "Conv2d", "DepthwiseConv2d"]
    assert names.index("ReLU") < names.index("BatchNorm2d") < names.index("LayerNorm")


def test_every_palette_entry_has_a_caption_of_its_own() -> None:
    captions = [entry.label for kind in layer_kinds().values() for entry in kind.palette()]
    assert len(captions) == len(set(captions))


@pytest.mark.parametrize("kind", layer_kinds())
def test_defaults_lie_in_their_own_ranges_and_come_back_from_json(kind: str) -> None:
    made = layer_kinds()[kind]()
    assert layer_from_json(made.to_json()) == made
    assert layer_from_json({"kind": kind}) == made
    assert hash(made) == hash(layer_kinds()[kind]())


def test_json_spells_padding_and_pairs_plainly() -> None:
    record = Conv2d(padding=Padding.of((1, 2)), kernel_size=(3, 5)).to_json()
    assert (record["padding"], record["kernel_size"]) == ([1, 1, 2, 2], [3, 5])
    assert Conv2d().to_json()["padding"] == "same"
    assert layer_from_json({"kind": "ELU", "alpha": 1}) == ELU(alpha=1.0)


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "Conv2d", "kernel": [3, 3]},
        {"kind": "Conv2d", "kernel_size": [3, 3, 3]},
        {"kind": "Conv2d", "kernel_size": 3},
        {"kind": "Conv2d", "padding": "half"},
        {"kind": "Conv2d", "padding": [1, -1]},
        {"kind": "Conv2d", "padding": None},
        {"kind": "Conv2d", "out_channels": "64"},
        {"kind": "Conv2d", "out_channels": 10**9},
        {"kind": "Input", "shape": [3, 224]},
    ],
    ids=str,
)
def test_settings_that_do_not_fit_are_a_format_error(record: dict[str, object]) -> None:
    with pytest.raises(FormatError):
        layer_from_json(record)


@pytest.mark.parametrize("kind", ["Conv3d", "", None, 7, "Layer"])
def test_an_unknown_kind_is_named(kind: object) -> None:
    with pytest.raises(UnsupportedLayer, match="unknown layer kind"):
        layer_from_json({"kind": kind})


def test_an_edit_gives_another_layer() -> None:
    layer = Conv2d()
    assert layer.replace(groups=2) == Conv2d(groups=2)
    assert layer == Conv2d()
    with pytest.raises(ShapeError, match="Conv2d has no setting 'kernel'"):
        layer.replace(kernel=3)


@pytest.mark.parametrize("kind", sorted(layer_kinds()))
def test_a_number_out_of_range_is_told_what_fits(kind: str) -> None:
    cls = layer_kinds()[kind]
    for setting in cls.settings():
        if setting.type not in ("int", "float", "pair"):
            continue
        low, high = setting.minimum, setting.maximum
        assert low is not None
        assert high is not None
        for value, told in (
            (low - 1, f"is below {low:g}. At least {low:g} fits."),
            (high + 1, f"is above {high:g}. At most {high:g} fits."),
        ):
            with pytest.raises(ShapeError) as error:
                cls(**{setting.name: (value, value) if setting.type == "pair" else value})
            assert str(error.value) == f"{setting.name}={value} {told}"
            assert error.value.setting == setting.name


def test_an_input_has_channels_height_and_width() -> None:
    with pytest.raises(ShapeError, match="shape") as error:
        Input(shape=(3,))
    assert error.value.setting == "shape"
    assert Input(shape=(192, 28, 28)).detail == "192 filter responses, standing in for earlier layers"
    assert (Input().detail, Input(shape=(1, 8, 8)).detail) == ("RGB", "luminance")


def test_numbers_come_without_numba() -> None:
    script = (
        "import sys\n"
        "from engine.layers import layer_kinds\n"
        "for kind in (kind for kind in layer_kinds().values() if kind.palette()):\n"
        "    layer = kind()\n"
        "    shape = (4,) if layer.kind == 'Linear' else (64, 8, 8)\n"
        "    shapes = (shape,) * layer.min_inputs\n"
        "    layer.output_shape(*shapes), layer.operations(*shapes)\n"
        "    layer.torch(*shapes), layer.onnx(*shapes)\n"
        "assert 'numba' not in sys.modules and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
