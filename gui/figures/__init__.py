"""Figures of networks: a style makes a drawing, a writer replays it."""
