"""What the start page opens."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gui.welcome.page import WelcomePage
from gui.window.files import Files

if TYPE_CHECKING:  # imported when a lesson is first asked for
    from gui.window.lessons import LessonWiring


def connect_start_page(
    page: WelcomePage, files: Files, lessons: "Callable[[], LessonWiring]", show_canvas: Callable[[], object]
) -> None:
    """Open what is chosen on it; `lessons` makes them when they are first asked for."""
    page.closed.connect(show_canvas)
    page.new_chosen.connect(files.new_project)
    page.open_chosen.connect(files.choose_project)
    page.photograph_chosen.connect(files.choose_photograph)
    page.preset_chosen.connect(files.open_preset)
    page.lessons_chosen.connect(lambda: lessons().show())
    page.lesson_chosen.connect(lambda lesson: lessons().begin(lesson))
    page.file_chosen.connect(lambda path: files.open_path(Path(path)))
