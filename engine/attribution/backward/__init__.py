"""Gradients of whole maps, on the plan and the kernels of forward runs."""
