"""A line that is too long ends in …, and hovering tells it whole, with what else there is to know."""

import pytest
from pytestqt.qtbot import QtBot

from gui.widgets.elided_label import ElidedLabel


@pytest.mark.parametrize("more", ["", "notes of <b>his</b> & hers"])
@pytest.mark.parametrize("width", [40, 2000])
def test_hovering_tells_what_is_cut_and_what_else_there_is(qtbot: QtBot, width: int, more: str) -> None:
    label = ElidedLabel("a long line of words that nobody has room for")
    qtbot.addWidget(label)
    label.more = more
    label.resize(width, 20)
    label.grab()
    assert (label.text() in label.toolTip()) is (width == 40)
    assert ("&lt;b&gt;his&lt;/b&gt; &amp; hers" in label.toolTip()) is bool(more)
    assert "<b>" not in label.toolTip()
