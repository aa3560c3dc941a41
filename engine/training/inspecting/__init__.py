"""A run looked into: what becomes of single pictures, how its layers do, one step of one weight."""
