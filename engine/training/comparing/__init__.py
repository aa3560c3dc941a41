"""What several networks learned from the same data, side by side."""
