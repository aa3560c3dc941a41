"""What is made of a block of results between scratch and the map: activations at the end of a step.

A block of sums is written to the thread's scratch, is still in the nearest cache when it is read again, and
goes into the map once. The kernels that compute the sums need not know the function, so that one of each
serves all of them.
"""

from typing import Any, Final

from engine.kernels.fast.micro_kernels.elementwise import pixel_run
from engine.kernels.fast.operations import Function
from engine.kernels.jit import kernel_part

NOTHING: Final = int(Function.CLAMP)
"""The function of a row whose results are in the map at once."""


@kernel_part
def finish(row: Any, kernels: int, source: int, spacing: int, pixels: int, blocks: int, place: int) -> None:
    """The row's function of `pixels` pixels of `blocks` vectors into the map, from `place` on.

    source: the first one, `spacing` bytes before the next.
    """
    pixel_run(
        kernels,
        row.function,
        source=source,
        spacing=spacing,
        other=source,
        other_spacing=spacing,
        pixels=pixels,
        blocks=blocks,
        output=place,
        output_spacing=row.output_pixel,
        low=row.low,
        high=row.high,
        slope=row.slope,
        streams=row.streams,
    )
