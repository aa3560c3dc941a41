"""Networks that students build in lessons, kept by the program itself: nobody is asked, nothing is lost."""

import re
from pathlib import Path

from engine.errors import EngineError
from engine.formats import read_project, write_project
from engine.model.project import Project


class LessonWork:
    """One project file a lesson, in a folder of the program's own. What cannot be kept is done without."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, lesson_id: str, project: Project) -> bool:
        """Keep the network of a lesson; whether it could be."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_project(self._path(lesson_id), project)
        except (EngineError, OSError):
            return False
        return True

    def kept(self, lesson_id: str) -> Project | None:
        """The network that was kept last."""
        path = self._path(lesson_id)
        try:
            return read_project(path) if path.is_file() else None
        except (EngineError, OSError):
            return None

    def forget(self, lesson_id: str) -> None:
        """The lesson is finished, or begins anew."""
        try:
            self._path(lesson_id).unlink(missing_ok=True)
        except OSError:
            return

    def _path(self, lesson_id: str) -> Path:
        return self._folder / f"{re.sub(r'[^a-z0-9-]+', '-', lesson_id.casefold())[:80] or 'lesson'}.onebyone"
