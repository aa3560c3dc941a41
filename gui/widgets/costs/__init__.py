"""Tables and figures of what a network costs."""
