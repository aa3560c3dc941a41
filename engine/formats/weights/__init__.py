"""Weights and arrays in files, and which of them belong to which layer."""
