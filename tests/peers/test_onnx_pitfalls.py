"""Small models drawn at random for what importers of ONNX are known to get wrong, against onnxruntime.

Each is computed the same, or refused in one line; none may be wrong. Where onnxruntime itself refuses a model
there is no oracle, and nothing is asserted.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.peers.onnx_files import Verdict, verdict

pytestmark = pytest.mark.peer

Array = npt.NDArray[Any]
Draw = Callable[[Random, np.random.Generator], bytes]

MODELS = 60
"""Drawn for each pitfall."""


def model(
    nodes: Sequence[Any],
    fixed: dict[str, Array],
    shape: Sequence[int | str],
    *,
    opset: int = 17,
    outputs: Sequence[str] = ("y",),
    inputs: Sequence[str] = ("x",),
) -> bytes:
    """A model of these operators; `x` is what comes in."""
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name in inputs]
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in fixed.items()]
    graph = helper.make_graph(list(nodes), "pitfall", given, made, tensors)
    ir = 10 if opset > 20 else 8
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir)
    return bytes(built.SerializeToString())


def node(op_type: str, inputs: str, outputs: str = "y", **attributes: Any) -> Any:
    return helper.make_node(op_type, inputs.split(","), outputs.split(","), **attributes)


def sides(random: Random, most: int = 2) -> list[int]:
    return [random.randint(0, most) for _ in range(4)]


def floats(numbers: np.random.Generator, shape: int | tuple[int, ...]) -> Array:
    """Weights."""
    return numbers.standard_normal(shape).astype(np.float32)


def pair(random: Random, low: int, high: int) -> list[int]:
    return [random.randint(low, high), random.randint(low, high)]


def convolution(random: Random, numbers: np.random.Generator) -> bytes:
    """1×1 to 4×4 kernels, even ones too, uneven pads, every auto_pad."""
    groups = random.choice([1, 1, 2, 4])
    channels, kernel = 4, pair(random, 1, 4)
    how: dict[str, Any] = {"group": groups, "strides": pair(random, 1, 3)}
    if random.random() < 0.5:
        how["auto_pad"] = random.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
    else:
        how |= {"pads": sides(random), "dilations": pair(random, 1, 2)}
    if random.random() < 0.5:
        how["kernel_shape"] = kernel
    fixed = {"w": floats(numbers, (8, channels // groups, *kernel))}
    if random.random() < 0.5:
        fixed["b"] = floats(numbers, 8)
    size = [random.randint(7, 12), random.randint(7, 12)]
    return model([node("Conv", "x,w" + (",b" if "b" in fixed else ""), **how)], fixed, [1, channels, *size])


def transposed(random: Random, numbers: np.random.Generator) -> bytes:
    """output_padding, output_shape, auto_pad, groups, dilations."""
    groups, kernel, strides = random.choice([1, 2]), pair(random, 1, 4), pair(random, 1, 3)
    how: dict[str, Any] = {"group": groups, "strides": strides}
    kind = random.choice(["pads", "auto", "shape"])
    size = [random.randint(3, 6), random.randint(3, 6)]
    if kind == "pads":
        how |= {"pads": sides(random, 1), "output_padding": [random.randrange(s) for s in strides]}
        how["dilations"] = pair(random, 1, 2)
    elif kind == "auto":
        how["auto_pad"] = random.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
    else:
        how["output_shape"] = [n * s + random.randint(-1, 1) for n, s in zip(size, strides, strict=True)]
        if random.random() < 0.5:
            how["auto_pad"] = random.choice(["SAME_UPPER", "SAME_LOWER"])
    fixed = {"w": floats(numbers, (4, 6 // groups, *kernel))}
    return model([node("ConvTranspose", "x,w", **how)], fixed, [1, 4, *size])


def pooling(random: Random, numbers: np.random.Generator) -> bytes:
    """ceil_mode, what the divisor counts, uneven pads, auto_pad, dilations."""
    kind, kernel = random.choice(["MaxPool", "AveragePool"]), pair(random, 1, 4)
    how: dict[str, Any] = {"kernel_shape": kernel, "strides": pair(random, 1, 3)}
    if random.random() < 0.6:
        how["ceil_mode"] = random.randint(0, 1)
    if kind == "AveragePool":
        how["count_include_pad"] = random.randint(0, 1)
    elif random.random() < 0.3:
        how["dilations"] = pair(random, 1, 2)
    if random.random() < 0.3:
        how["auto_pad"] = random.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
    else:
        top, left, bottom, right = (random.randrange(min(k, 3)) for k in (*kernel, *kernel))
        how["pads"] = [top, left, bottom, right]
    return model([node(kind, "x", **how)], {}, [1, 3, random.randint(6, 11), random.randint(6, 11)], opset=19)


def resizing(random: Random, numbers: np.random.Generator) -> bytes:
    """Every mode, coordinate and rounding; scales that are no whole numbers, and sizes."""
    size = [random.randint(3, 7), random.randint(3, 7)]
    how: dict[str, Any] = {
        "mode": random.choice(["nearest", "linear", "cubic"]),
        "coordinate_transformation_mode": random.choice(
            ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric"]
        ),
    }
    opset = random.choice([11, 13, 18, 19])
    if opset < 19 and how["coordinate_transformation_mode"] == "half_pixel_symmetric":
        how["coordinate_transformation_mode"] = "half_pixel"
    if how["mode"] == "nearest":
        how["nearest_mode"] = random.choice(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
    if how["mode"] == "cubic":
        how |= {"cubic_coeff_a": random.choice([-0.75, -0.5]), "exclude_outside": random.randint(0, 1)}
    empty = {"r": np.zeros(0, np.float32), "s": np.zeros(0, np.float32)}
    if random.random() < 0.5:
        wanted = np.array([1, 2, random.randint(1, 14), random.randint(1, 14)], np.int64)
        return model([node("Resize", "x,r,s,z", **how)], {**empty, "z": wanted}, [1, 2, *size], opset=opset)
    scale = [random.choice([0.5, 0.6, 1.0, 1.5, 2.0, 2.3, 3.0]) for _ in size]
    fixed = {"r": empty["r"], "s": np.array([1, 1, *scale], np.float32)}
    return model([node("Resize", "x,r,s", **how)], fixed, [1, 2, *size], opset=opset)


def upsampling(random: Random, numbers: np.random.Generator) -> bytes:
    """The forms of opset 7, 9 and 10."""
    opset, mode = random.choice([7, 9, 10]), random.choice(["nearest", "linear"])
    scale = [1.0, 1.0, random.choice([1.0, 1.5, 2.0, 3.0]), random.choice([1.0, 2.0, 2.5])]
    if opset == 7:
        return model([node("Upsample", "x", mode=mode, scales=scale)], {}, [1, 2, 4, 5], opset=7)
    kind = "Upsample" if opset == 9 else "Resize"
    fixed = {"s": np.array(scale, np.float32)}
    return model([node(kind, "x,s", mode=mode)], fixed, [1, 2, 4, 5], opset=opset)


def slopes(random: Random, numbers: np.random.Generator) -> bytes:
    """PRelu with slopes of every shape that broadcasts."""
    shape = random.choice([(3, 1, 1), (1,), (), (5,), (3, 4, 5), (1, 3, 1, 1), (4, 1), (1, 1, 1)])
    return model([node("PRelu", "x,s")], {"s": numbers.random(shape).astype(np.float32)}, [1, 3, 4, 5])


def broadcasting(random: Random, numbers: np.random.Generator) -> bytes:
    """Constants of every shape, in front or behind; gates; maps of different size."""
    kind = random.choice(["Add", "Mul", "Sub", "Div", "Max", "Min", "Pow"])
    shapes: list[tuple[int, ...]] = [
        (1, 3, 1, 1),
        (3, 1, 1),
        (),
        (1,),
        (5,),
        (4, 5),
        (4, 1),
        (1, 3, 4, 5),
        (3, 4, 5),
        (1, 1, 4, 5),
        (1, 3, 4, 1),
        (1, 1, 1, 5),
        (1, 1),
        (3, 1, 5),
    ]
    shape = random.choice(shapes)
    value = (numbers.random(shape) + 0.5).astype(np.float32)
    if kind == "Pow":
        value = np.array(random.choice([0.5, 2.0, 3.0, -1.0]), np.float32)
    before = [node("Abs", "x", "a")]
    form = random.choice(["behind", "before", "gate", "pooled"])
    if form == "behind" or kind == "Pow":
        return model([*before, node(kind, "a,c")], {"c": value}, [1, 3, 4, 5])
    if form == "before":
        added = [node("Add", "a,one", "p"), node(kind, "c,p")]
        return model([*before, *added], {"c": value, "one": np.array(1, np.float32)}, [1, 3, 4, 5])
    axes = random.choice([[2, 3], [1], [3], [2], [1, 2, 3], [1, 2]])
    kept = random.randint(0, 1) if axes == [1, 2, 3] else 1
    made = [node("ReduceMean", "a", "g", axes=axes, keepdims=kept), node("Add", "g,one", "h")]
    order = "a,h" if random.random() < 0.5 else "h,a"
    return model([*before, *made, node(kind, order)], {"one": np.array(1, np.float32)}, [1, 3, 4, 5])


def slicing(random: Random, numbers: np.random.Generator) -> bytes:
    """Steps, negative and clamped ends, by attribute and by input; then a convolution reads it."""
    shape = (1, 4, 7, 8)
    axes = random.sample([1, 2, 3, -1, -2], random.randint(1, 2))
    if len({axis % 4 for axis in axes}) < len(axes):
        axes = axes[:1]
    starts = [random.randint(-9, 3) for _ in axes]
    ends = [random.choice([2**63 - 1, 3, 7, -1, 100]) for _ in axes]
    if random.random() < 0.3:
        ends = [min(end, 2**31 - 1) for end in ends]
        return model([node("Slice", "x", axes=axes, starts=starts, ends=ends)], {}, shape, opset=9)
    fixed = {"s": np.array(starts), "e": np.array(ends), "a": np.array(axes)}
    names = "x,s,e,a"
    if random.random() < 0.6:
        fixed["t"] = np.array([random.choice([1, 2, 3, -1]) for _ in axes])
        names += ",t"
    return model([node("Slice", names, "p"), node("Relu", "p")], fixed, shape, opset=random.choice([10, 13]))


def splitting(random: Random, numbers: np.random.Generator) -> bytes:
    """By attribute, by input, by num_outputs with an uneven last part; parts joined in another order."""
    axis = random.choice([1, 2, -1])
    size = (1, 7, 6, 8)[axis]
    opset = random.choice([11, 13, 18])
    cut = sorted(random.sample(range(1, size), 2))
    sizes = [cut[0], cut[1] - cut[0], size - cut[1]]
    how: dict[str, Any] = {"axis": axis}
    fixed: dict[str, Array] = {}
    names = "x"
    if opset == 11:
        how["split"] = sizes
    elif opset == 18 and random.random() < 0.6:
        how["num_outputs"] = 3
    else:
        fixed, names = {"z": np.array(sizes)}, "x,z"
    nodes = [
        node("Split", names, "a,b,c", **how),
        node("Sigmoid", "b", "d"),
        node("Concat", "c,a,d", axis=axis),
    ]
    return model(nodes, fixed, (1, 7, 6, 8), opset=opset)


def padding(random: Random, numbers: np.random.Generator) -> bytes:
    """By attribute or input; constant, reflect, edge; negative pads; into a max pool with −∞."""
    mode = random.choice(["constant", "reflect", "edge"])
    low = -1 if random.random() < 0.5 else 0
    pads = [0, 0, *pair(random, low, 2), 0, 0, *pair(random, low, 2)]
    if random.random() < 0.15:
        pads[1] = pads[5] = random.randint(0, 1)
    value = random.choice([0.0, 1.5, float("-inf")]) if mode == "constant" else 0.0
    if random.random() < 0.3 and value == value:
        value = 0.0 if value == float("-inf") else value
        return model([node("Pad", "x", mode=mode, pads=pads, value=value)], {}, [1, 3, 5, 6], opset=10)
    fixed = {"p": np.array(pads), "v": np.array(value, np.float32)}
    if value == float("-inf"):
        pool = node("MaxPool", "m", kernel_shape=[3, 3], strides=pair(random, 1, 2))
        return model([node("Pad", "x,p,v", "m", mode=mode), pool], fixed, [1, 3, 6, 7])
    return model([node("Pad", "x,p,v", mode=mode)], fixed, [1, 3, 5, 6], opset=random.choice([11, 13, 18]))


def softmax(random: Random, numbers: np.random.Generator) -> bytes:
    """Before opset 13 over all axes from one on; the default axis differs."""
    opset = random.choice([9, 11, 12, 13, 17])
    shape = random.choice([(1, 3, 4, 5), (1, 6), (1, 5, 1, 1)])
    how = {} if random.random() < 0.3 else {"axis": random.randint(-len(shape), len(shape) - 1)}
    if opset < 11:
        how = {key: value % len(shape) for key, value in how.items()}
    return model([node(random.choice(["Softmax", "LogSoftmax"]), "x", **how)], {}, shape, opset=opset)


def normalizing(random: Random, numbers: np.random.Generator) -> bytes:
    """Batch norm on maps and vectors, groups per group and per channel, layers over any axes."""
    kind = random.choice(["batch", "vector", "group18", "group21", "instance", "layer", "rows"])
    scale, shift, mean = floats(numbers, (3, 6))
    fixed = {"s": scale, "b": shift}
    eps = random.choice([1e-5, 1e-3, 0.1])
    if kind in ("batch", "vector"):
        fixed |= {"m": mean, "v": (numbers.random(6) + 0.1).astype(np.float32)}
        shape = [1, 6, 4, 5] if kind == "batch" else [1, 6]
        return model(
            [node("BatchNormalization", "x,s,b,m,v", epsilon=eps)],
            fixed,
            shape,
            opset=random.choice([9, 14, 15]),
        )
    if kind.startswith("group"):
        groups = random.choice([1, 2, 3, 6])
        count = groups if kind == "group18" else 6
        fixed = {name: value[:count] for name, value in fixed.items()}
        made = node("GroupNormalization", "x,s,b", num_groups=groups, epsilon=eps)
        return model([made], fixed, [1, 6, 4, 5], opset=18 if kind == "group18" else 21)
    if kind == "instance":
        return model([node("InstanceNormalization", "x,s,b", epsilon=eps)], fixed, [1, 6, 4, 5])
    if kind == "rows":
        groups = random.choice([2, 3])
        fixed = {
            "z": np.array([0, groups, -1]),
            "q": np.array([1, 6, 4, 5]),
            "s": np.ones(groups, np.float32),
            "b": np.zeros(groups, np.float32),
            "u": numbers.random((6, 1, 1)).astype(np.float32),
        }
        nodes = [
            node("Reshape", "x,z", "r"),
            node("InstanceNormalization", "r,s,b", "n", epsilon=eps),
            node("Reshape", "n,q", "k"),
            node("Mul", "k,u", "y"),
        ]
        return model(nodes, fixed, [1, 6, 4, 5])
    axis = random.choice([-1, -2, 1, 2, 3])
    sizes = (1, 6, 4, 5)[axis:]
    fixed = {"s": numbers.random(sizes).astype(np.float32), "b": numbers.random(sizes).astype(np.float32)}
    names = random.choice(["x,s", "x,s,b"])
    return model([node("LayerNormalization", names, axis=axis, epsilon=eps)], fixed, [1, 6, 4, 5])


def blocks(random: Random, numbers: np.random.Generator) -> bytes:
    """DepthToSpace in both modes, SpaceToDepth, blocks of 3; written out as Reshape and Transpose, too."""
    block = random.choice([2, 3])
    kind = random.choice(["depth", "space", "written", "shuffle"])
    if kind == "depth":
        made = node("DepthToSpace", "x", blocksize=block, mode=random.choice(["DCR", "CRD"]))
        return model([made], {}, [1, 2 * block**2, 3, 4])
    if kind == "space":
        return model([node("SpaceToDepth", "x", blocksize=block)], {}, [1, 3, 2 * block, 3 * block])
    if kind == "shuffle":
        groups = random.choice([2, 3, 4, 6])
        fixed = {"a": np.array([1, groups, 12 // groups, 4, 5]), "z": np.array([1, 12, 4, 5])}
        nodes = [
            node("Reshape", "x,a", "b"),
            node("Transpose", "b", "c", perm=[0, 2, 1, 3, 4]),
            node("Reshape", "c,z"),
        ]
        return model(nodes, fixed, [1, 12, 4, 5])
    order = [0, *random.sample(range(1, 6), 5)]
    split = (1, 2, 3, block, 2, block)
    fixed = {"a": np.array(split), "z": np.array([1, 6, 2 * block, 2 * block // 2])}
    fixed["z"] = np.array([1, 6, 2, -1])
    nodes = [
        node("Reshape", "x,a", "b"),
        node("Transpose", "b", "c", perm=order),
        node("Reshape", "c,z", "d"),
        node("Relu", "d"),
    ]
    return model(nodes, fixed, [1, 6, 2 * block, block])


def channels_last(random: Random, numbers: np.random.Generator) -> bytes:
    """N×H×W×C islands between transposes: products, norms, sums; a Flatten in that order."""
    fixed = {
        "m": floats(numbers, (6, 5)),
        "b": floats(numbers, 5),
        "s": numbers.random(6).astype(np.float32),
        "w": floats(numbers, (4, 5, 3, 3)),
        "d": floats(numbers, (4 * 4 * 5, 7)),
        "k": floats(numbers, (6, 3, 2, 2)),
    }
    nodes = [
        node("Transpose", "x", "t", perm=[0, 3, 1, 2]),
        node("Conv", "t,k", "c"),
        node("Transpose", "c", "h", perm=[0, 2, 3, 1]),
        node("LayerNormalization", "h,s", "l", axis=-1),
        node("MatMul", "l,m", "p"),
        node("Add", "p,b", "q"),
    ]
    end = random.choice(["conv", "flatten", "mean", "softmax", "concat"])
    if end == "conv":
        nodes += [node("Transpose", "q", "r", perm=[0, 3, 1, 2]), node("Conv", "r,w")]
    elif end == "flatten":
        nodes += [node("Flatten", "q", "f"), node("MatMul", "f,d")]
    elif end == "mean":
        nodes += [node("ReduceMean", "q", axes=[1, 2], keepdims=random.randint(0, 1))]
    elif end == "softmax":
        nodes += [node("Softmax", "q", axis=-1)]
    else:
        nodes += [node("Concat", "q,h,q", axis=3)]
    return model(nodes, fixed, [1, 5, 5, 3])


def reducing(random: Random, numbers: np.random.Generator) -> bytes:
    """Every reduction over every axes, kept or not; axes by attribute or (18) by input."""
    kind = random.choice(
        ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceL1", "ReduceSumSquare"]
    )
    axes = random.choice([[1], [2], [3], [2, 3], [-1, -2], [1, 2, 3], [-3], [1, 3], [0, 1]])
    kept = random.randint(0, 1)
    if kind == "ReduceSum" or random.random() < 0.4:
        opset = 13 if kind == "ReduceSum" else 18
        return model([node(kind, "x,a", keepdims=kept)], {"a": np.array(axes)}, [1, 3, 4, 5], opset=opset)
    return model([node(kind, "x", axes=axes, keepdims=kept)], {}, [1, 3, 4, 5], opset=random.choice([11, 13]))


def clipping(random: Random, numbers: np.random.Generator) -> bytes:
    """Attributes (6) or inputs (11), of which either may be left out."""
    low, high = sorted(numbers.standard_normal(2).tolist())
    if random.random() < 0.3:
        how = {key: value for key, value in (("min", low), ("max", high)) if random.random() < 0.7}
        return model([node("Clip", "x", **how)], {}, [1, 3, 4, 5], opset=10)
    fixed = {"l": np.array(low, np.float32), "h": np.array(high, np.float32)}
    return model([node("Clip", random.choice(["x,l,h", "x,,h", "x,l", "x,,", "x"]))], fixed, [1, 3, 4, 5])


def folding(random: Random, numbers: np.random.Generator) -> bytes:
    """Shape, Gather, Unsqueeze, Concat, Reshape; a flatten, a resize to another map's size, an expand."""
    fixed = {
        "i0": np.array(0),
        "i2": np.array([2]),
        "i3": np.array([3]),
        "m1": np.array([-1]),
        "ax": np.array([0]),
        "one": np.array([1, 1], np.int64),
        "two": np.array([2]),
        "r": np.zeros(0, np.float32),
    }
    kind = random.choice(["flatten", "resize", "expand", "halve"])
    shape = [node("Shape", "x", "s")]
    if kind == "flatten":
        nodes = [
            *shape,
            node("Gather", "s,i0", "n"),
            node("Unsqueeze", "n,ax", "u"),
            node("Concat", "u,m1", "z", axis=0),
            node("Reshape", "x,z"),
        ]
    elif kind == "resize":
        nodes = [
            node("MaxPool", "x", "p", kernel_shape=[2, 2], strides=[2, 2]),
            *shape,
            node("Slice", "s,two,four", "hw"),
            node("Shape", "p", "q"),
            node("Slice", "q,i00,two", "nc"),
            node("Concat", "nc,hw", "z", axis=0),
            node("Resize", "p,r,,z", "big", mode="nearest"),
            node("Add", "big,x"),
        ]
        fixed |= {"four": np.array([4]), "i00": np.array([0])}
    elif kind == "expand":
        nodes = [
            node("GlobalAveragePool", "x", "g"),
            *shape,
            node("Expand", "g,s", "e"),
            node(random.choice(["Mul", "Sub"]), "x,e"),
        ]
    else:
        nodes = [
            *shape,
            node("Gather", "s,i2", "h"),
            node("Div", "h,two", "half"),
            node("Gather", "s,i3", "w"),
            node("Slice", "x,z0,half,i2", "a"),
            node("Relu", "a"),
        ]
        fixed |= {"z0": np.array([0])}
    return model(nodes, fixed, [1, 4, random.choice([5, 6, 7]), 8], opset=13)


