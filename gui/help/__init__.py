"""Help that opens beside the work: on the selected layer, on keys and the mouse, and where to begin."""
