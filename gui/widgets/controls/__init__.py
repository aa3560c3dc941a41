"""Buttons, fields and sliders."""
