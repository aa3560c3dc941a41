"""The desktop application: a window on a project, and the command line beside it."""
