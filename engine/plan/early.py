"""What early layers do more exactly, for every layer behind amplifies their rounding errors.

In a network with drawn weights an error grows some hundredfold on its way: what the first layers round makes
most of what comes out, though they are a small part of the work. How early a layer is, the products before it
tell, that is the layers that multiply by weights, along the longest way from an Input.
"""

from typing import Final

SHORTER_BLOCKS: Final = ((3, 8, 32), (4, 16, 32), (12, 16, 0))
"""With fewer products before it, (steps of a block of Winograd's sums, and of others; 0: as ever)."""
FIRST: Final = SHORTER_BLOCKS[0][0]
EARLY: Final = SHORTER_BLOCKS[-1][0]
FEW_CHANNELS: Final = 32


def product_steps(products_before: int) -> int:
    """Products at most that a matrix product sums up before they are added to those before; 0: as ever."""
    return next((steps for below, _, steps in SHORTER_BLOCKS if products_before < below), 0)


def winograd_steps(products_before: int) -> int:
    """The same for the products between Winograd's transforms."""
    return next((steps for below, steps, _ in SHORTER_BLOCKS if products_before < below), 0)


def is_early(products_before: int) -> bool:
    """Whether sums of inputs and of weights, as in Strassen's algorithm, would cost too many digits."""
    return products_before < EARLY


def is_exact_enough(tile: int, into: int, products_before: int) -> bool:
    """Whether Winograd's algorithm with this output tile rounds little enough for where it stands.

    F(4×4) has more than twice the error of F(2×2). On few input channels, the first layers can afford this.
    """
    return tile <= 2 or products_before >= FIRST or into > FEW_CHANNELS
