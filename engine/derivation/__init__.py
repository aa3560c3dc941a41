"""How a number came about: formula, values, source."""
