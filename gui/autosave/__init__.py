"""No work is lost: autosave, recovery, files changed by others."""
