"""Progress is kept, and what makes no sense reads as nothing."""

import pytest

from gui.lessons.progress import Progress


class Store:
    lessons_done = ""


def test_steps_done_are_there_at_the_next_start() -> None:
    store = Store()
    progress = Progress(store)
    progress.mark("deep-stack", 2)
    progress.mark("deep-stack", 0)
    progress.mark("inception", 1)
    assert Progress(store).done("deep-stack") == {0, 2}
    assert Progress(store).done("inception") == {1}
    assert Progress(store).done("padding-stride") == frozenset()


def test_the_first_prediction_counts_and_the_place_is_kept() -> None:
    store = Store()
    progress = Progress(store)
    progress.choose("deep-stack", 1, 2)
    progress.choose("deep-stack", 1, 0)
    progress.leave("deep-stack", 3)
    assert Progress(store).choices("deep-stack") == {1: 2}
    assert Progress(store).place("deep-stack") == 3


def test_ticks_of_the_first_versions_are_read() -> None:
    store = Store()
    store.lessons_done = '{"deep-stack": [0, 2]}'
    assert Progress(store).done("deep-stack") == {0, 2}


@pytest.mark.parametrize("text", ["[1]", "{", '{"a": 3}', '{"a": ["x", true, null]}', "null"])
def test_damaged_progress_reads_as_none(text: str) -> None:
    store = Store()
    store.lessons_done = text
    assert Progress(store).done("a") == frozenset()
