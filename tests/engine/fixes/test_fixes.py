"""Every fix is one edit after which its problem is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.analyze import Fix, Problem, analyze
from engine.layers import Layer
from engine.model.network import Network, Node
from engine.shapes import Padding, Shape
from tests.engine.small_networks import chain, conv, graph, make, pool


def the_problem(network: Network) -> Problem:
    (problem,) = analyze(network).problems
    return problem


def solved(network: Network) -> list[str]:
    """The captions of all fixes; each is tried, and leaves no problem at that node."""
    problem = the_problem(network)
    for fix in problem.fixes:
        after = fix.apply(network)
        assert after != network
        assert not analyze(after).layers[problem.node_id].problems, fix.text
        assert analyze(after).layers[problem.node_id].output_shape is not None, fix.text
    texts = [fix.text for fix in problem.fixes]
    assert len(set(texts)) == len(texts)
    return texts


def test_a_kernel_larger_than_its_input_is_padded_or_cut() -> None:
    assert solved(chain(conv(4, 9, padding="valid"), shape=(3, 5, 7))) == ["Use padding same", "Kernel 5×7"]


def test_a_dilated_kernel_that_does_not_fit_may_lose_its_dilation() -> None:
    texts = solved(chain(conv(4, 3, padding="valid", dilation=(4, 4)), shape=(3, 5, 5)))
    assert texts == ["Use padding same", "No dilation"]


def test_a_window_wholly_in_the_padding_gets_a_way_out() -> None:
    assert solved(chain(pool(2, padding=[3, 3, 3, 3]), shape=(3, 8, 8)))


def test_groups_become_the_nearest_count_that_divides() -> None:
    assert solved(chain(conv(64, groups=5), shape=(16, 8, 8))) == ["Groups 4"]
    assert solved(chain(conv(66, groups=4), shape=(16, 8, 8))) == ["Groups 2", "Channels out 64"]


def test_a_transposed_convolution_gets_an_output_padding_that_fits() -> None:
    texts = solved(chain(make("ConvTranspose2d", output_padding=(5, 5)), shape=(3, 8, 8)))
    assert texts == ["Output padding 1×1"]


def test_a_crop_larger_than_its_input_is_cut() -> None:
    assert solved(chain(make("Crop", height=12, width=4), shape=(3, 8, 8))) == ["Height 8"]


def test_settings_that_are_wrong_together_are_mended_together() -> None:
    crop = make("Crop", top=9, height=12, width=40)
    assert solved(chain(crop, shape=(3, 8, 8))) == ["Top 7, height 1, width 8"]
    assert solved(chain(make("Slice", start=20, stop=30), shape=(8, 4, 4))) == ["From 7, up to 8"]


def test_a_value_far_off_is_found() -> None:
    assert solved(chain(make("Crop", height=3000, width=4), shape=(3, 8, 8))) == ["Height 8"]


def test_a_transposed_convolution_that_cuts_everything_off_may_cut_nothing() -> None:
    layer = make("ConvTranspose2d", padding=Padding.of(20))
    assert solved(chain(layer, shape=(3, 8, 8))) == ["No padding"]


def test_a_slice_behind_the_channels_is_cut() -> None:
    assert solved(chain(make("Slice", start=2, stop=40), shape=(8, 4, 4))) == ["Up to 8"]


def test_a_map_before_a_flatten_is_offered_only_to_a_layer_that_takes_it() -> None:
    net = chain(make("GlobalAvgPool2d"), make("Flatten"), pool(2), shape=(3, 8, 8))
    assert solved(net) == []


def test_unrelated_faults_of_one_layer_are_mended_in_one_step() -> None:
    both = conv(64, 9, groups=5, padding="valid")
    assert solved(chain(both, shape=(16, 5, 5))) == ["Groups 4, use padding same", "Groups 4, kernel 5×5"]
    three = make("ConvTranspose2d", out_channels=64, groups=5, output_padding=(3, 30), padding=Padding.of(20))
    assert solved(chain(three, shape=(16, 4, 4))) == ["Groups 4, output padding 1×1, no padding"]


def test_a_layer_that_needs_maps_and_other_settings_gets_both() -> None:
    net = chain(make("Flatten"), conv(64, groups=5), shape=(16, 8, 8))
    assert solved(net) == ["Read the map before Flatten, groups 4"]
    net = chain(make("Flatten"), make("Slice", start=2, stop=900), shape=(4, 4, 4))
    assert solved(net) == ["Up to 64"]


def test_a_missing_input_comes_with_the_settings_it_needs() -> None:
    net = graph((16, 8, 8)).add(Node(id="loose", layer=conv(64, groups=5)))
    texts = [fix.text for fix in the_problem(net).fixes]
    assert texts == ["Read Input (16×8×8), groups 4"]
    after = the_problem(net).fixes[0].apply(net)
    assert after["loose"].inputs == ("input",)
    assert not analyze(after).problems


def test_a_branch_of_larger_maps_takes_the_stride_that_matches() -> None:
    net = graph((8, 28, 28), a=(conv(8, 3, 2), "input"), b=(conv(8, 3), "input"), sum=(make("Add"), "a", "b"))
    assert "Stride 2 at Conv 3×3 · 8" in solved(net)


def test_a_pooling_further_up_its_branch_loses_its_stride() -> None:
    net = graph(
        (16, 28, 28),
        a=(conv(8), "input"),
        pool=(pool(2), "input"),
        project=(conv(8, 1), "pool"),
        joined=(make("Concat"), "a", "project"),
    )
    fixes = {fix.text: fix for fix in the_problem(net).fixes}
    assert set(solved(net)) == set(fixes)
    after = fixes["Stride 1 and padding same at Max pool 2×2"].apply(net)
    assert analyze(after).layers["joined"].output_shape == (16, 28, 28)


def test_nodes_of_one_name_are_told_apart() -> None:
    net = graph((16, 8, 8), a=(conv(4), "input"), b=(conv(4), "input")).add(Node(id="alone", layer=pool()))
    texts = solved(net)
    assert texts[:2] == ["Read Conv 3×3 · 4 b (4×8×8)", "Read Conv 3×3 · 4 a (4×8×8)"]


def test_maps_of_which_none_is_the_smaller_are_cropped_to_what_they_share() -> None:
    nodes = [
        Node(id=name, layer=make("Input", shape=shape))
        for name, shape in (("a", (4, 9, 5)), ("b", (4, 3, 8)))
    ]
    net = Network([*nodes, Node(id="sum", layer=make("Add"), inputs=("a", "b"))])
    assert solved(net)
    crop = next(fix for fix in the_problem(net).fixes if fix.text.startswith("Crop"))
    assert analyze(crop.apply(net)).layers["sum"].output_shape == (4, 3, 5)


def test_a_linear_layer_on_maps_gets_a_flatten() -> None:
    net = chain(conv(4), make("Linear"), shape=(3, 8, 8))
    assert solved(net) == ["Insert a Flatten"]
    after = the_problem(net).fixes[0].apply(net)
    assert [after[one].layer.kind for one in after.order] == ["Input", "Conv2d", "Flatten", "Linear"]


def test_a_convolution_behind_a_flatten_reads_the_map_before_it() -> None:
    assert solved(chain(make("Flatten"), conv(4))) == ["Read the map before Flatten"]


def test_branches_of_unequal_channels_are_matched_by_a_projection() -> None:
    net = graph((3, 28, 28), a=(conv(64), "input"), b=(conv(32), "input"), sum=(make("Add"), "a", "b"))
    assert solved(net) == [
        "1×1 convolution to 64 channels after Conv 3×3 · 32",
        "1×1 convolution to 32 channels after Conv 3×3 · 64",
    ]
    after = the_problem(net).fixes[0].apply(net)
    assert analyze(after).layers["sum"].output_shape == (64, 28, 28)
    assert after["a"] is net["a"]


def test_a_strided_branch_is_matched_by_a_strided_projection_or_upsampling() -> None:
    net = graph((64, 28, 28), a=(conv(128, 3, 2), "input"), sum=(make("Add"), "a", "input"))
    texts = solved(net)
    assert texts[0] == "1×1 convolution to 128 channels, stride 2 after Input"
    assert any("Upsample to 28×28" in text for text in texts)
    assert any("Crop to 14×14" in text for text in texts)


def test_a_branch_without_padding_gets_it_or_the_other_one_is_cropped() -> None:
    net = graph((8, 28, 28), a=(conv(8, padding="valid"), "input"), sum=(make("Add"), "a", "input"))
    texts = solved(net)
    assert "Crop to 26×26 after Input" in texts
    assert "Use padding same at Conv 3×3 · 8" in texts


def test_concat_keeps_every_branch_its_channels() -> None:
    net = graph(
        (16, 28, 28),
        a=(conv(8, padding="valid"), "input"),
        b=(conv(4), "input"),
        joined=(make("Concat"), "a", "b", "input"),
    )
    assert solved(net)
    crop = next(fix for fix in the_problem(net).fixes if "Crop" in fix.text)
    assert analyze(crop.apply(net)).layers["joined"].output_shape == (28, 26, 26)


def test_vectors_of_unequal_length_are_matched_by_a_linear_layer() -> None:
    net = graph(
        (3, 4, 4),
        flat=(make("Flatten"), "input"),
        a=(make("Linear", out_features=10), "flat"),
        sum=(make("Add"), "a", "flat"),
    )
    assert solved(net) == ["Linear · 10 after Flatten", "Linear · 48 after Linear · 10"]


def test_maps_that_meet_a_vector_are_flattened() -> None:
    net = graph((3, 4, 4), flat=(make("Flatten"), "input"), joined=(make("Concat"), "input", "flat"))
    assert solved(net) == ["Flatten after Input"]


def test_a_missing_input_is_wired_from_the_deepest_loose_end() -> None:
    net = chain(conv(4), conv(8), shape=(3, 8, 8)).add(Node(id="alone", layer=pool()))
    texts = solved(net)
    assert texts[0] == "Read Conv 3×3 · 8 (8×8×8)"
    assert len(texts) == 3


def test_a_second_input_of_a_sum_is_one_that_fits() -> None:
    net = chain(conv(4), conv(8), conv(4), shape=(3, 8, 8)).add(
        Node(id="sum", layer=make("Add"), inputs=("n3",))
    )
    assert solved(net) == ["Read Conv 3×3 · 4 (4×8×8)"]
    assert the_problem(net).fixes[0].apply(net)["sum"].inputs == ("n3", "n1")


def test_a_missing_input_is_never_wired_from_below() -> None:
    net = Network(
        [
            Node(id="input", layer=make("Input")),
            Node(id="a", layer=conv()),
            Node(id="b", layer=conv(), inputs=("a",)),
        ]
    )
    (problem,) = analyze(net).problems
    assert [fix.text for fix in problem.fixes] == ["Read Input (3×224×224)"]


def test_a_network_without_input_gets_one() -> None:
    net = Network([Node(id="a", layer=conv(8)), Node(id="b", layer=conv(), inputs=("a",))])
    fix = analyze(net).problems[0].fixes[0]
    assert fix.text == "Add an Input 3×224×224"
    after = analyze(fix.apply(net))
    assert not after.problems
    assert after.layers["a"].output_shape == (8, 224, 224)


map_shapes = st.tuples(st.sampled_from([1, 3, 4, 6, 8]), st.integers(1, 9), st.integers(1, 9))
layers = st.one_of(
    st.builds(
        lambda kernel, groups, mode, dilation: conv(
            12, kernel, groups=groups, padding=mode, dilation=(dilation, 1)
        ),
        st.integers(1, 7),
        st.integers(1, 7),
        st.sampled_from(["same", "valid", "full"]),
        st.integers(1, 3),
    ),
    st.builds(
        lambda kernel, pad: pool(kernel, padding=Padding.of(pad)), st.integers(1, 9), st.integers(0, 4)
    ),
    st.builds(
        lambda h, top: make("Crop", height=h, width=h, top=top), st.integers(1, 12), st.integers(0, 12)
    ),
    st.sampled_from([make("Linear"), make("PixelShuffle"), make("Slice", start=2, stop=5)]),
)


@given(map_shapes, layers)
def test_whatever_is_wrong_at_one_layer_every_fix_solves_it(
    shape: tuple[int, int, int], layer: Layer
) -> None:
    net = chain(layer, shape=shape)
    if analyze(net).problems:
        solved(net)


@given(st.lists(map_shapes, min_size=2, max_size=3), st.sampled_from(["Add", "Concat", "Multiply"]))
def test_whatever_branches_meet_every_fix_solves_it(shapes: list[Shape], kind: str) -> None:
    shapes = shapes[:2] if kind == "Multiply" else shapes
    nodes = [Node(id=f"in{i}", layer=make("Input", shape=shape)) for i, shape in enumerate(shapes)]
    net = Network([*nodes, Node(id="meet", layer=make(kind), inputs=tuple(node.id for node in nodes))])
    if analyze(net).problems:
        solved(net)


def test_a_fix_is_a_caption_and_an_edit() -> None:
    fix = Fix("nothing", lambda network: network)
    assert fix.apply(net := chain()) is net


def test_a_fix_fails_cleanly_on_a_network_that_has_moved_on() -> None:
    from engine.errors import NetworkError

    net = chain(make("Linear"), shape=(3, 8, 8))
    fix = the_problem(net).fixes[0]
    with pytest.raises(NetworkError):
        fix.apply(net.remove("n1"))
