"""What is chosen in the dialog, as a value that can be remembered. Free of Qt."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, get_args

from gui.figures.drawing.drawing import Font
from gui.figures.figure import Motion, can_write
from gui.figures.fitting import TARGETS
from gui.figures.style import COLOURS, DIRECTIONS, LABELS, NOTATIONS, SCALINGS, Options, Style
from gui.figures.styles import STYLES
from gui.figures.writer import Finish, Writer
from gui.figures.writers import WRITERS
from gui.look.colormaps import NAMES
from gui.look.theme import PALETTES

NATURAL: Final = ""
CUSTOM: Final = "custom"
"""Names of targets beside those of `TARGETS`: the drawing's own size, and a width in millimetres."""

_REMEMBERED: Final = (
    "transparent", "channels_last", "colour_map", "direction", "scaling", "max_maps", "fold", "legend",
    "values", "greys", "notation", "colours", "font", "ends",
)  # fmt: skip
"""Options that say something about taste, not about one network."""


@dataclass(frozen=True)
class Format:
    """A way to write: a writer, or a numbered file, or a page, for each frame of an animation."""

    writer: Writer
    numbered: bool = False
    bound: bool = False
    """One file with a slide or a page for each frame."""

    @property
    def key(self) -> str:
        """As it is remembered."""
        return self.writer.name + (" frames" if self.numbered else " steps" if self.bound else "")

    @property
    def title(self) -> str:
        """As in a menu."""
        return self.writer.title + (
            ", a file for each frame" if self.numbered else ", a page for each step" if self.bound else ""
        )

    @property
    def moves(self) -> bool:
        """Whether it shows an animation."""
        return self.writer.animate is not None or self.numbered or self.bound

    @property
    def kinds(self) -> str:
        """The filter text of a file dialog."""
        return f"{self.writer.title} (*{self.writer.endings[0]})"

    def file_name(self, title: str) -> str:
        """What a file for this figure is called."""
        return f"{title}{'-%03d' if self.numbered else ''}{self.writer.endings[0]}"


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        one.key: one
        for one in [
            *(Format(WRITERS[name]) for name in ("pdf", "svg", "png", "pptx", "tikz")),
            *(Format(WRITERS[name]) for name in ("gif", "webp", "apng")),
            *(Format(WRITERS[name], bound=True) for name in ("pptx", "pdf")),
            *(Format(WRITERS[name], numbered=True) for name in ("svg", "png")),
            *(Format(writer) for writer in WRITERS.values() if writer.tabulate is not None),
        ]
    }
)
"""Formats by key, in the order of the menu."""


def formats_for(style: Style) -> list[Format]:
    """The formats this style can be written in."""
    return [file_format for file_format in FORMATS.values() if can_write(style, file_format.writer)]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """All of the dialog. `options` holds what the style is told but its size, which `target` says."""

    style: str = "flow"
    format: str = "pdf"
    theme: str = "light"
    target: str = NATURAL
    width_mm: float = 120.0
    """For a target of one's own."""
    height_mm: float = 0.0
    """The most height of such a target; 0 for as much as it takes."""
    min_type_pt: float = 6.0
    selection: bool = False
    """Whether the figure is of the layers alone that are selected in the window."""
    maps: bool = True
    """Whether real maps are shown where the style can."""
    motion: Motion = ""
    """Empty for the style's own."""
    finish: Finish = field(default_factory=Finish)
    options: Options = field(default_factory=Options)

    @property
    def full_options(self) -> Options:
        """The style's options with size and faces."""
        style = STYLES[self.style]
        made = replace(self.options, faces=self.maps and "faces" in style.uses)
        if not style.is_of_network:
            made = replace(made, only=(), opened="")
        # What somebody chose is not changed to fit a size, as on the command line.
        usual = Options()
        chosen = (name for name in style.uses if getattr(made, name) != getattr(usual, name))
        made = replace(made, explicit=frozenset(chosen))
        if self.target == NATURAL:
            return made
        if self.target == CUSTOM:
            height = self.height_mm or None
            return replace(made, width_mm=self.width_mm, height_mm=height, min_type_pt=self.min_type_pt)
        target = TARGETS[self.target]
        return replace(
            made, width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt
        )

    @property
    def wants_maps(self) -> bool:
        """Whether the network has to be run for it."""
        style = STYLES[self.style]
        shown = (self.maps and shows_maps(style)) or (self.options.ends and style.ends)
        return bool(style.needs - {"baseline"}) or shown

    def to_json(self) -> str:
        """What is remembered, as text."""
        record = {name: getattr(self, name) for name in _FITS}
        options = {name: getattr(self.options, name) for name in _REMEMBERED}
        options["labels"] = sorted(self.options.labels)
        return json.dumps({**record, "finish": vars_of(self.finish), "options": options})

    @classmethod
    def from_json(cls, text: str) -> "Choices":
        """What was remembered; what makes no sense any more is as it was at first."""
        try:
            record = json.loads(text)
            finish, options = record["finish"], record["options"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return cls()
        if not isinstance(finish, dict) or not isinstance(options, dict):
            return cls()
        made = cls()
        for name, fits in _FITS.items():
            if fits(record.get(name)):
                made = replace(made, **{name: record[name]})
        for name, fits in _OPTION_FITS.items():
            if fits(options.get(name)):
                value = frozenset(options[name]) if name == "labels" else options[name]
                changed: dict[str, Any] = {name: value}
                made = replace(made, options=replace(made.options, **changed))
        scale = finish.get("scale")
        if isinstance(scale, int | float) and 0 < scale <= 100:
            made = replace(made, finish=Finish(scale=float(scale), outlines=finish.get("outlines") is True))
        return made


def shows_maps(style: Style) -> bool:
    """Whether real maps change the style's drawing."""
    return bool({"faces", "colour_map"} & style.uses)


def vars_of(finish: Finish) -> dict[str, Any]:
    """A finish as a record."""
    return {"scale": finish.scale, "outlines": finish.outlines}


def _is_number(low: float, high: float) -> Any:
    return lambda value: isinstance(value, int | float) and low <= value <= high


def _is_one_of(names: Collection[str]) -> Any:
    return lambda value: isinstance(value, str) and value in names


_FITS: Final[Mapping[str, Any]] = {
    "style": _is_one_of(STYLES),
    "format": _is_one_of(FORMATS),
    "theme": _is_one_of(PALETTES),
    "target": _is_one_of((NATURAL, CUSTOM, *TARGETS)),
    "width_mm": _is_number(10, 5000),
    "height_mm": _is_number(0, 5000),
    "min_type_pt": _is_number(0, 100),
    "maps": lambda value: isinstance(value, bool),
}
_OPTION_FITS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        ("transparent", "channels_last", "fold", "legend", "values", "greys", "ends"),
        lambda v: isinstance(v, bool),
    ),
    "colour_map": _is_one_of(NAMES),
    "notation": _is_one_of(("", *NOTATIONS)),
    "colours": _is_one_of(("", *COLOURS)),
    "font": _is_one_of(get_args(Font)),
    "direction": _is_one_of(("", *DIRECTIONS)),
    "scaling": _is_one_of(SCALINGS),
    "max_maps": lambda value: isinstance(value, int) and 1 <= value <= 512,
    "labels": lambda value: isinstance(value, list) and set(map(str, value)) <= set(LABELS),
}
