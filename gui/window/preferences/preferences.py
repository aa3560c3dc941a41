"""What the user can set once for all: one list of names and choices, for the dialog and the search."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gui.canvas.view import CanvasView
from gui.look.appearance import Appearance
from gui.panels.costs import CostsPanel
from gui.session.settings import Settings
from gui.words.convention import COUNTED


@dataclass(frozen=True)
class Preference:
    """One of some choices, which is applied and remembered at once."""

    label: str
    help: str
    choices: Mapping[str, str]
    current: Callable[[], str]
    choose: Callable[[str], object]


def preferences(
    settings: Settings, appearance: Appearance, canvas: CanvasView, costs: CostsPanel
) -> tuple[Preference, ...]:
    """All of them, in the order of the dialog."""

    def use_theme(name: str) -> None:
        settings.theme = name
        appearance.use(name)

    def use_fingers(what: str) -> None:
        settings.two_fingers = what
        canvas.fingers_pan = what == "pan"

    def show_minimap(wanted: str) -> None:
        settings.minimap = wanted == "yes"
        canvas.minimap.set_wanted(settings.minimap)

    return (
        Preference(
            "Theme",
            "As the desktop has it: the window changes with it",
            {"light": "Light", "dark": "Dark", "system": "As the desktop has it"},
            lambda: settings.theme,
            use_theme,
        ),
        Preference(
            "Cost of a layer",
            "One MAC is a multiplication and an addition: two FLOPs",
            COUNTED,
            lambda: settings.costs_shown,
            costs.count_as,
        ),
        Preference(
            "Order of shapes",
            "Channels first as in PyTorch, or last as in Keras",
            {"first": "C×H×W", "last": "H×W×C"},
            lambda: "last" if settings.channels_last else "first",
            costs.write_shapes,
        ),
        Preference(
            "Two fingers on a touchpad",
            "With Ctrl, or by pinching, they always zoom",
            {"pan": "Move the canvas", "zoom": "Zoom the canvas"},
            lambda: settings.two_fingers,
            use_fingers,
        ),
        Preference(
            "Minimap",
            "The whole network, small in the corner, while not all of it is seen",
            {"yes": "Shown", "no": "Not shown"},
            lambda: "yes" if settings.minimap else "no",
            show_minimap,
        ),
    )
