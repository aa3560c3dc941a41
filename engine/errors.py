"""Every exception the engine raises on purpose, all under `EngineError`.

Each message is one line for people: it names the thing, the value and, where there is one, the way out.
"""


class EngineError(Exception):
    """Base of all errors that a caller of the engine can cause and handle."""


class ShapeError(EngineError):
    """Shapes or settings that do not fit together; `setting` names the one to change, where it is one."""

    def __init__(self, message: str, *, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


class NetworkError(EngineError):
    """An edit that would leave no network: a cycle, an unknown node, a second use of an id."""


class FormatError(EngineError):
    """A file that cannot be read: truncated, foreign, from a newer version, or with values out of range."""


class UnsupportedLayer(FormatError):
    """A layer kind that this version does not know."""


class PhotographError(EngineError):
    """An image file that is no image, or one too large to be opened."""


class MemoryLimit(EngineError):
    """A network whose maps need more memory than the budget allows."""


class FitError(EngineError):
    """Weights that cannot be fitted: no samples, no contrast, or a layer that has nothing to fit."""
