"""A network's way forward and back for a whole batch, whose pictures lie side by side, innermost."""
