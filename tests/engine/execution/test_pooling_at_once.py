"""Several windows of a pooling at once, and the border beside them."""

import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.operation_rows import decode, operation_of
from engine.kernels.fast.variants import POOLING_WINDOWS
from engine.model.network import Network
from engine.shapes import Padding
from tests.engine.execution.odd_networks import assert_right, make, node, run


@pytest.mark.parametrize("kind", ["AvgPool2d", "MaxPool2d"])
@pytest.mark.parametrize("window", POOLING_WINDOWS)
def test_windows_at_once_and_borders_are_right(kind: str, window: tuple[int, int]) -> None:
    kernel, stride = window
    nodes = [node("input", make("Input", shape=(5, 11, 23))), node("x", make("GELU"), "input")]
    for padding in ("valid", "same", (1, 0, 0, 1)):
        for ceil in (False, True):
            for counted in (False, True) if kind == "AvgPool2d" else (None,):
                settings = {} if counted is None else {"count_include_pad": counted}
                layer = make(
                    kind, kernel_size=(2 + kernel % 2, kernel), stride=(2, stride), ceil_mode=ceil,
                    padding=Padding.of(padding), **settings,
                )  # fmt: skip
                nodes.append(node(f"{padding} {ceil} {counted}", layer, "x"))
    network = Network(nodes)
    rows = [decode(row) for row in Executor().plan(network).rows if operation_of(row).__name__ == "Pool"]
    assert rows
    assert all(row.at_once for row in rows)
    assert_right(network, run(network), tolerance=1e-6)
