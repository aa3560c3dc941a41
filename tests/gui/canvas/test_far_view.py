"""From far away everything is painted in a few strokes, and looks as if its items had painted themselves."""

import numpy as np
import pytest

from engine.layers.convolution import Conv2d
from engine.shapes import VALID
from gui.canvas import camera
from gui.canvas.items.edge_item import WirePreviewItem


def picture(view) -> np.ndarray:
    image = (
        view.viewport().grab().toImage().convertToFormat(view.viewport().grab().toImage().Format.Format_RGB32)
    )
    raw = np.frombuffer(image.constBits(), np.uint8)
    return raw.reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def both_ways(bench, monkeypatch) -> tuple[np.ndarray, np.ndarray]:
    far = picture(bench.view)
    monkeypatch.setattr(camera, "FAR", 0.0)
    items = picture(bench.view)
    monkeypatch.undo()
    return far, items


@pytest.mark.parametrize("zoom", [0.19, 0.1, 0.04])
def test_far_away_looks_as_the_items_look(bench, monkeypatch, zoom):
    wrong = Conv2d(out_channels=8, kernel_size=(40, 40), padding=VALID)
    bench.document.edit("break", lambda project: project.replace_layer("a", wrong))
    bench.selection.select({"b"})
    bench.view.canvas_scene.hover_edge(("input", "a"))
    bench.view.set_zoom(zoom)
    far, items = both_ways(bench, monkeypatch)
    assert len(np.unique(items.reshape(-1, 3), axis=0)) > 6
    # Half of one card would be more than this; the pixels at the rims of blocks are rounded otherwise.
    assert (abs(far - items).max(-1) > 40).mean() < 3.5e-4


def test_what_gestures_show_is_seen_from_far_away_too(bench, monkeypatch):
    bench.view.set_zoom(0.15)
    bench.press(bench.output("a"))
    bench.move(bench.output("a") + (bench.card("add") - bench.card("input")))
    assert any(isinstance(other, WirePreviewItem) for other in bench.view.canvas_scene.others)
    far, items = both_ways(bench, monkeypatch)
    assert (abs(far - items).max(-1) > 40).mean() < 2e-4
    bench.view._pointing.cancel()
    assert not any(isinstance(other, WirePreviewItem) for other in bench.view.canvas_scene.others)


def test_a_bypassed_card_is_pale_from_far_away_too(bench, monkeypatch):
    bench.selection.select({"a"})
    bench.view.commands.toggle_bypass()
    bench.selection.select(())
    bench.view.set_zoom(0.15)
    far, items = both_ways(bench, monkeypatch)
    assert (abs(far - items).max(-1) > 40).mean() < 2e-4
