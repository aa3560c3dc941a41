"""The dialog's work, done on the compute thread: previews, small pictures of styles, files, copies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage

from engine.analysis.analyze import Analysis
from engine.errors import FormatError
from engine.model.project import Project
from gui.figure_dialog.choices import FORMATS, Choices, Format
from gui.figures.drawing.drawing import Animation, Drawing
from gui.figures.drawing.stacked import stacked
from gui.figures.figure import (
    Motion,
    Subject,
    make_animation,
    make_figure,
    make_table,
    part_shown,
    problem_of,
    usual_motion,
    write_figure,
)
from gui.figures.fitting import UNITS_PER_MM, Figure
from gui.figures.rendering import painter
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.worked.effective import with_effective
from gui.figures.worked.photograph_crop import photograph_of
from gui.figures.writers import WRITERS
from gui.look.theme import PALETTES
from gui.session.jobs import Desk

MOST_PIXELS: Final = 24_000_000
"""Of a preview, all frames together."""
MOST_COPIED_PIXELS: Final = 60_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Order:
    """A figure to be made: of which project, as chosen."""

    project: Project
    analysis: Analysis
    photograph: str
    """The reference of what the network looks at."""
    choices: Choices
    baseline: tuple[Project, Analysis] | None = None

    def prepared(self, desk: Desk) -> tuple[Subject, Options]:
        """What the figure is of and its options, with all that has to be computed for them."""
        options = replace(self.choices.full_options, baseline=self.baseline)
        subject = Subject(project=self.project, analysis=self.analysis, palette=PALETTES[self.choices.theme])
        style = STYLES[self.choices.style]
        options = style.focused(self.project, self.analysis, options)
        problem = problem_of(style, self.project, self.analysis, options)
        if problem:
            raise FormatError(problem)
        if self.choices.wants_maps and self.project.network.nodes:
            scene = desk.photograph(self.photograph)
            results = desk.maps(self.project.network, scene, seed=self.project.seed)
            maps = {node_id: result.map for node_id, result in results.items()}
            subject = replace(subject, maps=maps)
            options = replace(options, photograph=photograph_of(self.project, scene))
            if "effective" in style.needs:
                options = with_effective(self.project, maps, options)
        desk.checkpoint()
        return subject, options


@dataclass(frozen=True, kw_only=True, eq=False)
class Preview:
    """What will be written: pictures, several of an animation, or the text of a table."""

    images: tuple[QImage, ...] = ()
    durations_ms: tuple[int, ...] = ()
    text: str = ""
    drawing: Drawing | None = None
    """The whole figure, in its final size."""
    shown: Drawing | None = None
    """What a still image is of: all pages of the figure."""
    scale: float = 1.0
    """Pixels a unit of the images."""
    note: str = ""
    """What to know of its type; empty where all is well."""
    smallest_type_pt: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawPreview:
    """Draw the figure so that it fits a box of pixels, or at a scale."""

    order: Order
    box: tuple[float, float]
    """Width and height in pixels of the screen."""
    scale: float | None = None
    """Pixels a unit; None for what fits the box."""

    def work(self, desk: Desk) -> Preview:
        subject, options = self.order.prepared(desk)
        style = STYLES[self.order.choices.style]
        chosen = FORMATS[self.order.choices.format]
        if chosen.writer.tabulate is not None and style.table is not None:
            return Preview(text=chosen.writer.tabulate(make_table(subject, style, options)).decode())
        if not chosen.moves:
            figure = make_figure(subject, style, options)
            desk.checkpoint()
            if chosen.writer.page is not None:
                pages = tuple(map(chosen.writer.page, figure.pages))
                figure = replace(figure, drawing=chosen.writer.page(figure.drawing), pages=pages)
            shown = stacked(figure.pages) if figure.pages else figure.drawing
            scale = self._scale(shown, 1)
            image = painter.picture(shown, scale)
            return replace(_preview(figure, (image,), (), scale), shown=shown)
        motion = self.order.choices.motion or usual_motion(
            style, chosen.writer, numbered=chosen.numbered or chosen.bound
        )
        animation = make_animation(subject, style, options, motion)
        scale = self._scale(animation.frames[-1], len(animation.frames))
        images = []
        for frame in animation.frames:
            desk.checkpoint()
            images.append(painter.picture(frame, scale))
        figure = Figure(drawing=animation.frames[-1], options=options, smallest_type_pt=0.0)
        return _preview(figure, tuple(images), self._durations(animation), scale)

    def _scale(self, drawing: Drawing, frames: int) -> float:
        width, height = max(drawing.width, 1.0), max(drawing.height, 1.0)
        wanted = self.scale or min(self.box[0] / width, self.box[1] / height)
        most = (MOST_PIXELS / frames / (width * height)) ** 0.5
        return float(max(min(wanted, most), 1e-3))

    def _durations(self, animation: Animation) -> tuple[int, ...]:
        usual = self.order.choices.finish.duration_ms or animation.duration_ms
        return (*[usual] * (len(animation.frames) - 1), max(animation.last_ms, usual))


def _preview(figure: Figure, images: Sequence[QImage], durations_ms: Sequence[int], scale: float) -> Preview:
    return Preview(
        images=tuple(images),
        durations_ms=tuple(durations_ms),
        drawing=figure.drawing,
        scale=scale,
        note=figure.note,
        smallest_type_pt=figure.smallest_type_pt,
    )


def facts_of(preview: Preview, choices: Choices) -> str:
    """Size, smallest type and number of frames, in one line."""
    if preview.drawing is None:
        return FORMATS[choices.format].title
    drawing = preview.drawing
    parts = [f"{drawing.width / UNITS_PER_MM:.0f} × {drawing.height / UNITS_PER_MM:.0f} mm"]
    if "scale" in FORMATS[choices.format].writer.uses:
        scale = choices.finish.scale
        parts.append(f"{round(drawing.width * scale)} × {round(drawing.height * scale)} pixels")
    if preview.smallest_type_pt:
        parts.append(f"smallest type {preview.smallest_type_pt:.1f} pt")
    if len(preview.images) > 1:
        parts.append(f"{len(preview.images)} frames")
    return " · ".join(parts)


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawSketch:
    """A small picture of the network in one style, to choose it by."""

    order: Order
    box: tuple[float, float]

    def work(self, desk: Desk) -> QImage:
        choices = self.order.choices
        style = STYLES[choices.style]
        options = replace(
            choices.options, transparent=True, caption="", legend=False, baseline=self.order.baseline,
            fold="fold" in style.uses, only=choices.full_options.only,
        )  # fmt: skip
        subject = Subject(
            project=self.order.project, analysis=self.order.analysis, palette=PALETTES[choices.theme]
        )
        if style.needs - {"baseline"}:
            subject, options = self.order.prepared(desk)
            options = replace(options, transparent=True, width_mm=None)
        subject = part_shown(subject, options)
        drawing = style.draw(subject.project, subject.analysis, subject.maps, subject.palette, options)
        desk.checkpoint()
        width, height = max(drawing.width, 1.0), max(drawing.height, 1.0)
        return painter.picture(drawing, min(self.box[0] / width, self.box[1] / height, 2.0))


@dataclass(frozen=True, kw_only=True, eq=False)
class WriteFile:
    """Write the figure; the answer is a note on its type, or empty."""

    order: Order
    path: Path

    def work(self, desk: Desk) -> str:
        subject, options = self.order.prepared(desk)
        choices = self.order.choices
        chosen = FORMATS[choices.format]
        # A name with another ending was typed on purpose.
        fits = self.path.suffix.lower() in chosen.writer.endings
        return write_figure(
            self.path,
            subject,
            STYLES[choices.style],
            options,
            choices.finish,
            format_name=chosen.writer.name if fits else "",
            motion=self._motion(chosen) if chosen.moves else "",
        )

    def _motion(self, chosen: Format) -> Motion:
        """What was chosen; of formats of pages the usual one is named, for they need not move."""
        style = STYLES[self.order.choices.style]
        usual = usual_motion(style, chosen.writer, numbered=True) if chosen.bound else ""
        return self.order.choices.motion or usual


@dataclass(frozen=True, kw_only=True, eq=False)
class Copied:
    """A figure for the clipboard."""

    image: QImage
    svg: bytes


@dataclass(frozen=True, kw_only=True, eq=False)
class CopyFigure:
    """The figure as a picture and as SVG."""

    order: Order

    def work(self, desk: Desk) -> Copied:
        subject, options = self.order.prepared(desk)
        choices = self.order.choices
        drawing = make_figure(subject, STYLES[choices.style], options).drawing
        desk.checkpoint()
        most = (MOST_COPIED_PIXELS / max(drawing.width * drawing.height, 1.0)) ** 0.5
        svg = WRITERS["svg"].write
        assert svg is not None
        return Copied(
            image=painter.picture(drawing, min(choices.finish.scale, most)),
            svg=svg(drawing, choices.finish),
        )
