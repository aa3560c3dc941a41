"""Why a network says what it says: one scalar of it, taken back to the picture or to a layer's maps."""
