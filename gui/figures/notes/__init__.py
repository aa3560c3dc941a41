"""What the user says on a figure: where it belongs in a drawing, and how it is drawn there."""
