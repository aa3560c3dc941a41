"""What several networks learn from the same data: chosen, trained in turn, and told."""
