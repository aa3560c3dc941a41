"""The palette: every layer kind, block and preset, found by typing, brought onto the canvas by dragging."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

import presets
from engine.edits.typed_layer import typed_layers
from engine.layers import GROUPS, layer_kinds
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.controls.search_field import SearchField
from gui.widgets.offer_list import Offer, OfferList
from gui.widgets.surface import MARGIN, Surface, styled_label

BLOCKS_HEADING = "Blocks"
TYPED_HEADING = "As typed"
OWN_HEADING = "Your blocks"
PRESETS_HEADING = "Presets"
_WALKING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class PalettePanel(Surface):
    """Layers by group with a search field on top."""

    layer_chosen = Signal(object)
    """The `Layer` that was double-clicked, or taken with Enter."""
    block_chosen = Signal(str)
    """The name of the block taken likewise."""
    preset_chosen = Signal(str)
    """The name of the preset taken likewise: a network to be opened."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("Layers", parent)
        self.search = SearchField("Search layers", appearance)
        self._presets_listed = False
        self.search.setToolTip("Layers, blocks, and the presets, which are opened")
        self.list = OfferList(layer_offers() + block_offers(), appearance)
        self.nothing = styled_label(style="secondary", wrap=True)
        self.nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, 0, 0)
        column.setSpacing(GRID)
        top = QVBoxLayout()
        top.setContentsMargins(0, 0, MARGIN, 0)
        top.addWidget(self.search)
        top.addWidget(self.nothing)
        column.addLayout(top)
        column.addWidget(self.list, 1)

        self.search.textChanged.connect(self._on_text_changed)
        self.search.installEventFilter(self)
        self.list.taken.connect(self._on_taken)

    def show_own_blocks(self, folder: Path) -> None:
        """Offer the blocks of one's own that lie in a folder."""
        self.list.replace(OWN_HEADING, own_offers(folder))
        if self.search.text():
            self._on_text_changed(self.search.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that walk the list work while typing; Enter takes the current line, Esc clears."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _WALKING:
                self.list.walk(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.list.take_current()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return False

    def _on_text_changed(self, text: str) -> None:
        if text.strip() and not self._presets_listed:
            # Listing them takes a moment that the start does not have.
            self._presets_listed = True
            self.list.add(preset_offers())
        typed = typed_offers(text)
        found = self.list.filter(text) + len(typed)
        self.list.propose(TYPED_HEADING, typed)
        self.nothing.setText(f"Nothing found: no layer is called “{text.strip()}”.")
        self.nothing.setVisible(not found)
        self.list.setVisible(bool(found))

    def _on_taken(self, offer: Offer) -> None:
        if offer.preset:
            self.search.clear()
            self.preset_chosen.emit(offer.preset)
        elif offer.layer is not None:
            self.layer_chosen.emit(offer.layer)
        else:
            self.block_chosen.emit(offer.block)


def layer_offers() -> list[Offer]:
    """What all kinds offer, by group."""
    offers = []
    for group in GROUPS:
        for kind in layer_kinds().values():
            if kind.group == group:
                about = first_sentence(kind.__doc__ or "")
                for entry in kind.palette():
                    offers.append(
                        Offer(
                            group,
                            entry.label,
                            entry.layer.role,
                            about,
                            entry.layer.kind,
                            entry.words,
                            layer=entry.layer,
                        )
                    )
    return offers


def typed_offers(text: str) -> list[Offer]:
    """Layers with the settings that are typed: `conv 5x5 64 s2`."""
    return [
        Offer(
            TYPED_HEADING,
            ", ".join(part for part in (layer.label, layer.detail.replace(" · ", ", ")) if part),
            layer.role,
            first_sentence(type(layer).__doc__ or ""),
            layer=layer,
        )
        for layer in typed_layers(text)
    ]


def block_offers() -> list[Offer]:
    """The building blocks, as the last group."""
    return [
        Offer(BLOCKS_HEADING, block.title, "merge", block.description, block.group, block=block.name)
        for block in presets.blocks()
    ]


def own_offers(folder: Path) -> list[Offer]:
    """The blocks of one's own, by the files that hold them."""
    return [
        Offer(OWN_HEADING, block.title, "merge", block.description, block.group, block=str(path))
        for path, block in presets.own_blocks(folder)
    ]


def preset_offers() -> list[Offer]:
    """The known networks, found by name, paper and year."""
    return [
        Offer(
            PRESETS_HEADING,
            preset.title,
            "input",
            preset.paper.text,
            f"{preset.name} {preset.group}",
            preset=preset.name,
        )
        for preset in presets.presets()
    ]


def first_sentence(docstring: str) -> str:
    """The first sentence of a docstring in one line."""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    end = paragraph.find(". ")
    return paragraph if end < 0 else paragraph[: end + 1]
