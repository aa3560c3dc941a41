"""Where cards stand, and which of them are visible."""
