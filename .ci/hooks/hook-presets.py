"""Modules of `presets` are found by being there: no import statement names them all."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

hiddenimports = collect_submodules("presets")
datas = collect_data_files("presets")
