"""What is drawn on the canvas, one item a file."""
