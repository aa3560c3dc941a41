"""The modules of Inception-v3: large kernels taken apart into small and one-dimensional ones.

Szegedy, Vanhoucke, Ioffe, Shlens & Wojna, "Rethinking the Inception architecture for computer vision",
CVPR 2016, figures 5 to 7 and 10. Widths and names of the modules as in torchvision, where they are
InceptionA to InceptionE.
"""

from presets.builder import Builder
from presets.preset import Paper

PAPER = Paper(
    authors="Szegedy, Vanhoucke, Ioffe, Shlens & Wojna",
    title="Rethinking the Inception architecture for computer vision",
    venue="CVPR",
    year=2016,
)


def module_a(net: Builder, pool: int) -> str:
    """Figure 5: 5×5 beside the pair of 3×3 that sees as much."""
    source = net.last
    branches = [net.conv_bn("1x1", 64, 1, after=source)]
    net.conv_bn("5x5_reduce", 48, 1, after=source)
    branches.append(net.conv_bn("5x5", 64, 5))
    net.conv_bn("double_reduce", 64, 1, after=source)
    net.conv_bn("double_1", 96, 3)
    branches.append(net.conv_bn("double_2", 96, 3))
    branches.append(_pooled(net, pool, source))
    return net.concat("concat", branches)


def reduction_b(net: Builder) -> str:
    """Figure 10: half the size without a bottleneck, pooling and strided convolutions side by side."""
    source = net.last
    branches = [net.conv_bn("3x3", 384, 3, stride=2, padding="valid", after=source)]
    net.conv_bn("double_reduce", 64, 1, after=source)
    net.conv_bn("double_1", 96, 3)
    branches.append(net.conv_bn("double_2", 96, 3, stride=2, padding="valid"))
    branches.append(net.max_pool("pool", 3, 2, after=source))
    return net.concat("concat", branches)


def module_c(net: Builder, width: int) -> str:
    """Figure 6: 7×7 taken apart into 1×7 and 7×1, once and twice."""
    source = net.last
    branches = [net.conv_bn("1x1", 192, 1, after=source)]
    net.conv_bn("7x7_reduce", width, 1, after=source)
    net.conv_bn("7x7_1", width, (1, 7))
    branches.append(net.conv_bn("7x7_2", 192, (7, 1)))
    net.conv_bn("double_reduce", width, 1, after=source)
    net.conv_bn("double_1", width, (7, 1))
    net.conv_bn("double_2", width, (1, 7))
    net.conv_bn("double_3", width, (7, 1))
    branches.append(net.conv_bn("double_4", 192, (1, 7)))
    branches.append(_pooled(net, 192, source))
    return net.concat("concat", branches)


def reduction_d(net: Builder) -> str:
    """Half the size again, one branch after a 7×7 taken apart."""
    source = net.last
    net.conv_bn("3x3_reduce", 192, 1, after=source)
    branches = [net.conv_bn("3x3", 320, 3, stride=2, padding="valid")]
    net.conv_bn("7x7_reduce", 192, 1, after=source)
    net.conv_bn("7x7_1", 192, (1, 7))
    net.conv_bn("7x7_2", 192, (7, 1))
    branches.append(net.conv_bn("7x7_3", 192, 3, stride=2, padding="valid"))
    branches.append(net.max_pool("pool", 3, 2, after=source))
    return net.concat("concat", branches)


def module_e(net: Builder) -> str:
    """Figure 7: wide rather than deep, 1×3 and 3×1 side by side."""
    source = net.last
    branches = [net.conv_bn("1x1", 320, 1, after=source)]
    fork = net.conv_bn("3x3_reduce", 384, 1, after=source)
    branches += [net.conv_bn("3x3_a", 384, (1, 3), after=fork), net.conv_bn("3x3_b", 384, (3, 1), after=fork)]
    net.conv_bn("double_reduce", 448, 1, after=source)
    fork = net.conv_bn("double_1", 384, 3)
    branches.append(net.conv_bn("double_a", 384, (1, 3), after=fork))
    branches.append(net.conv_bn("double_b", 384, (3, 1), after=fork))
    branches.append(_pooled(net, 192, source))
    return net.concat("concat", branches)


def _pooled(net: Builder, channels: int, source: str) -> str:
    net.avg_pool("pool", 3, 1, padding=1, count_include_pad=True, after=source)
    return net.conv_bn("pool_proj", channels, 1)
