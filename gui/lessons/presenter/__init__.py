"""Lessons on a full screen."""
