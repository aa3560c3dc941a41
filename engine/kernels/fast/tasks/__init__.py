"""What does one task of each operation, found by being here: loops over tiles and rows."""
