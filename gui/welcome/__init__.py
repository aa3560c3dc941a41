"""The start page: recent files, presets as pictures, lessons, and a photograph of one's own."""
