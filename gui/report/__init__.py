"""A network as one page of HTML: everything in a single file, in light and dark."""
