"""Builds a residual block from an empty canvas with a real mouse and keyboard; run by `test_real_editing.py`.

Usage: python real_editing.py THEME SCREENSHOT.png

Prints one line of JSON: what every node is and reads from, and what there was to undo.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parent))

from real_window import at, hand, wait

from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow


class Hands:
    """What a person does in the window, step by step; each waits until it is seen to be done."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    @property
    def ids(self) -> list[str]:
        return list(self.window.document.project.network.nodes)

    def spot(self, place: QPointF) -> str:
        """Screen coordinates of a point of the scene."""
        return at(self.window.canvas.viewport(), self.window.canvas.mapFromScene(place))

    def output(self, node_id: str) -> str:
        return self.spot(self.window.canvas.canvas_scene.nodes[node_id].output_port)

    def input(self, node_id: str) -> str:
        return self.spot(self.window.canvas.canvas_scene.nodes[node_id].input_port)

    def card(self, node_id: str) -> str:
        return self.spot(self.window.canvas.canvas_scene.nodes[node_id].card.center())

    def grown(self, count: int) -> str:
        """The newest node, once there is one more than there were."""
        wait(lambda: len(self.ids) == count + 1)
        return self.ids[-1]

    def search(self, words: str) -> str:
        """Type into the search box that is open, and take what it finds."""
        count = len(self.ids)
        hand(f"type --delay 20 {words}", "key Return")
        return self.grown(count)

    def take_from_palette(self, caption: str) -> str:
        """Double-click a line of the palette: it is appended to the selected layer."""
        offers = self.window.palette_panel.list
        row = next(i for i in range(offers.count()) if offers.item(i).text() == caption)
        offers.scrollToItem(offers.item(row))
        place = at(offers.viewport(), offers.visualItemRect(offers.item(row)).center())
        count = len(self.ids)
        hand(f"mousemove {place}", "click --repeat 2 --delay 60 1")
        return self.grown(count)

    def pull(self, node_id: str, right: int, words: str) -> str:
        """Pull a wire out of a node, let go of it on nothing, and say what is to stand there."""
        x, y = map(int, self.output(node_id).split())
        hand(
            f"mousemove {x} {y}", "mousedown 1", f"mousemove {x + right // 2} {y + 12}",
            f"mousemove {x + right} {y}", "mouseup 1",
        )  # fmt: skip
        wait(lambda: QApplication.activePopupWidget() is not None)
        return self.search(words)

    def click_wire(self, source: str, target: str) -> None:
        """A click on a port, a click on another."""
        wires = len(self.window.document.project.network.edges)
        hand(f"mousemove {self.output(source)}", "click 1")
        wait(lambda: self.window.canvas.is_busy)
        x, y = map(int, self.input(target).split())
        hand(f"mousemove {x - 60} {y + 70}", f"mousemove {x - 4} {y + 3}", "click 1")
        wait(lambda: len(self.window.document.project.network.edges) == wires + 1)


def build(hands: Hands) -> None:
    """y = ReLU(x + Conv(ReLU(Conv(x)))), with a stem before it."""
    window, canvas = hands.window, hands.window.canvas
    middle = at(canvas.viewport(), QPoint(140, 180))
    hand(f"mousemove {middle}", "mousemove_relative 2 2", "click 1", "key Tab")
    wait(lambda: QApplication.activePopupWidget() is not None)
    hands.search("photo")
    stem = hands.take_from_palette("Conv 1×1")
    first = hands.pull(stem, 90, "kxk")
    hands.take_from_palette("ReLU")
    second = hands.take_from_palette("Conv K×K")
    hand("key Home")
    join = hands.pull(second, 70, "add")
    hand("key Home")
    hands.click_wire(stem, join)
    wait(lambda: not window.document.analysis.problems)
    # A cycle is refused where the mouse is, and nothing happens.
    steps = window.document.undo_stack.count()
    hand(f"mousemove {hands.output(join)}", "mousedown 1")
    x, y = map(int, hands.input(first).split())
    hand(f"mousemove {x + 40} {y + 30}", f"mousemove {x + 12} {y}", "mouseup 1")
    wait(lambda: "cycle" in canvas.said)
    assert window.document.undo_stack.count() == steps
    # Bypassed and put back, arranged, and out to the last activation.
    hand(f"mousemove {hands.card(first)}", "click 1", "key d")
    wait(lambda: window.document.project.network[first].bypassed is not None)
    hand("key d")
    wait(lambda: window.document.project.network[first].bypassed is None)
    hand(f"mousemove {hands.card(join)}", "click 1")
    wait(lambda: window.selection.current == join)
    hands.take_from_palette("ReLU")


def main(theme: str, screenshot: str) -> None:
    application = QApplication([])
    window = MainWindow(Project(), Appearance(application, theme), Settings())
    finished: list[object] = []
    window.compute.run_finished.connect(finished.append)
    window.show()
    window.move(0, 0)
    try:
        wait(lambda: window.compute.is_running and window.canvas.viewport().width() > 300)
        build(Hands(window))
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
                    "problems": len(window.document.analysis.problems),
                }
            )
        )
        window.document.undo_stack.setClean()
        window.close()
    finally:
        window.compute.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
