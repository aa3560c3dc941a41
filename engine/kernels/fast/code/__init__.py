"""Machine code: compiled once, kept, and loaded without what compiled it."""
