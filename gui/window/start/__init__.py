"""The first things seen: what the program opens with, the tour, and the start page."""
