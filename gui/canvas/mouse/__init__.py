"""The mouse on the canvas: where it is, what it is over, and which gesture it makes."""
