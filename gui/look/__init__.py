"""Theme, icons, colour maps."""
