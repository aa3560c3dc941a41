"""What lies over the canvas and is no part of the network."""
