"""What a value sees, drawn on the photograph and the maps."""
