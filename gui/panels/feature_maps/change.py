"""What is taken off the maps that are shown: those before the last edit, or of another network."""

from collections.abc import Callable

from gui.session.worker import Computed
from gui.widgets.maps.atlas import Maps
from gui.widgets.maps.map_switches import MapSwitches


class Change:
    """Remembers the maps of before; in a comparison it asks for those of the counterpart."""

    def __init__(self, switches: MapSwitches) -> None:
        self._switches = switches
        self._shown: Computed | None = None
        self._earlier: Computed | None = None
        """The same layer's map before the last edit that changed it."""
        self._find: Callable[[str], Computed | None] | None = None

    def compare_with(self, find: Callable[[str], Computed | None]) -> None:
        """Take off the maps of another network from now on: `find` gives that of a node's counterpart."""
        self._find = find
        self._switches.change.setToolTip("These maps less those of their counterpart in the other network")

    def show(self, computed: Computed) -> None:
        """These maps are shown now."""
        shown, self._shown = self._shown, computed
        if shown is not None and shown.map is not computed.map:
            self._earlier = shown if shown.node_id == computed.node_id else None

    @property
    def maps(self) -> Maps | None:
        """What is taken off; None where the maps are shown as they are."""
        shown, taken = self._shown, self._earlier
        if not self._switches.shows_change or shown is None:
            return None
        if self._find is not None:
            taken = self._find(shown.node_id)
        return taken.map[0] if taken is not None and taken.map.shape == shown.map.shape else None

    @property
    def text(self) -> str:
        """How the maps come to be shown; empty where they are shown as they are."""
        if not self._switches.shows_change:
            return ""
        if self._find is not None:
            return "less the other network's" if self.maps is not None else "nothing of this size to compare"
        return "change by the last edit" if self.maps is not None else "no map of before to compare with"
