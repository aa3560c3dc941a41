"""DenseNet-121: four dense blocks with transitions between them."""

from presets.blocks.dense import PAPER, dense_layer, transition
from presets.builder import Builder
from presets.preset import Preset

GROWTH = 32
LAYERS_PER_LINE = 6


def _build(net: Builder) -> None:
    with net.group("stem", "Stem"):
        net.conv("conv0", 64, 7, stride=2, bias=False)
        net.normalize("conv0")
        net.new_line()
        net.max_pool("pool0", 3, 2, padding=1)
    channels = 64
    for block, layers in enumerate((6, 12, 24, 16), start=1):
        for number in range(1, layers + 1):
            if number % LAYERS_PER_LINE == 1 and (block, number) != (1, 1):
                net.new_line(net.last if number == 1 else "")
            with net.scope(f"dense{block}_{number}", "Dense layer"):
                dense_layer(net, GROWTH)
        channels += layers * GROWTH
        if block < 4:
            channels //= 2
            with net.scope(f"transition{block}", f"Transition {block}"):
                transition(net, channels)
    net.new_line()
    with net.group("final", "Norm & ReLU"):
        net.normalize("final")
    net.classifier()


PRESET = Preset(
    name="densenet121",
    title="DenseNet-121",
    group="Residual",
    variant="DenseNet-BC, growth 32, compression to one half",
    paper=PAPER,
    description=(
        "Every layer reads all maps made before it in its block, so each needs to add only 32. 1×1 "
        "convolutions keep that affordable."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=7_978_856,
    parameters_source="torchvision documentation, densenet121, num_params",
    published_macs=2_834_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, densenet121, GFLOPS 2.834 (they are multiply–adds)",
)
