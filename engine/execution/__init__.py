"""Plans become maps: memory, packed weights, runs, and what is remembered of them."""
