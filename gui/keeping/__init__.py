"""Nothing is lost: unsaved work is kept beside the settings, and files that others change are noticed."""
