"""Fitting while somebody waits: 64 filters 7×7 on a 512×512 photograph."""

import time

import pytest

from engine.fitting.layer import METHODS, fit_layer
from engine.fitting.spectrum import spectrum
from engine.image.image_source import open_image
from engine.image.photograph import fill_input
from tests.engine.small_networks import conv

pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("channels", [1, 3])
def test_64_filters_of_a_photograph_take_less_than_2_seconds(method: str, channels: int) -> None:
    x = fill_input(open_image("astronaut"), (channels, 512, 512))[0]
    began = time.perf_counter()
    fit_layer(conv(64, 7), x, method)
    elapsed = time.perf_counter() - began
    print(f"\n{method}, {channels} channels: {elapsed:.2f} s")
    assert elapsed < 2


def test_the_curve_of_512_channels_takes_less_than_2_seconds() -> None:
    x = fill_input(open_image("astronaut"), (512, 28, 28))[0]
    began = time.perf_counter()
    spectrum(x)
    elapsed = time.perf_counter() - began
    print(f"\nspectrum: {elapsed:.2f} s")
    assert elapsed < 2
