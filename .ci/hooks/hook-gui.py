"""Modules of `gui` are found by being there: no import statement names them all."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

hiddenimports = collect_submodules("gui")
datas = collect_data_files("gui")
