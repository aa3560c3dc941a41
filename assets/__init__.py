"""Fonts, icons, colour maps, sample photographs and fitted weights that travel with the program."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).resolve().parent


def icon_path(name: str) -> Path:
    """The SVG file of an icon: "onebyone" is the program's own, the others are Lucide's.

    `FileNotFoundError` names an icon that is not there.
    """
    path = _FOLDER / "icons" / f"{name}.svg"
    if not path.is_file():
        raise FileNotFoundError(f"no icon is called {name!r}")
    return path


def font_paths() -> tuple[Path, ...]:
    """The font files: Inter (regular, medium, semibold) and DejaVu Sans (regular, bold)."""
    return tuple(sorted(path for path in (_FOLDER / "fonts").iterdir() if path.suffix in {".otf", ".ttf"}))


def colormap_path(name: str) -> Path:
    """The file of a colour map: 256 lines such as `#440154`, the red, green and blue of a step."""
    return _FOLDER / "colormaps" / f"{name}.txt"


def weights_path(name: str) -> Path:
    """The `.npz` file with weights fitted for a preset: arrays called `conv1.weight`, `conv1.bias`, …"""
    return _FOLDER / "weights" / f"{name}.npz"


@cache
def sample_photographs() -> Mapping[str, Path]:
    """The photographs that come with the program: name without ending → file, sorted by name."""
    files = (path for path in (_FOLDER / "images").iterdir() if path.suffix in {".jpg", ".png"})
    return MappingProxyType({path.stem: path for path in sorted(files)})


def credit(name: str) -> str:
    """What a sample photograph shows, its source and licence, in one line; `KeyError` for an unknown name."""
    return _credits()[name]


@cache
def _credits() -> Mapping[str, str]:
    """Name without ending → credit line, read from the table in CREDITS.md (file, what, size, source)."""
    lines = {}
    for row in (_FOLDER / "images" / "CREDITS.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if row.startswith("|") and Path(cells[0]).suffix:
            file, subject, _size, source = cells
            lines[Path(file).stem] = f"{subject[0].upper()}{subject[1:]}. {source}"
    return MappingProxyType(lines)
