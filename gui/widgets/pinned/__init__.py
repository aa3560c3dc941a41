"""Layers that stay in view beside the selected one."""
