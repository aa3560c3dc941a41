"""The presets: one file each, called as on the command line, holding its `PRESET`."""
