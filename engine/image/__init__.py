"""Photographs, test patterns and stand-ins for maps: where an Input's values come from."""
