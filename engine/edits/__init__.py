"""Whole edits of a network."""
