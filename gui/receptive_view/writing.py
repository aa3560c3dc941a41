"""What is seen into files, as jobs: drawing and encoding take longer than a frame."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.errors import FormatError, quoted
from engine.formats import write_bytes
from gui.figures.drawing.drawing import Animation, Drawing
from gui.figures.figure import NUMBERED, write_frames
from gui.figures.writer import Finish, Writer
from gui.figures.writers import WRITERS, endings, writers_of
from gui.look.theme import Palette
from gui.session.jobs import Desk
from gui.value_inspector.compose import View, draw_value
from gui.value_inspector.inspected_value import InspectedValue
from gui.words.number_format import Numbers

MOST_FRAMES: Final = 196
"""A window that has more places jumps from row to row, or further."""
FRAME_MS: Final = 250
LAST_MS: Final = 1500
STILL: Final = ("png", "svg", "pdf", "pptx")
MOVING: Final = ("gif", "webp", "apng")


def kinds_of(names: tuple[str, ...]) -> str:
    """The filter text of a file dialog for these writers."""
    known = [WRITERS[name] for name in names if name in WRITERS]
    return ";;".join(f"{one.title} (*{one.endings[0]})" for one in known)


@dataclass(frozen=True, eq=False)
class WriteDrawing:
    """One drawing; the file's ending chooses the format. Gives the file's name."""

    drawing: Drawing
    path: Path
    scale: float = 2.0

    def work(self, desk: Desk) -> str:
        desk.checkpoint()
        writer = _writer(self.path)
        if writer.write is None:
            raise FormatError(
                f"{writer.title} holds no still picture; {', '.join(f'.{one}' for one in STILL)} do"
            )
        write_bytes(self.path, writer.write(self.drawing, Finish(scale=self.scale)))
        return self.path.name


@dataclass(frozen=True, eq=False)
class WriteSliding:
    """The window sliding over all outputs in the order of reading, one frame a place.

    A moving format is one file; a name with `%03d` gives numbered frames of a still one.
    """

    lens: InspectedValue
    view: View
    palette: Palette
    numbers: Numbers
    path: Path
    scale: float = 1.25

    def work(self, desk: Desk) -> str:
        numbered = NUMBERED.search(self.path.name) is not None
        writer = _writer(self.path)
        if not numbered and writer.animate is None:
            stem, ending = self.path.stem, self.path.suffix
            raise FormatError(
                f"{writer.title} does not move: .gif, .webp and .apng do, and a name such as"
                f" {stem}-%03d{ending} gives a file for each frame"
            )
        frames = self._frames(desk)
        animation = Animation(frames=frames, duration_ms=FRAME_MS, last_ms=LAST_MS)
        finish = Finish(scale=self.scale)
        desk.checkpoint()
        if numbered:
            if writer.write is None:
                raise FormatError(f"{writer.title} holds no still picture for numbered frames")
            return f"{len(write_frames(self.path, animation, writer, finish))} files"
        assert writer.animate is not None
        write_bytes(self.path, writer.animate(animation, finish))
        return self.path.name

    def _frames(self, desk: Desk) -> tuple[Drawing, ...]:
        made = []
        places = sliding_places(*self.lens.size)
        for number, (place, reveal) in enumerate(places):
            desk.checkpoint()
            desk.progress(number, len(places))
            lens = replace(self.lens, at=(self.lens.at[0], *place))
            view = replace(self.view, hover=None, reveal=reveal)
            made.append(draw_value(lens, view, self.palette, self.numbers).drawing)
        return tuple(made)


def sliding_places(height: int, width: int) -> list[tuple[tuple[int, int], int]]:
    """Places in the order of reading, each with how many values are there by then: at most `MOST_FRAMES`."""
    total = height * width
    step = -(-total // MOST_FRAMES)
    steps = [*range(0, total - 1, step), total - 1]
    return [(divmod(fromkey, width), fromkey + 1) for fromkey in dict.fromkeys(steps)]


def _writer(path: Path) -> Writer:
    found = [writer for writer in writers_of(path) if writer.tabulate is None]
    if not found:
        raise FormatError(
            f"{quoted(path.name)} is no figure's name: known endings are {', '.join(endings())}"
        )
    return found[0]
