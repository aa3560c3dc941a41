"""Numbers of padding and stride: rows of zeros, rows that are never read, and a formula without its floor."""

from fractions import Fraction

from presets import counting
from presets.finding import Place, located
from presets.lesson import NotFound, Quote, State
from presets.quotes import setting, size


def padding(side: int, place: Place) -> Quote:
    """Rows of padding before (side 0) or after (side 1) the map."""

    def engine(state: State) -> int:
        node_id = located(place, state.project.network)
        window = state.project.network[node_id].layer.window
        shapes = state.analysis.layers[node_id].input_shapes
        if window is None or not shapes:
            raise NotFound(node_id)
        return window.pads((shapes[0][1], shapes[0][2]))[0][side]

    def counted(state: State) -> int:
        """Rows outside of the map that the first or the last output reads."""
        node_id = located(place, state.project.network)
        source = state.project.network[node_id].inputs[0]
        rows = int(size(source).counted(state))
        output = 0 if side == 0 else counting.size(state, node_id)[0] - 1
        seen = counting.seen_rows(state.project.network, state.analysis, node_id, output)[source]
        return sum(1 for row in seen if (row < 0 if side == 0 else row >= rows))

    return Quote(engine=engine, counted=counted)


def unread(place: Place) -> Quote:
    """Rows of the input that no output reads."""

    def engine(state: State) -> int:
        node_id = located(place, state.project.network)
        shapes = state.analysis.layers[node_id].input_shapes
        if not shapes:
            raise NotFound(f"what {node_id} reads")
        shape = shapes[0]
        out = state.analysis.layers[node_id].output_shape
        reach = state.project.network[node_id].layer.reach(shape)
        if reach is None or out is None:
            raise NotFound(node_id)
        return shape[1] - 1 - max(reach[0].indices(out[1] - 1, shape[1]))

    def counted(state: State) -> int:
        node_id = located(place, state.project.network)
        rows = int(size("input").counted(state))
        seen: set[int] = set()
        for row in range(counting.size(state, node_id)[0]):
            seen |= counting.seen_rows(state.project.network, state.analysis, node_id, row)["input"]
        return len(set(range(rows)) - seen)

    return Quote(engine=engine, counted=counted)


def without_floor(rows: Quote, place: Place) -> Quote:
    """(n − k + 1) / s, as it is often quoted, for a convolution; `rows` gives n."""
    kernel, stride = setting(place, "kernel_size"), setting(place, "stride")

    def value(state: State, way: str) -> Fraction:
        n, k, s = (Fraction(getattr(quote, way)(state)) for quote in (rows, kernel, stride))
        return (n - k + 1) / s

    return Quote(
        engine=lambda state: value(state, "engine"), counted=lambda state: value(state, "counted"), places=1
    )
