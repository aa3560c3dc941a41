"""Lessons in the window: the tutor knows where one stands, pages show it, the presenter fills the screen."""
