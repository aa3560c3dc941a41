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
    progress.forget("deep-stack")
    assert Progress(store).done("deep-stack") == frozenset()
    assert Progress(store).done("inception") == {1}


@pytest.mark.parametrize("text", ["[1]", "{", '{"a": 3}', '{"a": ["x", true, null]}', "null"])
def test_damaged_progress_reads_as_none(text: str) -> None:
    store = Store()
    store.lessons_done = text
    assert Progress(store).done("a") == frozenset()
