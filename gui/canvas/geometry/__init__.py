"""Positions, routes and rectangles, without anything drawn."""
