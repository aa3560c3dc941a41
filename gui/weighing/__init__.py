"""Where weights come from, seen and changed: sources, fitting, kernels by hand, dense layers converted."""
