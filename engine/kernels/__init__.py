"""Numerical kernels in numba, on plain arrays."""
