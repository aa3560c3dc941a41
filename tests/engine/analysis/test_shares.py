"""Where parameters and multiplications are, by class of layer."""

import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.analysis.shares import CLASSES, class_of, shares
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.layers.linear import Linear
from engine.layers.rectifiers import ReLU
from engine.model.network import Network


def analysis(name: str) -> Analysis:
    return analyze(presets.load(name).project.network)


def test_mobilenet_is_nearly_all_1x1() -> None:
    """Howard et al. 2017, table 2: 94.86 % of mult-adds in 1×1, 3.06 % depthwise, 1.19 % in the stem."""
    found = shares(analysis("mobilenet_v1"))
    assert 100 * found.fraction("pointwise", "macs") == pytest.approx(94.86, abs=0.005)
    assert 100 * found.fraction("depthwise", "macs") == pytest.approx(3.06, abs=0.005)
    assert 100 * found.fraction("dense", "macs") == pytest.approx(0.18, abs=0.005)
    assert found.by_class["pointwise"].layers == 13


def test_vgg_has_no_1x1_and_most_parameters_in_dense_layers() -> None:
    found = shares(analysis("vgg16"))
    assert found.by_class["pointwise"].layers == 0
    assert found.by_class["dense"].parameters == 123_642_856
    assert found.by_class["spatial"].layers == 13


@pytest.mark.parametrize("name", ["googlenet", "resnet18", "shufflenet_v2", "unet", "squeezenet1_1"])
def test_the_classes_add_up_to_the_totals(name: str) -> None:
    found, known = shares(analysis(name)), analysis(name)
    assert found.total.parameters == known.totals.parameters
    assert found.total.macs == known.totals.macs
    assert sum(found.fraction(one, "macs") for one in CLASSES) == pytest.approx(1)


def test_the_class_of_a_layer() -> None:
    assert class_of(Conv2d(kernel_size=(1, 1), groups=2)) == "pointwise"
    assert class_of(Conv2d(kernel_size=(3, 1))) == "spatial"
    assert class_of(DepthwiseConv2d()) == "depthwise"
    assert class_of(Linear()) == "dense"
    assert class_of(ReLU()) == "other"


def test_nothing_has_no_shares() -> None:
    found = shares(analyze(Network()))
    assert all(found.fraction(name, "macs") == 0 for name in CLASSES)
