"""The photograph with what is drawn over it."""
