"""Fonts, icons, pictures, weights: all files."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files("assets")
