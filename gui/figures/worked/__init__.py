"""Layers worked out number by number."""
