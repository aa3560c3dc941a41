"""What is fused, what lives where, which algorithm, and that no step reaches beyond its memory."""

import dataclasses

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import BARRIER, layout, operation_of
from engine.kernels.fast.operations import Gemm, PixelRuns
from engine.model.network import Network
from engine.plan import Plan, plan_text, planner, post_activation
from engine.plan.bounds import check_bounds
from engine.plan.lowering.transposed import axis_phases
from tests.engine.execution.odd_networks import make, node


def conv(channels: int, size: int = 3, **settings: object) -> object:
    return make("Conv2d", out_channels=channels, kernel_size=(size, size), **settings)


def planned(*nodes: object, fused: bool = True) -> Plan:
    network = Network(nodes)
    return Executor().plan(network, post_activation(network) if fused else None)


def algorithms(plan: Plan) -> dict[str, str]:
    return {step.nodes[0]: step.algorithm for step in plan.steps}


def test_a_block_is_one_step_and_its_unfused_maps_are_steps_of_their_own() -> None:
    nodes = [
        node("input", make("Input", shape=(16, 20, 20))),
        node("conv", conv(16), "input"),
        node("norm", make("BatchNorm2d"), "conv"),
        node("add", make("Add"), "norm", "input"),
        node("relu", make("ReLU"), "add"),
    ]
    assert [step.nodes for step in planned(*nodes).steps] == [("conv", "norm", "add", "relu")]
    assert [step.nodes for step in planned(*nodes, fused=False).steps] == [
        ("conv",), ("norm",), ("add",), ("relu",),
    ]  # fmt: skip


def test_each_kind_of_convolution_has_its_algorithm() -> None:
    found = algorithms(
        planned(
            node("input", make("Input", shape=(3, 40, 40))),
            node("stem", conv(32, 7, stride=(2, 2)), "input"),
            node("winograd", conv(64), "stem"),
            node("pointwise", conv(48, 1), "winograd"),
            node("depthwise", conv(48, groups=48), "pointwise"),
            node("grouped", conv(48, groups=4), "depthwise"),
            node("strided", conv(32, stride=(2, 2)), "grouped"),
            node("up", make("ConvTranspose2d", out_channels=8), "strided"),
        )
    )
    assert found["stem"] == "merged-row GEMM"
    assert found["winograd"].startswith("Winograd F(")
    assert found["depthwise"] == "depthwise"
    assert found["pointwise"] == found["grouped"] == found["strided"] == "indirect GEMM"
    assert found["up"] == "indirect GEMM by phases"


def test_branches_write_into_the_joined_map() -> None:
    wide = 2 * host().width
    plan = planned(
        node("input", make("Input", shape=(16, 9, 9))),
        node("a", conv(wide, 1), "input"),
        node("b", conv(wide, 3), "input"),
        node("join", make("Concat"), "a", "b"),
    )
    assert plan.places["a"].address.buffer == plan.places["join"].address.buffer
    assert plan.places["b"].address.offset == 4 * wide
    assert algorithms(plan)["join"] == "slices"


def test_joins_that_begin_one_another_share_one_buffer() -> None:
    nodes = [node("input", make("Input", shape=(16, 9, 9))), node("x0", conv(32, 1), "input")]
    parts = ["x0"]
    for index in range(1, 4):
        joined = f"join{index}"
        if len(parts) > 1:
            nodes.append(node(joined, make("Concat"), *parts))
        nodes.append(node(f"x{index}", conv(32, 1), joined if len(parts) > 1 else "x0"))
        parts.append(f"x{index}")
    nodes.append(node("last", make("Concat"), *parts))
    plan = planned(*nodes)
    assert len({plan.places[part].address.buffer for part in (*parts, "last")}) == 1
    assert all(step.algorithm == "slices" for step in plan.steps if "join" in step.nodes[0])