def storage(random: Random, numbers: np.random.Generator) -> bytes:
    """Weights as raw bytes, as numbers, as Constant nodes, as inputs; unsorted nodes; doubled names."""
    weight = floats(numbers, (4, 3, 3, 3))
    kind = random.choice(["float_data", "constant", "input", "unsorted", "identity", "double"])
    tensor = numpy_helper.from_array(weight, "w")
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], "same"),
        helper.make_node("Relu", ["a"], ["y"], "same" if kind == "constant" else ""),
    ]
    given = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 6, 6])]
    if kind == "float_data":
        tensor = helper.make_tensor("w", TensorProto.FLOAT, weight.shape, weight.ravel().tolist())
    if kind == "input":
        given.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, weight.shape))
    if kind == "unsorted":
        nodes = nodes[::-1]
    if kind == "constant":
        nodes.insert(0, helper.make_node("Constant", [], ["w"], value=tensor))
    if kind == "identity":
        nodes = [helper.make_node("Identity", ["w0"], ["w"]), *nodes]
        tensor = numpy_helper.from_array(weight, "w0")
    if kind == "double":
        nodes = [helper.make_node("Cast", ["w64"], ["w"], to=TensorProto.FLOAT), *nodes]
        tensor = numpy_helper.from_array(weight.astype(np.float64), "w64")
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("y", "a")]
    graph = helper.make_graph(nodes, "net", given, outputs, [] if kind == "constant" else [tensor])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return bytes(made.SerializeToString())


