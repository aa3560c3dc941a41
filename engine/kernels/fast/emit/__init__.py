"""What compiled code is written with: vectors, words in memory, and kernels that are declared once."""
