"""The fields of what the chosen style, format and size can be told, and of nothing else."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis.analyze import Analysis
from engine.errors import FormatError
from engine.model.project import Project
from gui.figure_dialog.choices import CUSTOM, FORMATS, NATURAL, Choices, formats_for, shows_maps
from gui.figure_dialog.form import Form
from gui.figures.figure import MOTIONS
from gui.figures.fitting import TARGETS
from gui.figures.style import LABELS, Options, Style
from gui.figures.styles import STYLES
from gui.figures.tints import colour_of_kind
from gui.figures.writer import DPI_PER_SCALE
from gui.look.colormaps import NAMES

_SWITCHES: Final = {
    "fold": ("Fold repeats", "Repeated blocks once, with ×N beside them"),
    "legend": ("Legend", "What the colours mean"),
    "values": ("Numbers in cells", ""),
    "selection": ("Selection only", "The layers that are selected in the window, and no others"),
    "ends": ("Photograph and classes", "Before the first layer, and with their scores after the last"),
    "channels_last": ("Shapes as H×W×C", ""),
    "transparent": ("No background", ""),
}
_LABELS: Final = {"names": "Names", "shapes": "Shapes", "parameters": "Parameters", "macs": "MACs"}
_DIRECTIONS: Final = {"": "the style’s own", "right": "left to right", "down": "top to bottom"}
_COLOURS: Final = {"": "the paper’s", "okabe-ito": "Okabe–Ito", "greys": "greys"}
_FONTS: Final = {"inter": "Inter", "arial": "Arial, Helvetica", "serif": "serif, Computer Modern"}
_NOTATIONS: Final = {"": "the style’s own", "CxHxW": "C×H×W", "HxWxC": "H×W×C", "C@HxW": "C@H×W"}
_SCALINGS: Final = {"linear": "linear", "sqrt": "square root", "log": "logarithmic"}


class OptionForm(QWidget):
    """Shows `Choices` and reports changed ones. Built anew when the style, the format or the size changes."""

    choices_changed = Signal(object)
    baseline_chosen = Signal(str)
    """The preset to compare with."""

    def __init__(self, baselines: Callable[[], Mapping[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._form = Form()
        self._column.addWidget(self._form)
        self._column.addStretch(1)
        self._baselines = baselines
        """Presets to compare with, name → title; asked for only when a style compares."""
        self.choices = Choices()
        self._shown: object = None

    def show_choices(self, choices: Choices, project: Project, analysis: Analysis, baseline: str) -> None:
        """Show these; the fields stay where they are while only their values change."""
        self.choices = choices
        key = (choices.style, choices.format, choices.target, project.network, project.groups, baseline)
        if self._shown == key:
            return
        self._shown = key
        old, self._form = self._form, Form()
        self._column.replaceWidget(old, self._form)
        old.hide()
        old.deleteLater()
        style = STYLES[choices.style]
        self._add_content(style, project, analysis, baseline)
        self._add_look(style)
        self._add_file(style)

    def _add_content(self, style: Style, project: Project, analysis: Analysis, baseline: str) -> None:
        form, options = self._form, self.choices.options
        form.heading("Figure")
        if "layer" in style.uses:
            layers = {"": "the style’s choice"} | {
                node_id: node.label
                for node_id, node in project.network.nodes.items()
                if analysis.layers[node_id].output_shape is not None
            }
            form.choice("Layer", layers, options.layer, self._set_layer)
        if "at" in style.uses:
            self._add_position(analysis)
        if "baseline" in style.uses:
            form.choice("Compare with", self._baselines(), baseline, self.baseline_chosen.emit)
        if "direction" in style.uses:
            form.choice("Direction", _DIRECTIONS, options.direction, self._setter("direction"))
        if "scaling" in style.uses:
            form.choice("Scaling", _SCALINGS, options.scaling, self._setter("scaling"))
        if "max_maps" in style.uses:
            form.number("Most maps", options.max_maps, 1, 512, self._setter("max_maps"))
        if shows_maps(style) and not style.needs - {"baseline"}:
            form.switch(
                "Real maps", self.choices.maps, lambda on: self._change(maps=on), "What the photograph gives"
            )
        for name in ("fold", "legend", "values"):
            if name in style.uses:
                text, hint = _SWITCHES[name]
                form.switch(text, getattr(options, name), self._setter(name), hint)
        if style.is_of_network:
            self._add_part(project)
        if style.ends:
            text, hint = _SWITCHES["ends"]
            form.switch(text, options.ends, self._setter("ends"), hint)
        if "labels" in style.uses:
            form.heading("Labels")
            for label in LABELS:
                form.switch(_LABELS[label], label in options.labels, self._label_setter(label))

    def _add_part(self, project: Project) -> None:
        """What of the network is shown."""
        text, hint = _SWITCHES["selection"]
        self._form.switch(text, self.choices.selection, lambda on: self._change(selection=on), hint)
        if project.groups:
            groups = {"": "none"} | {one: group.label for one, group in project.groups.items()}
            self._form.choice("Open a group", groups, self.choices.options.opened, self._setter("opened"))

    def _add_position(self, analysis: Analysis) -> None:
        options = self.choices.options
        report = analysis.layers.get(options.layer)
        shape = None if report is None else report.output_shape
        if shape is None or len(shape) != 3:
            return
        at = options.at or (0, shape[1] // 2, shape[2] // 2)
        for axis, name in enumerate(("Channel", "Row", "Column")):
            self._form.number(name, at[axis], 0, shape[axis] - 1, self._position_setter(axis, at))

    def _add_look(self, style: Style) -> None:
        form, options = self._form, self.choices.options
        form.heading("Look")
        form.choice(
            "Colours",
            {"light": "light", "dark": "dark"},
            self.choices.theme,
            lambda key: self._change(theme=key),
        )
        if "colours" in style.uses:
            form.choice("Kinds", _COLOURS, options.colours, self._setter("colours"))
            own = ", ".join(f"{kind}={colour}" for kind, colour in options.colour)
            form.line("Own colours", own, self._set_colours)
        form.choice("Typeface", _FONTS, options.font, self._setter("font"))
        if "notation" in style.uses:
            form.choice("Shapes", _NOTATIONS, options.notation, self._setter("notation"))
        if "colour_map" in style.uses:
            names = {name: name for name in NAMES}
            form.choice("Maps", names, options.colour_map, self._setter("colour_map"))
        for name in ("channels_last", "transparent"):
            if name in style.uses:
                text, hint = _SWITCHES[name]
                form.switch(text, getattr(options, name), self._setter(name), hint)
        form.switch("In greys", options.greys, self._setter("greys"), "For print without colours")
        form.line("Caption", options.caption, self._setter("caption"))

    def _add_file(self, style: Style) -> None:
        form, choices = self._form, self.choices
        form.heading("File")
        formats = {file_format.key: file_format.title for file_format in formats_for(style)}
        form.choice("Format", formats, choices.format, lambda key: self._change(format=key))
        chosen = FORMATS[choices.format]
        if chosen.writer.tabulate is not None:
            return
        sizes = (
            {NATURAL: "natural"}
            | {name: target.title for name, target in TARGETS.items()}
            | {CUSTOM: "my own"}
        )
        form.choice("Size", sizes, choices.target, lambda key: self._change(target=key))
        if choices.target == CUSTOM:
            form.number(
                "Width in mm",
                choices.width_mm,
                10,
                5000,
                lambda v: self._change(width_mm=float(v)),
                whole=False,
            )
            form.number(
                "Height in mm at most", choices.height_mm, 0, 5000,
                lambda v: self._change(height_mm=float(v)), hint="0 for as much as it takes", whole=False,
            )  # fmt: skip
            form.number(
                "Smallest type in pt", choices.min_type_pt, 0, 100,
                lambda v: self._change(min_type_pt=float(v)), whole=False,
            )  # fmt: skip
        finish = choices.finish
        if "scale" in chosen.writer.uses:
            form.number(
                "Pixels per inch", finish.scale * DPI_PER_SCALE, 10, 2400,
                lambda v: self._finish(scale=float(v) / DPI_PER_SCALE), whole=False,
            )  # fmt: skip
        if "outlines" in chosen.writer.uses:
            form.switch(
                "Letters as shapes", finish.outlines, lambda on: self._finish(outlines=on),
                "The same look where the typeface is missing; not to be searched or edited",
            )  # fmt: skip
        if chosen.moves:
            motions = {"": "the style’s own"} | {
                name: text
                for name, text in MOTIONS.items()
                if name and (name != "sliding" or "at" in style.uses)
            }
            form.choice("Shows", motions, choices.motion, lambda key: self._change(motion=key))
            form.number(
                "Milliseconds", finish.duration_ms or 500, 20, 60_000,
                lambda v: self._finish(duration_ms=int(v)), hint="How long each frame is shown",
            )  # fmt: skip

    def _change(self, **changed: Any) -> None:
        self.choices = replace(self.choices, **changed)
        self.choices_changed.emit(self.choices)

    def _finish(self, **changed: Any) -> None:
        self._change(finish=replace(self.choices.finish, **changed))

    def _options(self, options: Options) -> None:
        self._change(options=options)

    def _setter(self, name: str) -> Any:
        return lambda value: self._options(replace(self.choices.options, **{name: value}))

    def _set_colours(self, text: str) -> None:
        """`convolution=#0072B2, pooling=#C0392B`; what makes no sense yet is left out while it is typed."""
        found = []
        for part in text.split(","):
            with suppress(FormatError):
                found.append(colour_of_kind(part))
        self._options(replace(self.choices.options, colour=tuple(dict(found).items())))

    def _set_layer(self, node_id: str) -> None:
        self._shown = None  # other layers have other positions
        self._options(replace(self.choices.options, layer=node_id, at=None))

    def _position_setter(self, axis: int, first: tuple[int, int, int]) -> Any:
        def change(value: float) -> None:
            at = list(self.choices.options.at or first)
            at[axis] = int(value)
            self._options(replace(self.choices.options, at=(at[0], at[1], at[2])))

        return change

    def _label_setter(self, label: str) -> Any:
        def change(on: bool) -> None:
            labels = self.choices.options.labels
            self._options(replace(self.choices.options, labels=labels | {label} if on else labels - {label}))

        return change
