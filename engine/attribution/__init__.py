"""What a value is made of, and which pixels it depends on."""
