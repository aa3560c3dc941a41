"""What networks learned, as a chart: scores on held-out pictures against parameters, with their spread."""

from collections.abc import Sequence
from math import ceil, floor, log10
from pathlib import Path
from typing import Final

from engine.errors import FormatError, quoted
from engine.formats.files import write_bytes
from engine.training.comparing.comparison import Learned
from gui.figures.drawing.drawing import Drawing, Ellipse, Item, Text
from gui.figures.drawing.item_bounds import cropped
from gui.figures.drawing.shapes import straight
from gui.figures.writer import Finish
from gui.figures.writers import writers_of
from gui.look.theme import LIGHT, Palette

AMOUNTS: Final = {"parameters": "trainable parameters", "macs": "multiply–adds of a picture"}
WIDTH: Final = 460.0
HEIGHT: Final = 280.0
DOT: Final = 8.0
CAP: Final = 5.0
SIZE: Final = 12.0
MARGIN: Final = 16.0


def write_learned_chart(path: Path, learned: Sequence[Learned], amount: str = "parameters") -> None:
    """The chart as the file's ending says; `FormatError` for an ending of no picture."""
    able = [writer for writer in writers_of(path) if writer.write is not None]
    if not able or able[0].write is None:
        raise FormatError(f"{quoted(path.name)} is no picture's name: .svg, .pdf and .png are, among others")
    write_bytes(path, able[0].write(learned_chart(learned, LIGHT, amount), Finish()))


def learned_chart(learned: Sequence[Learned], palette: Palette, amount: str = "parameters") -> Drawing:
    """Parameters or MACs to the right, in powers of ten; a dot is the mean over the seeds, with its bar."""
    classes = learned[0].runs[0].held_out.accuracy is not None
    factor, unit = (100.0, " %") if classes else (1.0, " dB")
    across = _Axis([log10(max(1, getattr(one, amount))) for one in learned], 0.25)
    bottoms, tops = ([factor * one.bar[end] for one in learned] for end in (0, 1))
    up = _Axis([*tops, *bottoms], 0.15)
    items: list[Item] = [
        straight((0, HEIGHT), (WIDTH, HEIGHT), palette.secondary),
        straight((0, 0), (0, HEIGHT), palette.secondary),
    ]
    for power in range(ceil(across.low), floor(across.high) + 1):
        x = WIDTH * across.share(power)
        items.append(straight((x, HEIGHT), (x, HEIGHT + CAP), palette.secondary))
        items.append(_text(x, HEIGHT + 20, f"{10**power:,}", palette, "middle"))
    for value in up.ticks():
        y = HEIGHT * (1 - up.share(value))
        items.append(straight((-CAP, y), (0, y), palette.secondary))
        items.append(_text(-9, y + 4, f"{value:.{up.places}f}{unit}", palette, "end"))
    for one, top, bottom in zip(learned, tops, bottoms, strict=True):
        x = WIDTH * across.share(log10(max(1, getattr(one, amount))))
        high, low, y = (HEIGHT * (1 - up.share(value)) for value in (top, bottom, factor * one.mean))
        if one.bar_text:
            items += [straight((x, high), (x, low), palette.accent)]
            items += [straight((x - CAP, end), (x + CAP, end), palette.accent) for end in (high, low)]
        items.append(
            Ellipse(x=x - DOT / 2, y=y - DOT / 2, width=DOT, height=DOT, fill=palette.accent, part=one.name)
        )
        near_end = x > 0.7 * WIDTH
        items.append(
            _text(x + (-9 if near_end else 9), y - 6, one.name, palette, "end" if near_end else "start")
        )
    bar = f", bars: {learned[0].bar_text}" if learned[0].bar_text else ""
    items.append(_text(WIDTH / 2, HEIGHT + 42, AMOUNTS[amount], palette, "middle"))
    items.append(_text(0, -14, f"held out{bar}", palette, "start"))
    return cropped(items, MARGIN, background="#FFFFFF", title="What the networks learned")


class _Axis:
    """A range of values with some room at both ends."""

    def __init__(self, values: Sequence[float], room: float) -> None:
        spread = max(values) - min(values) or 1.0
        self.low, self.high = min(values) - room * spread, max(values) + room * spread

    def share(self, value: float) -> float:
        """0 at the lower end, 1 at the upper one."""
        return (value - self.low) / (self.high - self.low)

    @property
    def _step(self) -> float:
        rough = (self.high - self.low) / 5
        power = 10 ** floor(log10(rough))
        return float(next(n * power for n in (1, 2, 5, 10) if n * power >= rough))

    @property
    def places(self) -> int:
        """Decimals that tell two ticks apart."""
        return max(0, -floor(log10(self._step)))

    def ticks(self) -> list[float]:
        """Round numbers, some five of them."""
        first = ceil(self.low / self._step)
        last = floor(self.high / self._step)
        return [number * self._step for number in range(first, last + 1)]


def _text(x: float, y: float, text: str, palette: Palette, anchor: str) -> Text:
    return Text(x=x, y=y, text=text, size=SIZE, colour=palette.text, anchor=anchor)  # type: ignore[arg-type]  # one of three
