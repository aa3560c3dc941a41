"""Layers typed as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.edits.typed_layer import typed_layers
from engine.layers import layer_kinds


@pytest.mark.parametrize(
    ("text", "label", "detail"),
    [
        ("conv 5x5 64 s2", "Conv 5×5 · 64", "stride 2 · same"),
        ("conv 5×5 64 s2", "Conv 5×5 · 64", "stride 2 · same"),
        ("conv 3 32", "Conv 3×3 · 32", "same"),
        ("conv 3x5 d2 valid", "Conv 3×5 · 64", "valid · dilation 2"),
        ("dw 3", "Depthwise 3×3", "same"),
        ("pool 2", "Max pool 2×2", "stride 2 · valid"),
        ("pool 3 s2", "Max pool 3×3", "stride 2 · valid"),
        ("pool 3 2", "Max pool 3×3", "stride 2 · valid"),
        ("avg pool 7", "Average pool 7×7", "stride 7 · valid"),
        ("1x1 128", "Conv 1×1 · 128", ""),
        ("1x1 128 s2", "Conv 1×1 · 128", "stride 2"),
        ("fc 1000", "Linear · 1000", ""),
        ("dense 10", "Linear · 10", ""),
        ("deconv 2x2 16 s2", "Transposed 2×2 · 16", "stride 2 · valid"),
        ("conv out_channels=8 dilation=2", "Conv 3×3 · 8", "same · dilation 2"),
    ],
)
def test_what_is_typed_is_made(text: str, label: str, detail: str) -> None:
    layer = typed_layers(text)[0]
    assert (layer.label, layer.detail) == (label, detail)


@pytest.mark.parametrize("text", ["relu", "conv", "vgg16", "64", "s2", "conv 5x5 s2 s3", "conv 99999999", ""])
def test_what_says_no_layer_with_settings_makes_none(text: str) -> None:
    assert typed_layers(text) == ()


@given(st.text(st.sampled_from("conv pool dw fc 1 2 3x×5 64s=gdk.−,("), max_size=40))
def test_nothing_typed_is_ever_more_than_an_empty_answer(text: str) -> None:
    for layer in typed_layers(text):
        assert layer.kind in layer_kinds()
