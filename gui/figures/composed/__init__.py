"""What stands around the drawing of a style: a part of the network, a group beside it, both its ends."""
