"""ConvNeXt-T: a ResNet brought up to date, step by step."""

from presets.blocks.convnext import PAPER, convnext
from presets.builder import Builder
from presets.preset import Preset

STAGES = ((96, 3), (192, 3), (384, 9), (768, 3))
"""(channels, number of blocks)."""

BLOCKS_PER_LINE = 3


def _build(net: Builder) -> None:
    net.conv("stem", 96, 4, stride=4, padding="valid")
    net.layer("stem_norm", "LayerNorm")
    for stage, (channels, count) in enumerate(STAGES, start=1):
        if stage > 1:
            net.new_line()
            net.layer(f"down{stage}_norm", "LayerNorm")
            net.conv(f"down{stage}", channels, 2, stride=2, padding="valid")
        for index in range(1, count + 1):
            if index % BLOCKS_PER_LINE == 1 and index > 1:
                net.new_line()
            with net.scope(f"stage{stage}_{index}", f"ConvNeXt · {channels}"):
                convnext(net, channels)
    net.new_line()
    net.global_pool()
    net.layer("head_norm", "LayerNorm")
    net.layer("flatten", "Flatten")
    net.linear("fc", 1000)
    net.layer("softmax", "Softmax")


PRESET = Preset(
    name="convnext_tiny",
    title="ConvNeXt-T",
    group="Residual",
    variant="Tiny, as in torchvision, 1×1 convolutions written as such",
    paper=PAPER,
    description=(
        "What vision transformers had learned, given back to convolutions: large depthwise kernels, few "
        "activations, one normalisation a block."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=28_589_128,
    parameters_source="torchvision documentation, convnext_tiny, num_params",
    published_macs=4_456_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, convnext_tiny, GFLOPS 4.456 (they are multiply–adds)",
)