def test_independent_rows_do_not_wait_for_each_other() -> None:
    plan = planned(
        node("input", make("Input", shape=(16, 9, 9))),
        node("a", conv(16, 1), "input"),
        node("b", conv(16, 1), "input"),
        node("after", make("MaxPool2d"), "b"),
    )
    named = {step.nodes[0]: step.rows[0] for step in plan.steps}
    assert {named["a"], named["b"]} == {0, 1}
    assert plan.rows[named["a"], BARRIER] == plan.rows[named["b"], BARRIER] == 0
    assert plan.rows[named["after"], BARRIER] == 1


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("output", 256),
        ("input", -64),
        ("output_height", 1),
        ("input_width", 40),
        ("depth", 64),
        ("group_channels", 64),
        ("weight", 1 << 20),
        ("bias", 1 << 20),
        ("tiles_a_task", 1 << 16),
    ],
)
def test_a_row_that_would_reach_beyond_its_memory_is_found(word: str, change: int) -> None:
    plan = planned(
        node("input", make("Input", shape=(16, 19, 19))),
        node("a", conv(32, 1), "input"),
        node("b", conv(32, 5, stride=(2, 2)), "a"),
    )
    check_bounds(plan)
    rows = plan.rows.copy()
    rows[-1, layout(operation_of(rows[-1])).words.index(word)] += change
    with pytest.raises(AssertionError, match="row"):
        check_bounds(dataclasses.replace(plan, rows=rows))


def test_large_maps_through_winograd_need_little_scratch() -> None:
    nodes = [node("input", make("Input", shape=(3, 1080, 1920)))]
    for index, channels in enumerate((64, 64, 128, 256, 512)):
        nodes.append(node(f"conv{index}", conv(channels), nodes[-1].id))
        if index:
            nodes.append(node(f"pool{index}", make("MaxPool2d"), f"conv{index}"))
    plan = planned(*nodes)
    assert plan.bytes_of("scratch") + 2 * plan.scratch_bytes < 300e6


def test_phases_of_a_transposed_convolution_cover_every_tap_once() -> None:
    for size, kernel, stride, dilation, cut in (
        (9, 3, 2, 1, 1),
        (8, 2, 2, 1, 0),
        (7, 4, 3, 2, 2),
        (5, 1, 3, 1, 0),
    ):
        phases = axis_phases(size, kernel, stride, dilation, cut)
        assert sum(phase.count for phase in phases) == size
        assert sorted(t for phase in phases for t in phase.taps) == sorted(
            t
            for t in range(kernel)
            if any((o + cut - t * dilation) % stride == 0 for o in range(min(stride, size)))
        )
        for phase in phases:
            for place, tap in enumerate(phase.taps):
                read = phase.offset + place * phase.dilation
                assert read * stride + tap * dilation - cut == phase.start


def test_a_plan_reads_as_a_table() -> None:
    text = plan_text(
        planned(
            node("input", make("Input", shape=(3, 8, 8))),
            node("c", conv(16), "input"),
            node("r", make("ReLU"), "c"),
        )
    )
    assert "c + r" in text
    assert "merged-row GEMM" in text
    assert "MB maps" in text


def test_planning_is_quick_and_pure() -> None:
    nodes = [node("input", make("Input", shape=(3, 32, 32))), node("c", conv(16), "input")]
    one, other = planned(*nodes), planned(*nodes)
    assert np.array_equal(one.rows, other.rows)
    assert one.buffers == other.buffers


def test_a_1x1_over_pixels_at_equal_distances_needs_no_tables() -> None:
    plan = planned(
        node("input", make("Input", shape=(32, 12, 10))),
        node("wide", conv(48, 1), "input"),
        node("strided", conv(48, 1, stride=(2, 2)), "wide"),
        node("part", make("Crop", top=1, left=1, height=5, width=4), "wide"),
        node("cropped", conv(16, 1), "part"),
        node("around", conv(16, 3, stride=(2, 2)), "wide"),
    )
    kinds = {step.nodes[0]: operation_of(plan.rows[step.rows[-1]]) for step in plan.steps if step.rows}
    assert kinds == {"wide": PixelRuns, "strided": Gemm, "cropped": Gemm, "around": Gemm}


def test_every_plan_is_checked_before_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps raw addresses from ending the process is part of planning, not of testing."""

    def refuse(plan: Plan) -> None:
        raise AssertionError("looked at")

    monkeypatch.setattr(planner, "check_bounds", refuse)
    with pytest.raises(AssertionError, match="looked at"):
        planned(node("input", make("Input", shape=(3, 8, 8))), node("conv", conv(4), "input"))
