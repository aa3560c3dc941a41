"""EfficientNet-Lite0: EfficientNet-B0 without what phones' accelerators do badly, trained on ImageNet."""

import re
from typing import Final

from engine.shapes import SAME
from presets.blocks.inverted import inverted_residual
from presets.builder import Builder
from presets.preset import Paper, Preset
from presets.training import Training

STAGES: Final = (
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320),
)  # fmt: skip
"""Number of blocks, kernel, stride of the first of them, expansion, channels."""

EPS: Final = 1e-3
"""TensorFlow's, in every batch normalisation."""

_TENSORS: Final = {
    "expand": "_expand_conv", "expand_bn": "_bn0", "depthwise": "_depthwise_conv", "depthwise_bn": "_bn1",
    "project": "_project_conv", "project_bn": "_bn2", "conv1": "_conv_stem", "conv1_bn": "_bn0",
    "conv9": "_conv_head", "conv9_bn": "_bn1", "fc": "_fc",
}  # fmt: skip


def _build(net: Builder) -> None:
    with net.group("stem", "Stem"):
        net.conv_bn("conv1", 32, 3, stride=2, padding=SAME, activation="ReLU6", eps=EPS)
    channels = 32
    for stage, (count, kernel_size, stride, expansion, width) in enumerate(STAGES, start=2):
        for index in range(1, count + 1):
            if index % 2 == 1:
                net.new_line()
            with net.scope(f"stage{stage}_{index}", f"Inverted residual · {width}"):
                inverted_residual(
                    net, channels, width, expanded=expansion * channels, kernel_size=kernel_size,
                    stride=stride if index == 1 else 1, padding=SAME, eps=EPS,
                )  # fmt: skip
            channels = width
    net.new_line()
    with net.group("features", "Features · 1280"):
        net.conv_bn("conv9", 1280, 1, activation="ReLU6", eps=EPS)
    net.classifier(dropout="drop")


def _tensors_of(node_id: str) -> str:
    """What the file calls a layer: its blocks are counted through, `stage3_2/expand` is in `_blocks.2`."""
    block = re.fullmatch(r"stage(\d+)_(\d+)/(\w+)", node_id)
    if block is None:
        return _TENSORS.get(node_id, node_id)
    stage, index, layer = int(block[1]), int(block[2]), block[3]
    number = sum(count for count, *_ in STAGES[: stage - 2]) + index - 1
    return f"_blocks.{number}.{_TENSORS.get(layer, layer)}"


PRESET = Preset(
    name="efficientnet_lite0",
    title="EfficientNet-Lite0",
    group="Mobile",
    variant="as in TensorFlow: `same` padding, ε = 0.001",
    paper=Paper(
        authors="Tan & Le",
        title="EfficientNet: rethinking model scaling for convolutional neural networks",
        venue="ICML",
        year=2019,
    ),
    description=(
        "EfficientNet-B0 made for phones (Google, 2020): no squeeze-and-excitation, ReLU6 for SiLU, and a"
        " stem and head that do not grow with the rest."
    ),
    input_shape=(3, 224, 224),
    image="chelsea",
    training=Training(
        weights="efficientnet_lite0",
        preprocessing={"normalization": "lite", "resize_to": 256},
        tensors_of=_tensors_of,
    ),
    build=_build,
    published_parameters=4_652_008,
    parameters_source="the trainable parameters of the published weights",
)
