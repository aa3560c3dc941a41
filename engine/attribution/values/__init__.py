"""What a value is made of."""
