"""Menus and their actions."""
