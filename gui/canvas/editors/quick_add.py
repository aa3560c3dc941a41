"""A search box at the mouse: type a few letters of a layer or block, Enter puts it there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QPoint
from PySide6.QtGui import QHideEvent

from engine.edits.typed_layer import typed_layers
from engine.layers import GROUPS, Layer, PaletteEntry, layer_kinds
from gui.canvas.camera import Camera
from gui.canvas.editors.search_box import Line, SearchBox, plain
from gui.canvas.geometry.placing import Part, name, role
from gui.canvas.gestures.gesture import Pointer, Tools
from gui.canvas.items.edge_item import WirePreviewItem
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH
from gui.session.settings import blocks_folder
from presets import blocks, own_blocks

NOTHING: Final = "nothing"
"""Stands for a role where the canvas is empty."""


@dataclass(frozen=True)
class _Offer:
    """A layer or block, with what the palette says of it."""

    caption: str
    part: Part
    entry: PaletteEntry | None = None

    def match(self, words: Sequence[str]) -> int | None:
        """0: the caption begins with what is searched, or it is called just so; 1: it holds the words;
        2: its other names do; or None."""
        label = plain(self.caption)
        if self.entry is not None and " ".join(words) in map(plain, self.entry.words):
            return 0
        if all(word in label for word in words):
            return int(bool(words) and not label.startswith(words[0]))
        return 2 if self.entry is not None and is_called(self.entry, words) else None

    def likelihood(self, behind: str) -> tuple[bool, int]:
        """Its place among what mostly stands behind this role, then among what is used most; what a network
        begins with comes first where there is none yet."""
        if behind == NOTHING:
            return self.entry is None or not self.entry.layer.is_input, 0
        if self.entry is None or not self.entry.often:
            return True, len(layer_kinds())
        return behind not in self.entry.follows, self.entry.often


class QuickAdd(SearchBox):
    """Layers and blocks by their captions, those beginning with the words first, then by other names."""

    def __init__(self, canvas: Camera, tools: Tools) -> None:
        super().__init__(canvas, "Search layers and blocks")
        self._tools = tools
        self._use: Callable[[Part], object] = _nothing
        self._offers: list[_Offer] = []
        self._behind = ""
        self._has_input = False
        self._wire: WirePreviewItem | None = None

    def ask_at(self, pointer: Pointer) -> None:
        """Ask for a layer or block to put at the mouse, unconnected."""
        corner = (pointer.scene.x() - CARD_WIDTH / 2, pointer.scene.y() - CARD_HEIGHT / 2)
        is_empty = not self._tools.document.project.network.nodes
        add = partial(self._tools.commands.add, at=corner)
        self._ask(pointer, add, has_input=False, behind=NOTHING if is_empty else "")

    def ask_for_end(self, card: str, port: str, pointer: Pointer) -> None:
        """A wire was dropped on nothing: which layer should stand there?"""
        x, y = pointer.scene.x(), pointer.scene.y() - CARD_HEIGHT / 2
        at = (x, y) if port == "out" else (x - CARD_WIDTH, y)
        node = self._tools.document.project.network.nodes.get(self._tools.scene.cards.face(card))
        self._show_wire(card, port, pointer)
        self._ask(
            pointer,
            lambda part: self._tools.commands.add_wired(part, at, card, port),
            has_input=port == "out",
            behind=node.layer.role if node is not None and port == "out" else "",
        )

    def ask_to_append(self, pointer: Pointer) -> None:
        """Ask for a layer or block to put behind what is selected."""
        selection = self._tools.selection
        network = self._tools.document.project.network
        behind = network[selection.current].layer.role if selection.current else ""
        visible = self._canvas.visible_rect
        self._ask(
            pointer,
            lambda part: self._tools.commands.append(part, visible),
            has_input=True,
            behind=behind,
        )

    def ask_for_swap(self, pointer: Pointer) -> None:
        """Which layer should take the place of those that are selected?"""
        self.open(
            pointer.screen,
            lambda part: isinstance(part, Layer) and self._tools.commands.swap(part),
            has_input=True,
            with_blocks=False,
        )

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._wire is not None:
            self._tools.scene.removeItem(self._wire)
            self._wire = None

    def _show_wire(self, card: str, port: str, pointer: Pointer) -> None:
        """The wire stays where it was let go of while the box is open."""
        scene = self._tools.scene
        item = scene.nodes.get(card)
        if item is not None:
            self._wire = WirePreviewItem(scene.look)
            held, free = item.output_port if port == "out" else item.input_port, pointer.scene
            start, end = (held, free) if port == "out" else (free, held)
            self._wire.show_wire(start, end, snapped=False)
            scene.addItem(self._wire)

    def _ask(
        self, pointer: Pointer, make: Callable[[Part], bool], *, has_input: bool, behind: str = ""
    ) -> None:
        def use(part: Part) -> None:
            if make(part):
                self._canvas.show_rect(self._tools.selected_rect)  # whole

        self.open(pointer.screen, use, has_input=has_input, behind=behind)

    def open(
        self,
        at: QPoint,
        use: Callable[[Part], object],
        *,
        has_input: bool,
        behind: str = "",
        with_blocks: bool = True,
    ) -> None:
        """Ask for a layer or block at this point of the screen; with `has_input` none that reads nothing.

        `behind` is the role of the layer that it is to follow, if there is one.
        """
        self._use = use
        self._behind = behind
        self._has_input = has_input
        entries = palette_entries(has_input=has_input)
        self._offers = [_Offer(entry.label, entry.layer, entry) for entry in entries]
        if with_blocks:
            own = (block for _, block in own_blocks(blocks_folder()))
            self._offers += [_Offer(name(block), block) for block in (*blocks(), *own)]
        self.pop_up(at)

    def found(self, words: Sequence[str]) -> Iterator[Line]:
        """What is typed with its settings, then the entries that hold all the words, or are called so by
        others; the likely ones first."""
        for layer in typed_layers(" ".join(words)):
            if layer.max_inputs != 0 or not self._has_input:
                yield caption_of(layer), layer.role, layer
        ranked = []
        for number, offer in enumerate(self._offers):
            match = offer.match(words)
            if match is not None:
                ranked.append((match, offer.likelihood(self._behind), number))
        for _, _, number in sorted(ranked):
            offer = self._offers[number]
            yield offer.caption, role(offer.part), offer.part

    def take(self, value: Any) -> None:
        """Put it there."""
        self._use(value)


def caption_of(layer: Layer) -> str:
    """What a layer with settings is called in a list: `Conv 5×5 · 64, stride 2`."""
    return ", ".join(part for part in (layer.label, layer.detail.replace(" · ", ", ")) if part)


def is_called(entry: PaletteEntry, words: Sequence[str]) -> bool:
    """Whether every word, as `plain` has it, begins one of the words that the entry is known by."""
    known = [part for name in entry.words for part in plain(name).split()]
    return all(any(part.startswith(word) for part in known) for word in words)


def palette_entries(*, has_input: bool) -> list[PaletteEntry]:
    """What the palette offers, in its order; with `has_input` only what can stand behind another layer."""
    kinds = [kind for kind in layer_kinds().values() if not (has_input and kind.max_inputs == 0)]
    return [entry for group in GROUPS for kind in kinds if kind.group == group for entry in kind.palette()]


def _nothing(part: Part) -> None:
    """Before the box was first opened."""
