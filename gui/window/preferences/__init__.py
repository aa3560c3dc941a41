"""What is set once for all, and the search over everything that can be done."""
