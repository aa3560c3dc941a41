"""Which inputs a value depends on, and how much: gradients and effective fields."""
