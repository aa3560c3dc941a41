"""Everything that can be done or opened, found by typing: commands, settings, layers, presets, lessons."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QKeySequence

import presets
from engine.edits.typed_layer import typed_layers
from engine.layers import Layer
from gui.canvas.camera import Camera
from gui.canvas.editors.quick_add import caption_of, palette_entries
from gui.canvas.editors.search_box import Line, SearchBox, plain
from gui.widgets.actions import plain as text_of
from gui.window.preferences.preferences import Preference

if TYPE_CHECKING:  # a start need not wait for lessons
    from presets.lesson import Lesson


class CommandPalette(SearchBox):
    """Stands at the top of the canvas. Enter does what the current line says."""

    def __init__(
        self,
        canvas: Camera,
        *,
        actions: Mapping[str, QAction],
        preferences: Sequence[Preference],
        add_layer: Callable[[Layer], object],
        open_preset: Callable[[str], object],
        begin_lesson: "Callable[[Lesson], object]",
    ) -> None:
        super().__init__(canvas, "Search commands, settings, layers, presets, lessons")
        self._actions = actions
        self._preferences = preferences
        self._add_layer = add_layer
        self._open_preset = open_preset
        self._begin_lesson = begin_lesson
        self._lines: list[tuple[str, Line]] = []

    def ask(self) -> None:
        """Open over the canvas."""
        self._lines = list(self._all_lines())
        place = QPoint((self._canvas.width() - self.width()) // 2, 8)
        self.pop_up(self._canvas.mapToGlobal(place))

    def found(self, words: Sequence[str]) -> Iterator[Line]:
        """Lines that hold all the words, those that begin with them first."""
        for layer in typed_layers(" ".join(words)):
            yield f"Add {caption_of(layer)}", layer.role, partial(self._add_layer, layer)
        whole = " ".join(words)
        held = [(text, line) for text, line in self._lines if all(word in text for word in words)]
        yield from (line for text, line in held if text.startswith(whole))
        yield from (line for text, line in held if not text.startswith(whole))

    def take(self, value: Any) -> None:
        """Do it."""
        value()

    def _all_lines(self) -> Iterator[tuple[str, Line]]:
        for action in self._actions.values():
            if action.isEnabled():
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                words = text_of(action.text())
                caption = f"{words}   {keys}" if keys else words
                yield plain(f"{words} {action.property('about')}"), (caption, "", action.trigger)
        for preference in self._preferences:
            for key, text in preference.choices.items():
                caption = f"{preference.label}: {text}"
                call = partial(preference.choose, key)
                yield plain(f"{caption} setting {preference.help}"), (caption, "", call)
        for entry in palette_entries(has_input=False):
            words = " ".join((entry.label, *entry.words))
            add = partial(self._add_layer, entry.layer)
            yield plain(words), (f"Add {entry.label}", entry.layer.role, add)
        for preset in presets.presets():
            words = f"{preset.title} {preset.name} {preset.group} {preset.paper.text}"
            open_preset = partial(self._open_preset, preset.name)
            yield plain(words), (f"Open {preset.title}", "input", open_preset)
        from presets.lessons import lessons  # reading them takes a moment that the start does not have

        for lesson in lessons():
            begin = partial(self._begin_lesson, lesson)
            yield plain(f"{lesson.title} lesson {lesson.summary}"), (f"Lesson: {lesson.title}", "", begin)
