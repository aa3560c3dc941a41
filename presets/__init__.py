"""Well-known networks and their building blocks, written with the engine's own builders; free of Qt.

A preset is one file in `networks`, called as on the command line; it is found by being there, and read
only when it is asked for.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from engine.errors import EngineError, quoted
from presets import blocks as _blocks
from presets import networks as _networks
from presets.block import BLOCK_GROUPS, ENDING, Block, insert_block, own_block, own_blocks
from presets.preset import FIRST_PHOTOGRAPH, GROUPS, Paper, Preset

__all__ = [
    "BLOCK_GROUPS",
    "FIRST_PHOTOGRAPH",
    "GROUPS",
    "Block",
    "Paper",
    "Preset",
    "UnknownPreset",
    "block",
    "block_names",
    "blocks",
    "insert_block",
    "load",
    "own_blocks",
    "preset_names",
    "presets",
]


class UnknownPreset(EngineError):
    """A name that no preset or block has; the message offers close ones."""


@cache
def preset_names() -> tuple[str, ...]:
    """Names of all presets in alphabetical order, read from the folder alone."""
    return tuple(sorted(module.name for module in iter_modules(_networks.__path__)))


def load(name: str) -> Preset:
    """The preset of this name; its network is built when `project` is first read. `UnknownPreset`."""
    preset = import_module(f"presets.networks.{_known(name, preset_names(), 'preset')}").PRESET
    assert isinstance(preset, Preset)
    return preset


def presets() -> Iterator[Preset]:
    """All presets in the order of the menu: by group, rank, year and title, without building any."""
    return iter(sorted(map(load, preset_names()), key=lambda one: (GROUPS.index(one.group), one.order)))


@cache
def block_names() -> tuple[str, ...]:
    """Names of all blocks in the order of the palette."""
    return tuple(one.name for one in blocks())


def block(name: str) -> Block:
    """The block of this name, or one's own in this file (`….onebyone`). `UnknownPreset`, `EngineError`."""
    if name.endswith(ENDING):
        return own_block(Path(name))
    return _all_blocks()[_known(name, block_names(), "block")]


def blocks() -> Iterator[Block]:
    """All blocks in the order of the palette: by group, then title."""
    return iter(sorted(_all_blocks().values(), key=lambda one: (BLOCK_GROUPS.index(one.group), one.title)))


@cache
def _all_blocks() -> dict[str, Block]:
    modules = [import_module(f"presets.blocks.{module.name}") for module in iter_modules(_blocks.__path__)]
    # A module without any holds what networks of a family share.
    return {one.name: one for module in modules for one in getattr(module, "BLOCKS", ())}


def _known(name: str, names: tuple[str, ...], what: str) -> str:
    if name in names:
        return name
    close = get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(names)}."
    raise UnknownPreset(f"no {what} is called {quoted(name)}. {hint}")
