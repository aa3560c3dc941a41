"""Networks as chains of boxes."""
