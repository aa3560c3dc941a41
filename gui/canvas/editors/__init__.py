"""Fields that open on the canvas."""
