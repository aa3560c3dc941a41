"""Why a network says what it says, in the window: the heat, its scale, its sums, its checks."""
