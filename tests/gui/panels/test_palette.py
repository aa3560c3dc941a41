"""The palette, used with mouse and keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QFontMetrics
from pytestqt.qtbot import QtBot

import presets
from engine.layers import GROUPS, Layer, layer_kinds
from engine.layers.convolution import Conv2d
from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX
from gui.panels.palette import (
    BLOCKS_HEADING,
    PRESETS_HEADING,
    PalettePanel,
    block_offers,
    first_sentence,
    layer_offers,
)
from gui.session.layer_mime import decode_layer


@pytest.fixture
def panel(qtbot: QtBot, appearance: Appearance) -> PalettePanel:
    made = PalettePanel(appearance)
    qtbot.addWidget(made)
    made.resize(176, 900)
    made.show()
    return made


def middle_of(panel: PalettePanel, label: str) -> QPoint:
    item = panel.list.findItems(label, Qt.MatchFlag.MatchExactly)[0]
    panel.list.scrollToItem(item)
    return panel.list.visualItemRect(item).center()


def test_every_kind_is_offered_in_the_order_of_the_groups() -> None:
    offers = layer_offers()
    there = {kind for kind, cls in layer_kinds().items() if cls.palette()}  # others come with a file
    assert {offer.layer.kind for offer in offers if offer.layer} == there
    order = [GROUPS.index(offer.group) for offer in offers]
    assert order == sorted(order)


def test_every_block_is_offered_last(panel: PalettePanel) -> None:
    assert [offer.block for offer in block_offers()] == list(presets.block_names())
    assert panel.list.visible_labels()[-1] == list(presets.blocks())[-1].title
    assert panel.list.findItems(BLOCKS_HEADING, Qt.MatchFlag.MatchExactly)


def test_typing_1x1_finds_the_1_by_1_convolution(qtbot: QtBot, panel: PalettePanel) -> None:
    qtbot.keyClicks(panel.search, "1x1")
    assert "Conv 1×1" in panel.list.visible_labels()
    assert "Max pool" not in panel.list.visible_labels()


def test_a_group_is_found_by_its_name(qtbot: QtBot, panel: PalettePanel) -> None:
    qtbot.keyClicks(panel.search, "pooling max")
    assert panel.list.visible_labels()[0] == "Max pool"


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("dense", "Linear"), ("fc", "Linear"), ("bn", "Batch norm"), ("gap", "Global average"),
        ("deconv", "Transposed"), ("Conv2DTranspose", "Transposed"), ("upsampling", "Upsample"),
        ("zeropad", "Pad"), ("lrn", "Local response"), ("atrous", "Conv K×K"), ("pointwise", "Conv 1×1"),
        ("skip", "Add"), ("sum", "Add"), ("swish", "SiLU"), ("scale", "Scale"), ("add", "Add"),
    ],
)  # fmt: skip
def test_layers_are_found_by_what_others_call_them(
    qtbot: QtBot, panel: PalettePanel, word: str, label: str
) -> None:
    panel.search.setText(word)
    assert label in panel.list.visible_labels()
    assert len(panel.list.visible_labels()) < 12
    assert panel.list.currentItem().text() == label or word in panel.list.currentItem().text().casefold()


def test_enter_takes_the_first_match_without_leaving_the_search(qtbot: QtBot, panel: PalettePanel) -> None:
    qtbot.keyClicks(panel.search, "conv 1x1")
    with qtbot.waitSignal(panel.layer_chosen) as chosen:
        qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert chosen.args == [Conv2d(kernel_size=(1, 1))]


def test_arrows_walk_from_the_search_past_headings(qtbot: QtBot, panel: PalettePanel) -> None:
    chosen: list[Layer] = []
    panel.layer_chosen.connect(chosen.append)
    for _ in range(2):
        qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert [layer.kind for layer in chosen] == ["Conv2d"]


def test_nothing_found_says_so_and_escape_brings_all_back(qtbot: QtBot, panel: PalettePanel) -> None:
    qtbot.keyClicks(panel.search, "gru")
    assert not panel.nothing.isHidden()
    assert "“gru”" in panel.nothing.text()
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.nothing.isHidden()
    assert "Max pool" in panel.list.visible_labels()


def test_double_click_chooses_a_layer_and_a_block(qtbot: QtBot, panel: PalettePanel) -> None:
    viewport = panel.list.viewport()
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(viewport, left, pos=middle_of(panel, "Max pool"))
    with qtbot.waitSignal(panel.layer_chosen) as layer:
        qtbot.mouseDClick(viewport, left, pos=middle_of(panel, "Max pool"))
    assert layer.args[0].kind == "MaxPool2d"
    block = next(presets.blocks())
    place = middle_of(panel, block.title)
    qtbot.mouseClick(viewport, left, pos=place)
    with qtbot.waitSignal(panel.block_chosen) as name:
        qtbot.mouseDClick(viewport, left, pos=place)
    assert name.args == [block.name]


def test_a_drag_carries_the_layer_and_its_picture(
    qtbot: QtBot, panel: PalettePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged = []

    def note(drag: QDrag, *_actions: object) -> Qt.DropAction:
        dragged.append((decode_layer(drag.mimeData()), drag.pixmap().isNull()))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", note)
    viewport, start = panel.list.viewport(), middle_of(panel, "Conv 1×1")
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, pos=start)
    for step in (8, 24, 48):
        qtbot.mouseMove(viewport, start + QPoint(step, 0))
        panel.list.startDrag(Qt.DropAction.CopyAction) if step == 48 and not dragged else None
    qtbot.mouseRelease(viewport, left, pos=start)
    assert dragged[0] == (Conv2d(kernel_size=(1, 1)), False)


def test_a_tooltip_is_the_kinds_first_sentence(panel: PalettePanel) -> None:
    item = panel.list.findItems("Max pool", Qt.MatchFlag.MatchExactly)[0]
    assert item.toolTip() == first_sentence(layer_kinds()["MaxPool2d"].__doc__ or "")
    assert first_sentence("One\n    thing. Another.\n\nMore.") == "One thing."


@pytest.mark.parametrize("name", ["light", "dark"])
def test_no_label_is_cut_at_the_smallest_width(
    panel: PalettePanel, appearance: Appearance, name: str
) -> None:
    appearance.use(name)
    panel.resize(168, 900)
    assert not panel.grab().isNull()
    room = panel.list.viewport().width() - 33
    smallest = QFontMetrics(font(CAPTION_PX))
    assert not [label for label in panel.list.visible_labels() if smallest.horizontalAdvance(label) > room]


def test_a_preset_is_found_by_typing_and_opened(qtbot: QtBot, panel: PalettePanel) -> None:
    assert not panel.list.findItems(PRESETS_HEADING, Qt.MatchFlag.MatchExactly)
    qtbot.keyClicks(panel.search, "resnet 50")
    title = next(preset.title for preset in presets.presets() if preset.name == "resnet50")
    assert title in panel.list.visible_labels()
    with qtbot.waitSignal(panel.preset_chosen) as chosen:
        qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert chosen.args[0].startswith("resnet50")
    assert not panel.search.text()
    assert title not in panel.list.visible_labels()
