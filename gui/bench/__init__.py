"""The benchmark laboratory: contenders, exact references, the machine's peak."""
