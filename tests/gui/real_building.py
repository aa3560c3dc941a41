"""Builds what papers are made of from an empty canvas with a real mouse and keyboard.

Usage: python real_building.py THEME WHAT SCREENSHOT.png

WHAT is inception, se, unet (by mouse) or keys (a residual block by keyboard alone). After every step the
newest card has to be in sight, and no card may lie on another. Prints one line of JSON.
"""

import json
import sys
from itertools import combinations
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parent))

from real_editing import Hands
from real_window import at, hand, wait

from engine.layout.card_rects import shown_places
from engine.layout.room import overlap
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow


class Builder(Hands):
    """Hands that look, after each step, at what they have done."""

    def grown(self, count: int) -> str:
        made = super().grown(count)
        self.look(made)
        return made

    def search(self, words: str) -> str:
        """Type into the search box that is open, and take what it finds."""
        count = len(self.ids)
        steps = [step for word in words.split() for step in (f"type --delay 20 {word}", "key space")]
        hand(*steps[:-1], "key Return")
        return self.grown(count)

    def look(self, node_id: str) -> None:
        """The card is in sight, and none lies on another."""
        canvas = self.window.canvas
        card = canvas.canvas_scene.nodes[node_id].card
        wait(lambda: canvas.visible_rect.contains(card))
        places = shown_places(self.window.document.project).items()
        covered = [(a, b) for (a, one), (b, other) in combinations(places, 2) if overlap(one, other)]
        assert not covered, covered

    def select(self, first: str, *more: str) -> None:
        """Click a card, and others with Shift."""
        hand("key Home")
        hand(f"mousemove {self.card(first)}", "click 1")
        for node_id in more:
            hand(f"mousemove {self.card(node_id)}", "keydown shift", "click 1", "keyup shift")
        wait(lambda: self.window.selection.ids == {first, *more})

    def behind(self, node_id: str, words: str) -> str:
        """Pull a wire out of a card onto empty canvas below, and type what is to stand there."""
        hand("key Home")
        x, y = map(int, self.output(node_id).split())
        free_x, free_y = map(int, self.free_spot())
        hand(
            f"mousemove {x} {y}", "mousedown 1", f"mousemove {(x + free_x) // 2} {(y + free_y) // 2}",
            f"mousemove {free_x} {free_y}", "mouseup 1",
        )  # fmt: skip
        wait(lambda: QApplication.activePopupWidget() is not None)
        return self.search(words)

    def free_spot(self) -> tuple[int, int]:
        """A place on the screen where the canvas is empty, right of and below all cards if there is."""
        canvas = self.window.canvas
        rect = canvas.viewport().rect()
        for down in range(rect.height() - 30, 20, -20):
            for right in range(rect.width() - 60, 60, -30):
                place = canvas.mapToScene(QPoint(right, down))
                near = [
                    item
                    for item in canvas.canvas_scene.nodes.values()
                    if item.card.adjusted(-60, -60, 60, 60).contains(place)
                ]
                if not near:
                    x, y = at(canvas.viewport(), QPoint(right, down)).split()
                    return int(x), int(y)
        raise AssertionError("the canvas is full")

    def first(self, words: str) -> str:
        """The first layer, by Tab on the empty canvas."""
        middle = at(self.window.canvas.viewport(), QPoint(140, 120))
        hand(f"mousemove {middle}", "mousemove_relative 2 2", "click 1", "key Tab")
        wait(lambda: QApplication.activePopupWidget() is not None)
        return self.search(words)


def inception(hands: Builder) -> None:
    """Four branches behind one map, joined by one Concat."""
    source = hands.first("input")
    ends = [hands.take_from_palette("Conv 1×1")]
    for reduce, widen in (("1x1 32", "conv 3x3 64"), ("1x1 16", "conv 5x5 32")):
        reduced = hands.behind(source, reduce)
        ends.append(hands.behind(reduced, widen))
    pooled = hands.behind(source, "pool 3 s1 same")
    ends.append(hands.behind(pooled, "1x1 32"))
    hands.select(*ends)
    join = hands.take_from_palette("Concat")
    network = hands.window.document.project.network
    assert set(network[join].inputs) == set(ends)


def se(hands: Builder) -> None:
    """A gate of two 1×1 convolutions multiplies the map that it was made of."""
    hands.first("input")
    body = hands.take_from_palette("Conv K×K")
    hands.take_from_palette("Global average")
    last = hands.window.selection.current
    squeezed = hands.behind(str(last), "1x1 4")
    hands.select(squeezed)
    activated = hands.take_from_palette("ReLU")
    widened = hands.behind(activated, "1x1 64")
    hands.select(widened)
    gate = hands.take_from_palette("Sigmoid")
    hands.select(body, gate)
    join = hands.take_from_palette("Multiply")
    assert set(hands.window.document.project.network[join].inputs) == {body, gate}


def unet(hands: Builder) -> None:
    """Down, up, and across: two levels."""
    source = hands.first("input")
    skip = hands.behind(source, "conv 3x3 16")
    pooled = hands.behind(skip, "pool 2")
    bottom = hands.behind(pooled, "conv 3x3 32")
    up = hands.behind(bottom, "deconv 2x2 16 s2")
    hands.select(skip, up)
    join = hands.take_from_palette("Concat")
    assert set(hands.window.document.project.network[join].inputs) == {skip, up}
    hands.take_from_palette("Conv K×K")
    hand("key ctrl+l")


def keys(hands: Builder) -> None:
    """A residual block; the mouse is out of the way."""
    window = hands.window
    hand("mousemove 300 400")
    window.activateWindow()  # there is no window manager that would
    window.canvas.setFocus()
    hand("key Tab")
    wait(lambda: QApplication.activePopupWidget() is not None)
    hands.search("input")
    for words in ("conv 3x3 3", "relu", "conv 3x3 3", "add"):
        hand("key shift+a")
        wait(lambda: QApplication.activePopupWidget() is not None)
        hands.search(words)
    for _ in range(4):
        hand("key Left")
    wait(lambda: window.selection.current == window.document.project.network.order[0])
    hand("key w")
    for _ in range(4):
        hand("key Right")
    hand("key w")
    wait(lambda: not window.document.analysis.problems)


BUILDS = {"inception": inception, "se": se, "unet": unet, "keys": keys}


def main(theme: str, what: str, screenshot: str) -> None:
    application = QApplication([])
    window = MainWindow(Project(), Appearance(application, theme), Settings())
    window.show()
    window.move(0, 0)
    try:
        wait(lambda: window.compute.is_running and window.canvas.viewport().width() > 200)
        hands = Builder(window)
        try:
            BUILDS[what](hands)
        except BaseException:
            window.grab().save(screenshot)
            raise
        hand("key Home")
        ends = window.document.project.network.order[-1]
        wait(lambda: window.compute.result(ends) is not None)
        window.grab().save(screenshot)
        network = window.document.project.network
        print(
            json.dumps(
                {
                    "nodes": {one: [node.layer.kind, *node.inputs] for one, node in network.nodes.items()},
                    "undo": window.document.undo_stack.count(),
                    "problems": [problem.message for problem in window.document.analysis.problems],
                }
            )
        )
        window.document.undo_stack.setClean()
        window.close()
    finally:
        window.compute.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
