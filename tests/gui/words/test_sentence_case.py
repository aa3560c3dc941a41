"""Messages as they are read."""

import pytest

from gui.words.sentence_case import sentence


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ("groups=3 does not divide in_channels=16", "Groups=3 does not divide in_channels=16"),
        ("there is no file 'a.png'", "There is no file 'a.png'"),
        ("notes.png is no image", "notes.png is no image"),
        ("", ""),
    ],
)
def test_a_message_begins_with_a_capital_but_a_files_name_is_kept(message: str, read: str) -> None:
    assert sentence(message) == read
