"""Kernels of training alone: gradients of weights, pictures changed by chance."""
