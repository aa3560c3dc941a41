"""What every kind says of itself holds, with every setting: the contract of the members of `Layer`."""

import numpy as np
import pytest

from engine.errors import EngineError
from engine.layers import FAMILIES, ROLES, Layer, layer_kinds
from engine.shapes import SAME, VALID, Shape, elements, is_map
from tests.engine.check_layer import near, random_params
from tests.engine.every_layer import every_layer, over
from tests.engine.small_networks import make

EVERY = every_layer()
ON_MAPS = [
    (layer, shapes)
    for layer, shapes in EVERY
    if shapes and all(map(is_map, (*shapes, layer.output_shape(*shapes))))
]
CHOOSES = (
    "Maximum",
    "Minimum",
    "Clamp",
    "ChannelPool",
    "Reshape",
    "Function",
    "Hardsigmoid",
    "Resize",
    "ThresholdedReLU",
)
"""Kinds that pass on one of the values they read, or are flat somewhere: a gradient may stand at a part
of what is read. Of a pooling that follows from what it counts: it compares."""


def test_every_kind_is_tried() -> None:
    # What no palette offers comes with a file: see test_foreign.
    assert {layer.kind for layer, _ in EVERY} == {
        kind for kind, cls in layer_kinds().items() if cls.palette()
    }


@over(ON_MAPS)
def test_an_output_reads_what_its_gradient_reaches(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    random = np.random.default_rng(0)
    params = random_params(layer, shapes, random)
    inputs = [random.uniform(0.5, 1.5, (1, *shape)).astype(np.float32) for shape in shapes]
    chooses = layer.kind in CHOOSES or (layer.role == "pooling" and layer.operations(*shapes).compare > 0)
    for axis in (0, 1):
        count = layer.output_shape(*shapes)[1 + axis]
        repeated = [np.repeat(x, count, axis=0) for x in inputs]
        output = layer.forward(repeated, params)
        dy = random.uniform(0.5, 1.5, output.shape).astype(np.float32)
        others = np.moveaxis(dy, 2 + axis, 1)  # a view: image n keeps the gradient of output n alone
        others[~np.eye(count, dtype=bool)] = 0.0
        for of, dx in enumerate(layer.backward(repeated, params, output, dy)):
            reached = np.moveaxis(dx, 2 + axis, 1).any(axis=(2, 3))
            for at in range(count):
                read = layer.reads(at, axis, *shapes, of=of)
                assert list(read) == sorted(set(read)), "in order, each once"
                found = set(np.flatnonzero(reached[at]).tolist())
                assert found <= set(read) if chooses else found == set(read)


@pytest.mark.parametrize("kind", layer_kinds())
def test_every_kind_has_its_words(kind: str) -> None:
    cls = layer_kinds()[kind]
    assert cls.aliases, "what else people call it, so that they find it"
    for entry in cls.palette():
        words = [word.casefold() for word in entry.words]
        assert all(words)
        assert len(set(cls.aliases)) == len(cls.aliases)
        assert entry.layer.family in FAMILIES
        assert entry.layer.family == entry.layer.role or cls.family_name


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("dense", "Linear"), ("fc", "Linear"), ("bn", "BatchNorm2d"), ("gap", "GlobalAvgPool2d"),
        ("deconv", "ConvTranspose2d"), ("conv2dtranspose", "ConvTranspose2d"), ("upsampling", "Upsample"),
        ("zeropad", "Pad"), ("lrn", "LocalResponseNorm"), ("dilated", "Conv2d"), ("atrous", "Conv2d"),
        ("pointwise", "Conv2d"), ("skip", "Add"), ("sum", "Add"), ("swish", "SiLU"),
    ],
)  # fmt: skip
def test_kinds_are_found_by_the_words_people_use(word: str, kind: str) -> None:
    assert any(word in entry.words for entry in layer_kinds()[kind].palette())


