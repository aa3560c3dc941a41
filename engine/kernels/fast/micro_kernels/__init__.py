"""Micro-kernels, found by being here: the innermost loops, emitted as vector code."""
