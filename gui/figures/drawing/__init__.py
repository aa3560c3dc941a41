"""The drawing that every style makes and every writer replays."""
