"""What the kernel editor's buttons do."""

import numpy as np
import pytest

from engine.edits import kernel_edits
from engine.edits.kernel_edits import COLOUR_MATRICES

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (4, 4), (2, 5), (7, 1)])
def test_identity_lets_everything_pass(shape: tuple[int, int]) -> None:
    made = kernel_edits.identity(RNG.standard_normal(shape).astype(np.float32))
    assert made.sum() == 1
    assert made[(shape[0] - 1) // 2, (shape[1] - 1) // 2] == 1


def test_symmetric_is_its_own_mirror_image_and_keeps_the_sum() -> None:
    kernel = RNG.standard_normal((5, 3)).astype(np.float32)
    made = kernel_edits.symmetric(kernel)
    np.testing.assert_array_equal(made, made[::-1])
    np.testing.assert_array_equal(made, made[:, ::-1])
    assert made.sum() == pytest.approx(kernel.sum(), abs=1e-5)
    np.testing.assert_allclose(kernel_edits.symmetric(made), made, rtol=1e-6)


def test_a_symmetric_matrix_is_its_transpose_as_far_as_it_is_square() -> None:
    matrix = RNG.standard_normal((3, 5)).astype(np.float32)
    made = kernel_edits.symmetric_matrix(matrix)
    np.testing.assert_array_equal(made[:, :3], made[:, :3].T)
    np.testing.assert_array_equal(made[:, 3:], matrix[:, 3:])


def test_normalised_keeps_brightness_or_counts_magnitudes() -> None:
    assert kernel_edits.normalised(np.array([[1, 2], [3, 4]], np.float32)).sum() == pytest.approx(1)
    edge = kernel_edits.normalised(np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32))
    np.testing.assert_allclose(edge, np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8)
    dark = np.array([[-3.0, 1.0]], np.float32)  # a negative sum keeps its signs
    np.testing.assert_allclose(kernel_edits.normalised(dark), dark / 4)
    assert not kernel_edits.normalised(np.zeros((2, 2), np.float32)).any()


def test_rows_are_normalised_each_for_itself() -> None:
    made = kernel_edits.normalised_rows(np.array([[1, 3], [1, -1], [0, 0]], np.float32))
    np.testing.assert_allclose(made, [[0.25, 0.75], [0.5, -0.5], [0, 0]])


def test_random_numbers_differ_by_their_seed_alone() -> None:
    kernel = np.zeros((50, 50), np.float32)
    made = kernel_edits.random(kernel, 1)
    assert made.var() == pytest.approx(2 / 2500, rel=0.1)
    np.testing.assert_array_equal(made, kernel_edits.random(kernel, 1))
    assert (made != kernel_edits.random(kernel, 2)).any()


def test_edits_leave_the_kernel_alone_and_give_float32() -> None:
    kernel = RNG.standard_normal((3, 3)).astype(np.float32)
    before = kernel.copy()
    for change in (
        kernel_edits.zero, kernel_edits.identity, kernel_edits.identity_matrix, kernel_edits.symmetric,
        kernel_edits.symmetric_matrix, kernel_edits.normalised, kernel_edits.normalised_rows,
    ):  # fmt: skip
        made = change(kernel)
        assert made.dtype == np.float32
        assert made.shape == kernel.shape
        assert not np.shares_memory(made, kernel)
    np.testing.assert_array_equal(kernel, before)


def test_grey_sepia_and_opponent_colours_do_what_they_are_called() -> None:
    grey = np.array(COLOUR_MATRICES["Grey"]) @ [0.2, 0.5, 0.9]
    assert grey[0] == grey[1] == grey[2] == pytest.approx(0.299 * 0.2 + 0.587 * 0.5 + 0.114 * 0.9)
    assert (np.array(COLOUR_MATRICES["Red and blue exchanged"]) @ [1, 2, 3]).tolist() == [3, 2, 1]
    np.testing.assert_allclose(
        np.array(COLOUR_MATRICES["Opponent colours"]) @ [1, 1, 1], [1, 0, 0], atol=1e-9
    )
    np.testing.assert_array_equal(COLOUR_MATRICES["As they are"], np.eye(3))