def batches(random: Random, numbers: np.random.Generator) -> bytes:
    """A batch of 4, with what only works if images stay apart."""
    fixed = {
        "w": floats(numbers, (4, 3, 3, 3)),
        "d": floats(numbers, (64, 5)),
        "z": np.array([4, -1]),
        "g": np.array([4, 2, 2, 4, 4]),
        "b": np.array([4, 4, 4, 4]),
        "one": np.ones((4, 1, 1, 1), np.float32),
    }
    end = random.choice(["dense", "shuffle", "se", "softmax", "mixed"])
    nodes = [node("Conv", "x,w", "c")]
    if end == "dense":
        nodes += [node("Reshape", "c,z", "f"), node("MatMul", "f,d")]
    elif end == "shuffle":
        nodes += [
            node("Reshape", "c,g", "p"),
            node("Transpose", "p", "q", perm=[0, 2, 1, 3, 4]),
            node("Reshape", "q,b"),
        ]
    elif end == "se":
        nodes += [node("ReduceMean", "c", "m", axes=[2, 3]), node("Sigmoid", "m", "s"), node("Mul", "s,c")]
    elif end == "softmax":
        nodes += [node("Softmax", "c", axis=random.choice([1, 2, 3]))]
    else:
        nodes += [node(random.choice(["Transpose"]), "c", "t", perm=[1, 0, 2, 3]), node("Relu", "t")]
    return model(nodes, fixed, [4, 3, 6, 6], opset=13)


