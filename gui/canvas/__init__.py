"""The canvas: the network as cards and wires, and everything the mouse and the keyboard do to it."""
