"""Training in the window: the thread that does it, its form, its curves, its answers."""
