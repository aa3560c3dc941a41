"""What travels with the program: fonts, icons, colours, pictures, digits, class names, weights, schemas."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).resolve().parent


def has_icon(name: str) -> bool:
    """Whether there is an icon of this name."""
    return (_FOLDER / "icons" / f"{name}.svg").is_file()


def icon_path(name: str) -> Path:
    """The SVG file of an icon: "onebyone" and those in `kinds` are the program's own, the others Lucide's.

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


def schema_path(name: str) -> Path:
    """The JSON Schema of a kind of file: "project", "summary"."""
    return _FOLDER / "schemas" / f"{name}.schema.json"


def desktop_file(name: str) -> Path:
    """A file for desktops: the entry, the type of project files, icons, the description in stores."""
    return _FOLDER / "desktop" / name


def notice() -> str:
    """What has to be said about the libraries that are used: Markdown."""
    return (_FOLDER / "licences" / "NOTICE.md").read_text(encoding="utf-8")


@cache
def trained_networks() -> Mapping[str, Path]:
    """The `.safetensors` files with weights learned from data, by the network's name."""
    files = sorted((_FOLDER / "weights").glob("*.safetensors"))
    return MappingProxyType({path.stem: path for path in files})


@cache
def trained_record(name: str) -> Mapping[str, str]:
    """What is said about trained weights: `data` they learned from, `by` whom, their list of `classes`."""
    record = tomllib.loads((_FOLDER / "weights" / f"{name}.toml").read_text(encoding="utf-8"))
    return MappingProxyType({key: str(value) for key, value in record.items()})


@cache
def class_lists() -> Mapping[str, tuple[str, ...]]:
    """Names of classes in the order of a network's outputs, by the list's name: `imagenet`, `digits`."""
    files = (path for path in sorted((_FOLDER / "data").glob("*.txt")))
    return MappingProxyType(
        {path.stem: tuple(path.read_text(encoding="utf-8").splitlines()) for path in files}
    )


@cache
def sample_digits() -> Mapping[str, Path]:
    """Handwritten digits that no training here has seen: `3a`, … → file; a name begins with its digit."""
    return MappingProxyType({path.stem: path for path in sorted((_FOLDER / "data" / "digits").glob("*.png"))})


def digits_path() -> Path:
    """10,000 handwritten digits as `.npz`: `images` (10000, 28, 28) uint8, white on black, `labels` (10000,).

    The last 1,000 are those that no training here may see.
    """
    return _FOLDER / "data" / "digits10k.npz"


def statements_path() -> Path:
    """What is commonly said of 1×1 convolutions, what is true, and where a lesson shows it."""
    return _FOLDER / "data" / "statements.toml"


def sample_lessons() -> Mapping[str, Path]:
    """The lessons written as text that come with the program, by file name."""
    return {path.name: path for path in sorted((_FOLDER / "lessons").glob("*.lesson.md"))}


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
