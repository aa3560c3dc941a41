"""Photographs and patterns by their references, read beside whoever asks: a file may never answer."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from threading import Lock
from time import monotonic
from typing import Final

from engine.errors import PhotographError
from engine.image.cropped import is_cropped, part_of
from engine.image.image_source import image_title, open_image, take_part
from engine.image.photograph import Scene
from gui.session.background import in_background

PATIENCE_S: Final = 20.0
"""A file that has not been read by then, on a share that is gone, say, is done without."""

KEPT: Final = 4


@dataclass(frozen=True, eq=False)
class Reading:
    """A scene that is read, or being read; `until` then (on the monotonic clock) it is worth waiting for."""

    scene: Future[Scene]
    until: float


class Photographs:
    """Reads each scene on a thread of its own, which nobody has to wait for, and keeps the last few.

    Any thread may call it. Free of Qt.
    """

    def __init__(self, read: Callable[[str], Scene] = open_image) -> None:
        self._read = read
        self._lock = Lock()
        self._readings: OrderedDict[str, Reading] = OrderedDict()

    def find(self, reference: str) -> Reading:
        """Read it, unless that was done or begun; what could not be read is tried anew."""
        with self._lock:
            reading = self._readings.get(reference)
            if reading is None or (reading.scene.done() and reading.scene.exception() is not None):
                reading = self._readings[reference] = self._begin(reference)
            self._readings.move_to_end(reference)
            done = [name for name, known in self._readings.items() if known.scene.done()]
            for name in done[:-KEPT]:
                del self._readings[name]
            return reading

    def _scene(self, reference: str) -> Scene:
        """Of a part, from the whole that is kept: while it is moved, nothing is read anew."""
        if not is_cropped(reference):
            return self._read(reference)
        part, whole = part_of(reference)
        return take_part(self.find(whole).scene.result(PATIENCE_S), part)

    def _begin(self, reference: str) -> Reading:
        scene = in_background(partial(self._scene, reference), f"reading {reference}")
        return Reading(scene, monotonic() + PATIENCE_S)


def no_answer(reference: str) -> PhotographError:
    """What is said of a file that is not read within `PATIENCE_S`."""
    return PhotographError(f"{image_title(reference)} could not be read within {PATIENCE_S:g} seconds")
