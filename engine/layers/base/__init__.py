"""What all kinds of layers stand on: settings, costs, windows, names, how they are lowered."""
