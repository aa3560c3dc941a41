"""What the mouse does on the canvas, one kind of action a module."""
