"""Ways out of a problem, one click each."""
