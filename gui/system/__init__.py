"""What the program says of itself to people and to the desktop: versions, folders, licences, the log."""
