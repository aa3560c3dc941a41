"""Weights shown and edited."""
