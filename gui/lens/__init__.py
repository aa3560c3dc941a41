"""The arithmetic lens: one output value of a layer, drawn with every number that makes it."""
