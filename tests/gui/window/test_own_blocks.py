"""A selection kept as a block of one's own, in the palette of this window and of the next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget

from gui.canvas.editors.quick_add import QuickAdd
from gui.session.settings import blocks_folder
from gui.window.main_window import MainWindow

_EXACTLY = Qt.MatchFlag.MatchExactly
_OFFER = Qt.ItemDataRole.UserRole


def labels(window: MainWindow) -> list[str]:
    return window.palette_panel.list.visible_labels()


def test_a_selection_is_kept_in_the_palette_and_dropped_from_there(whole_window: MainWindow) -> None:
    window = whole_window
    network = window.document.project.network
    window.dialogs.text = lambda *_: "Twice <b>bold</b>"  # type: ignore[method-assign,assignment]
    window.selection.select(network.order[1:4])
    window.actions_by_name["save_block"].trigger()
    assert labels(window)[-1] == "Twice <b>bold</b>"
    files = list(blocks_folder().iterdir())
    assert [path.suffix for path in files] == [".onebyone"]
    window.selection.select({network.order[4]})
    before = len(network)
    item = window.palette_panel.list.findItems("Twice <b>bold</b>", _EXACTLY)[0]
    window.palette_panel.list.taken.emit(item.data(_OFFER))
    made = window.document.project
    assert len(made.network) == before + 3
    assert [group.title for group in made.groups.values()] == ["Twice <b>bold</b>"]
    window.actions_by_name["save_block"].trigger()
    assert len(list(blocks_folder().iterdir())) == 2
    window.canvas.ask_for_layer()
    box = window.canvas.findChild(QuickAdd)
    box.findChild(QLineEdit).setText("twice")
    lines = box.findChild(QListWidget)
    assert [lines.item(row).text() for row in range(lines.count())] == ["Twice <b>bold</b>"] * 2
    box.close()


def test_without_a_selection_it_is_said_what_is_needed(whole_window: MainWindow) -> None:
    whole_window.selection.select(())
    whole_window.actions_by_name["save_block"].trigger()
    assert "Select the layers" in whole_window.notice.text
