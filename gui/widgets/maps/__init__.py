"""Feature maps on the screen."""