@over(EVERY)
def test_what_it_says_it_only_moves_stays_as_it_was(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    random = np.random.default_rng(0)
    inputs = [random.standard_normal((1, *shape)).astype(np.float32) for shape in shapes]
    if layer.passes_on:
        assert (layer.forward(inputs, {}) == inputs[0]).all()
    if layer.flattens:
        assert (layer.forward(inputs, {})[0] == inputs[0].ravel()).all()
    if layer.reframes:
        (_, height, width), (_, made_height, made_width) = shapes[0], layer.output_shape(*shapes)
        outer = max(height, made_height), max(width, made_width)
        assert outer in ((height, width), (made_height, made_width)), "it adds or cuts"
        assert not layer.param_shapes(*shapes)


@over(EVERY)
def test_every_number_has_its_rule(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    output = layer.output_shape(*shapes)
    said = [(layer.channel_rule(*shapes), output[0])]
    said += [(layer.size_rule(axis, *shapes), output[1 + axis]) for axis in range(len(output) - 1)]
    for name, shape in layer.param_shapes(*shapes).items():
        said.append((layer.parameter_rule(name, *shapes), elements(shape)))
    said.append((layer.macs_rule(*shapes), layer.macs(*shapes)))
    for rule, value in said:
        assert rule.expression.value == value
        assert rule.words
        assert "makes it" not in rule.words, "what neither stays nor is set has a rule of its own"


def test_widths_are_columns_and_heights_are_rows() -> None:
    for kind in ("Conv2d", "DepthwiseConv2d"):
        layer = make(kind)
        assert "rows" in layer.size_rule(0, (4, 6, 6)).words
        assert "columns" in layer.size_rule(1, (4, 6, 6)).words


@over(ON_MAPS)
def test_what_commutes_with_flatten_does(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    """flatten(layer(x)) = layer(flatten(x)), where its inputs are alike; and for no other kind."""
    if len(set(shapes)) > 1:
        return
    rows = [(elements(shape),) for shape in shapes]
    random = np.random.default_rng(0)
    params = random_params(layer, shapes, random)
    inputs = [random.standard_normal((1, *shape)).astype(np.float32) for shape in shapes]
    expected = layer.forward(inputs, params).reshape(1, -1)
    try:
        alike = layer.param_shapes(*rows) == layer.param_shapes(*shapes)
        assert layer.output_shape(*rows) == expected.shape[1:]
        made = layer.forward([x.reshape(1, -1) for x in inputs], params)
    except (EngineError, ValueError, IndexError, AssertionError):
        alike = False
    assert layer.commutes_with_flatten == (alike and bool(np.allclose(made, expected, equal_nan=True)))


@over(EVERY)
def test_what_bends_is_no_straight_line(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    """Σ gradient · input plus what comes of zeros gives the output back, but for the kinds that bend."""
    if not shapes:
        return
    random = np.random.default_rng(0)
    params = random_params(layer, shapes, random)
    rest = []
    for strength in (1, 8):
        inputs = [strength * random.standard_normal((1, *shape)).astype(np.float32) for shape in shapes]
        output = layer.forward(inputs, params)
        dy = random.standard_normal(output.shape).astype(np.float32)
        gradients = layer.backward(inputs, params, output, dy)
        straight = [(dx * x).sum(dtype=np.float64) for dx, x in zip(gradients, inputs, strict=True)]
        with np.errstate(invalid="ignore"):
            offset = (dy * layer.forward([x * 0 for x in inputs], params)).sum(dtype=np.float64)
        whole = (dy * output).sum(dtype=np.float64)
        scale = np.abs(dy * output).sum(dtype=np.float64) + abs(sum(straight))
        if not np.isfinite([whole, offset, *straight]).all() or not scale:
            return  # it is not there at zero, or below; or nothing comes out at all
        rest.append(float(abs(whole - sum(straight) - offset) / scale))
    assert (max(rest) > 1e-5) == layer.bends


@over(EVERY)
def test_what_is_a_convolution_computes_the_same(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    if len(shapes) != 1:
        return
    (shape,) = shapes
    form = shape if is_map(shape) else (4, 4, 4) if shape == (64,) else (4, 3, 3)
    random = np.random.default_rng(0)
    params = random_params(layer, shapes, random)
    x = random.standard_normal((1, *shape)).astype(np.float32)
    expected = layer.forward([x], params)
    conv = layer.as_convolution(form)
    assert layer.as_convolution((64,)) is None
    assert (conv is None) == (layer.is_convolution is False and layer.family != "dense")
    if conv is not None:
        given = {name: params[name].reshape(size) for name, size in conv.param_shapes(form).items()}
        near(conv.forward([x.reshape(1, *form)], given).ravel(), expected.ravel())


def test_a_kernel_as_large_as_its_maps_is_a_dense_layer() -> None:
    layer = make("Conv2d", kernel_size=(6, 7), padding=VALID)
    assert layer.covers((64, 6, 7))
    assert not layer.covers((64, 6, 8))
    assert not layer.covers((64,))
    assert not layer.replace(padding=SAME).covers((64, 6, 7))
    assert not layer.replace(groups=2).covers((64, 6, 7))


@over(EVERY)
def test_a_value_taken_apart_is_the_layers_own(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    if layer.kind == "Input":
        assert not layer.can_be_taken_apart, "the numbers come from there"
        return
    assert layer.can_be_taken_apart
    random = np.random.default_rng(0)
    params = random_params(layer, shapes, random)
    inputs = [random.uniform(0.5, 1.5, (1, *shape)).astype(np.float32) for shape in shapes]
    output = layer.forward(inputs, params)
    for _ in range(4):
        at = tuple(int(random.integers(size)) for size in output.shape[1:])
        made = layer.taken_apart(inputs, params, at)
        near(made.value, output[(0, *at)])
        if made.steps:
            near(made.steps[-1].running, output[(0, *at)])
        if made.operation == "move" and made.inside.all():
            place = (made.channels[0], made.rows[0], made.columns[0])[: inputs[made.source].ndim - 1]
            assert inputs[made.source][(0, *place)] == output[(0, *at)]
        if len(at) == 3 and all(map(is_map, shapes)) and len(set(shapes)) == 1:
            for axis, places in enumerate((made.rows, made.columns)):
                inside = {index for index in places if 0 <= index < shapes[0][1 + axis]}
                read = set(layer.reads(at[1 + axis], axis, *shapes))
                assert inside <= read if made.steps else inside == read


@over(EVERY)
def test_what_lacks_a_bias_takes_one_for_each_channel(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    if layer.lacks_bias:
        added = layer.replace(bias=True).param_shapes(*shapes)
        assert dict(added) == {**layer.param_shapes(*shapes), "bias": layer.output_shape(*shapes)[:1]}
    elif "bias" in {setting.name for setting in layer.settings()}:
        assert "bias" in layer.param_shapes(*shapes)


@over([case for case in EVERY if case[0].role == "activation"])
def test_what_rectifies_is_a_relu(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    """What is negative becomes 0, the rest passes, up to a ceiling of more than 1."""
    random = np.random.default_rng(0)
    x = np.linspace(-1, 1, elements(shapes[0]), dtype=np.float32).reshape(1, *shapes[0])
    passed = layer.forward([x], random_params(layer, shapes, random))
    assert layer.rectifies == bool((passed == np.maximum(x, 0)).all())


@over([(layer, shapes) for layer, shapes in ON_MAPS if layer.can_be_taken_apart and layer.role == "pooling"])
def test_what_averages_takes_the_mean_of_what_it_reads(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    random = np.random.default_rng(0)
    inputs = [random.standard_normal((1, *shape)).astype(np.float32) for shape in shapes]
    at = tuple(size // 2 for size in layer.output_shape(*shapes))
    apart = layer.taken_apart(inputs, {}, at)
    assert layer.averages == (apart.operation == "mean" and len(apart.channels) == 1)


def test_what_is_used_often_has_a_place_of_its_own_and_follows_roles_there_are() -> None:
    entries = [entry for cls in layer_kinds().values() for entry in cls.palette()]
    places = sorted(entry.often for entry in entries if entry.often)
    assert places == list(range(1, len(places) + 1))
    assert all(set(entry.follows) <= set(ROLES) for entry in entries)


def test_only_the_photograph_is_an_input() -> None:
    assert [kind for kind, cls in layer_kinds().items() if cls.palette() and cls().is_input] == ["Input"]
