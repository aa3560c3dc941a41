"""Fonts, icons and sample photographs that travel with the program."""
