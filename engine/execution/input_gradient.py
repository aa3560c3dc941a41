"""The input gradient of a convolution, with the fast kernels: it is a convolution itself.

At stride 1 the gradient is the convolution of `dy` with the kernels turned by 180° and their two channel axes
exchanged; at larger strides it is a transposed convolution (Dumoulin & Visin, 2016, chapter 4). Either is a
network of one layer, so the planner chooses the algorithm and the table runs on all cores.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.execution.binding import Binding
from engine.execution.executable_plan import ExecutablePlan, prepare
from engine.execution.maps import StoredMap
from engine.execution.network_signature import network_signature
from engine.execution.packed import PackedStore
from engine.kernels.fast.arrays import Pool
from engine.kernels.fast.places import map_bytes, pixel_bytes
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.model.network import Network, Node
from engine.plan import MapLayout, make_plan
from engine.shapes import Padding, Pair, Shape

Map = npt.NDArray[np.float32]
Cuts = tuple[Pair, Pair]
"""((top, bottom), (left, right)): rows and columns that are left away."""

PACKED_BYTES: Final = 512 << 20
"""Turned and packed kernels are kept up to so many bytes."""
REMEMBERED: Final = 64
"""Plans that are kept."""
SMALLEST_WORK: Final = 2_000_000
"""Multiply–adds below which a plan is not worth its making."""

_pool = Pool(256 << 20)
_packed = PackedStore(_pool)
_executables: dict[Any, tuple[ExecutablePlan, MapLayout]] = {}


def is_worth_it(layer: Conv2d, dy: Shape, in_channels: int) -> bool:
    """Whether the fast kernels beat the plain ones at this gradient."""
    kh, kw = layer.kernel_size
    return layer.groups == 1 and dy[0] * dy[1] * dy[2] * in_channels * kh * kw >= SMALLEST_WORK


def convolution_input_gradient(
    layer: Conv2d, key: str, weight: Callable[[], Map], dy: Map, in_channels: int, cuts: Cuts
) -> Map | None:
    """(1, C, h, w): what `dy` (1, K, h', w') spreads to, less the cuts; None where it is not finite.

    `weight` gives the kernels (K, C, kernel_h, kernel_w) when they are not packed yet; `key` tells them from
    all others. Call it on the compute thread.
    """
    from engine.kernels.fast import machine

    turned, beyond = _turned(layer, in_channels, cuts)
    executable, given = _prepare(turned, key, (dy.shape[1], dy.shape[2], dy.shape[3]))
    stored = _stored(dy, given)
    team = machine.team()
    team.resume()
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite shows in the outcome
        executable.fill(len(executable.plan.rows), lambda _: {"weight": _exchanged(turned, weight())})
    plan = executable.plan
    binding = Binding(executable, {"input": stored}, _pool)
    with machine.computing:
        team.prepare(plan.widest_bytes, plan.table_bytes, plan.scratch_bytes)
        finished = team.run(binding.rows, plan.tasks_before, 0, len(plan.rows))
        if not finished or team.nonfinite_tiles:
            return None
    made = binding.map_of("spread")
    if _packed.held_bytes > PACKED_BYTES:
        forget()
    (top, bottom), (left, right) = beyond
    return made[:, :, top : made.shape[2] - bottom, left : made.shape[3] - right]


def forget() -> None:
    """Let go of all packed kernels."""
    _executables.clear()
    _packed.shrink(0)


def _turned(layer: Conv2d, in_channels: int, cuts: Cuts) -> tuple[Conv2d | ConvTranspose2d, Cuts]:
    """The layer whose forward is the gradient, and what is still to be cut off its map."""
    (top, bottom), (left, right) = cuts
    if layer.stride != (1, 1):
        return ConvTranspose2d(
            out_channels=in_channels,
            kernel_size=layer.kernel_size,
            stride=layer.stride,
            dilation=layer.dilation,
            bias=False,
        ), cuts
    height, width = layer.window.extent
    sides = [(height, top), (height, bottom), (width, left), (width, right)]
    pads = [max(extent - 1 - cut, 0) for extent, cut in sides]
    rest = [max(cut - extent + 1, 0) for extent, cut in sides]
    conv2d = Conv2d(
        out_channels=in_channels,
        kernel_size=layer.kernel_size,
        dilation=layer.dilation,
        padding=Padding.of(pads),
        bias=False,
    )
    return conv2d, ((rest[0], rest[1]), (rest[2], rest[3]))


def _exchanged(turned: Conv2d | ConvTranspose2d, weight: Map) -> Map:
    """The kernels as the turned layer takes them."""
    if turned.transposed:
        return weight
    return np.ascontiguousarray(weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3))


def _prepare(turned: Conv2d | ConvTranspose2d, key: str, shape: Shape) -> tuple[ExecutablePlan, MapLayout]:
    """What is to be run, and how `dy` must lie for it."""
    remembered = (turned, key, shape)
    found = _executables.pop(remembered, None)
    if found is None:
        while len(_executables) >= REMEMBERED:
            del _executables[next(iter(_executables))]
        network = Network(
            [Node(id="input", layer=Input(shape=shape)), Node(id="spread", layer=turned, inputs=("input",))]
        )
        made = network_signature(network, 0)
        pixel = pixel_bytes(shape)
        given = MapLayout(pixel=pixel, row=pixel * shape[2], channel=4, bytes=map_bytes(shape))
        plan = make_plan(network, made.shapes, wanted={"spread"}, given={"input": given})
        found = prepare(plan, made, {"input"}, _packed, lambda node_id: f"turned {key}"), given
    _executables[remembered] = found
    return found


def _stored(dy: Map, given: MapLayout) -> StoredMap:
    """The gradient in the layout that the plan was made for."""
    buffer = _pool.take(given.bytes)
    buffer.fill(0)  # whole vectors are read, also where a pixel has fewer channels
    shape = (dy.shape[1], dy.shape[2], dy.shape[3])
    strides = (0, given.channel, given.row, given.pixel)
    view: Map = np.ndarray((1, *shape), np.float32, buffer, 0, strides)
    view[...] = dy
    return StoredMap(view, given)
