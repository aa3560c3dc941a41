"""Words in figures: their size, their type, their names."""
