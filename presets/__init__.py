"""Networks, blocks and lessons, written with the engine's own builders; free of Qt."""
