"""Networks as cards and wires."""
