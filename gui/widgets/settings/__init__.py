"""Fields in which settings are edited."""
