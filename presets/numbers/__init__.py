"""More numbers that lessons quote, beside `presets.quotes`: of computed maps, of windows and wires."""