def mixtures(random: Random, numbers: np.random.Generator) -> bytes:
    """A chain of everything: whatever order the values lie in, the next operator has to know it."""
    shape: tuple[int, ...] = (1, random.choice([4, 6]), random.choice([4, 6]), random.choice([3, 4, 8]))
    first, name, nodes = shape, "x", []
    fixed: dict[str, Array] = {"one": np.array(1, np.float32)}
    for step in range(random.randint(3, 8)):
        made, rank = f"t{step}", len(shape)
        kind = random.choice(
            [
                "Transpose",
                "Reshape",
                "Relu",
                "Add",
                "Mul",
                "Softmax",
                "ReduceMean",
                "Concat",
                "Slice",
                "MatMul",
                "Conv",
                "Flatten",
                "gate",
                "Squeeze",
                "Unsqueeze",
                "Split",
                "norm",
                "ReduceMax",
                "twice",
            ]
        )
        axis = random.randrange(rank)
        if kind == "Transpose":
            order = random.sample(range(rank), rank)
            nodes.append(node("Transpose", name, made, perm=order))
            shape = tuple(shape[place] for place in order)
        elif kind == "Reshape":
            sizes = list(shape)
            whole = int(np.prod(sizes))
            cut = random.choice([size for size in range(1, whole + 1) if whole % size == 0])
            sizes = random.choice(
                [[1, cut, whole // cut], [1, whole], [1, cut, 1, whole // cut], [cut, whole // cut]]
            )
            fixed[f"c{step}"] = np.array(sizes)
            nodes.append(node("Reshape", f"{name},c{step}", made))
            shape = tuple(sizes)
        elif kind in ("Relu", "twice"):
            nodes.append(node("Relu", name, made) if kind == "Relu" else node("Add", f"{name},{name}", made))
        elif kind in ("Add", "Mul"):
            sizes = [size if random.random() < 0.5 else 1 for size in shape][random.randint(0, rank - 1) :]
            fixed[f"c{step}"] = floats(numbers, tuple(sizes))
            pair_of = [name, f"c{step}"]
            random.shuffle(pair_of)
            nodes.append(node(kind, ",".join(pair_of), made))
        elif kind == "Softmax":
            nodes.append(node("Softmax", name, made, axis=axis))
        elif kind in ("ReduceMean", "ReduceMax") and rank > 2:
            kept = random.randint(0, 1)
            nodes.append(node(kind, name, made, axes=[axis], keepdims=kept))
            shape = (*shape[:axis], *([1] if kept else []), *shape[axis + 1 :])
        elif kind == "Concat":
            nodes += [node("Tanh", name, f"{made}b"), node("Concat", f"{name},{made}b", made, axis=axis)]
            shape = (*shape[:axis], 2 * shape[axis], *shape[axis + 1 :])
        elif kind == "Slice" and shape[axis] > 2:
            fixed |= {
                f"s{step}": np.array([1]),
                f"e{step}": np.array([shape[axis]]),
                f"a{step}": np.array([axis]),
            }
            nodes.append(node("Slice", f"{name},s{step},e{step},a{step}", made))
            shape = (*shape[:axis], shape[axis] - 1, *shape[axis + 1 :])
        elif kind == "Split" and shape[axis] % 2 == 0:
            nodes += [
                node("Split", name, f"{made}a,{made}b", axis=axis),
                node("Sub", f"{made}b,{made}a", made),
            ]
            shape = (*shape[:axis], shape[axis] // 2, *shape[axis + 1 :])
        elif kind == "MatMul" and rank >= 2 and shape[-1] < 500:
            fixed[f"c{step}"] = floats(numbers, (shape[-1], 5))
            nodes.append(node("MatMul", f"{name},c{step}", made))
            shape = (*shape[:-1], 5)
        elif kind == "Conv" and rank == 4 and shape[0] == 1 and shape[1] < 500:
            fixed[f"c{step}"] = floats(numbers, (6, shape[1], 1, 1))
            nodes.append(node("Conv", f"{name},c{step}", made))
            shape = (1, 6, *shape[2:])
        elif kind == "Flatten":
            nodes.append(node("Flatten", name, made, axis=axis))
            shape = (int(np.prod(shape[:axis])), int(np.prod(shape[axis:])))
        elif kind == "gate":
            nodes += [node("ReduceMean", name, f"{made}g", axes=[axis]), node("Mul", f"{made}g,{name}", made)]
        elif kind == "Squeeze" and 1 in shape and rank > 2:
            place = shape.index(1)
            nodes.append(node("Squeeze", f"{name},q{step}", made))
            fixed[f"q{step}"] = np.array([place])
            shape = (*shape[:place], *shape[place + 1 :])
        elif kind == "Unsqueeze" and rank < 4:
            nodes.append(node("Unsqueeze", f"{name},q{step}", made))
            fixed[f"q{step}"] = np.array([axis])
            shape = (*shape[:axis], 1, *shape[axis:])
        elif kind == "norm" and shape[-1] > 2:
            fixed[f"c{step}"] = floats(numbers, (shape[-1],))
            nodes.append(node("LayerNormalization", f"{name},c{step}", made, axis=-1, epsilon=0.1))
        else:
            continue
        name = made
    return model([*nodes, node("Add", f"{name},one")], fixed, first, opset=17)


PITFALLS: dict[str, Draw] = {
    function.__name__: function
    for function in (
        convolution,
        transposed,
        pooling,
        resizing,
        upsampling,
        slopes,
        broadcasting,
        slicing,
        splitting,
        padding,
        softmax,
        normalizing,
        blocks,
        channels_last,
        reducing,
        clipping,
        folding,
        storage,
        batches,
        mixtures,
    )
}


def drawn(name: str) -> Iterator[tuple[bytes, Verdict]]:
    for seed in range(MODELS):
        made = PITFALLS[name](Random(f"{name}/{seed}"), np.random.default_rng(seed))
        yield made, verdict(made)


@pytest.mark.parametrize("name", PITFALLS)
def test_no_model_is_wrong(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    wrong, reasons = [], Counter[str]()
    for seed, (_, found) in enumerate(drawn(name)):
        counts[found.status + (", foreign" if found.foreign else "")] += 1
        if found.status == "wrong":
            wrong.append((seed, found.text))
        if found.status == "refused":
            reasons[found.text[:90]] += 1
    with capsys.disabled():
        print(
            f"\n{name:15} {dict(counts)}",
            *(f"\n    {count} × {text}" for text, count in reasons.items()),
            sep="",
        )
    assert not wrong
    assert counts["same"] > 0


def branching(condition: Any, *, fixed: bool) -> bytes:
    """ReLU where the condition holds, else the sum with a number of the branch's own."""
    made = helper.make_tensor_value_info("z", TensorProto.FLOAT, None)
    other = [numpy_helper.from_array(np.array(2, np.float32), "two")]
    sides_of = {
        "then_branch": helper.make_graph([node("Relu", "a", "z")], "then", [], [made]),
        "else_branch": helper.make_graph([node("Add", "a,two", "z")], "else", [], [made], other),
    }
    before = (
        []
        if fixed
        else [node("ReduceSum", "x", "s", keepdims=0), node("Cast", "s", "c", to=TensorProto.BOOL)]
    )
    nodes = [
        node("Tanh", "x", "a"),
        *before,
        helper.make_node("If", ["c"], ["b"], **sides_of),
        node("Abs", "b"),
    ]
    return model(nodes, {"c": np.array(condition)} if fixed else {}, [1, 2, 3, 4])


@pytest.mark.parametrize("condition", [True, False])
def test_a_fixed_condition_is_decided_while_reading(condition: bool) -> None:
    found = verdict(branching(condition, fixed=True))
    assert (found.status, found.layers) == ("same", 4)


def test_a_condition_on_the_input_is_control_flow() -> None:
    found = verdict(branching(True, fixed=False))
    assert found.status == "refused"
    assert "control flow" in found.text
