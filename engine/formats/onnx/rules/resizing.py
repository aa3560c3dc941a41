"""Other sizes: Resize, Upsample, Pad."""

import dataclasses
from math import floor
from typing import Any

import numpy as np

from engine.errors import FormatError
from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.arguments import axes_of
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.frames import framed, view_in
from engine.formats.onnx.reader.held import Held, Known, NoLayer
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.rules.movement import cut
from engine.layers import Layer
from engine.layers.borders import Pad
from engine.layers.resize import Resize
from engine.layers.upsample import Upsample


@rule(Op.Resize)
def resize(t: Translation, operator: Operator) -> None:
    """Since opset 11 with roi, scales and sizes; before, with scales alone and asymmetric."""
    attributes = operator.attributes
    held = t.held(operator)
    rank = len(held.shape)
    if t.opset < 11:
        scales = t.weight(operator, 1, "scales")
        _resized(t, operator, held, [float(one) for one in scales.ravel()], None, {
            "mode": attributes.get("mode", "nearest"), "coordinates": "asymmetric", "rounding": "floor",
        })  # fmt: skip
        return
    given = t.constant(operator, 2, "scales")
    sizes = t.constant(operator, 3, "sizes")
    if given is not None and given.size == 0:
        given = None
    if sizes is not None and sizes.size == 0:
        sizes = None
    if (given is None) == (sizes is None):
        raise FormatError(f"{operator.title} needs scales or sizes, and not both")
    axes = axes_of(operator, None, rank) or tuple(range(rank))
    if attributes.get("antialias", 0):
        raise NoLayer("it is antialiased")
    settings: dict[str, Any] = {
        "mode": attributes.get("mode", "nearest"),
        "coordinates": attributes.get("coordinate_transformation_mode", "half_pixel"),
        "rounding": attributes.get("nearest_mode", "round_prefer_floor"),
        "cubic": float(attributes.get("cubic_coeff_a", -0.75)),
        "exclude_outside": bool(attributes.get("exclude_outside", 0)),
    }
    policy = attributes.get("keep_aspect_ratio_policy", "stretch")
    all_scales = [1.0] * rank
    all_sizes: list[int] | None = None
    if sizes is not None:
        wanted = [int(size) for size in sizes.ravel()]
        if len(wanted) != len(axes) or any(size < 1 for size in wanted):
            raise FormatError(f"{operator.title} has sizes={str(wanted)[:40]}, which do not fit {rank} axes")
        ratios = [size / held.shape[axis] for size, axis in zip(wanted, axes, strict=True)]
        if policy != "stretch":
            one = min(ratios) if policy == "not_larger" else max(ratios)
            wanted = [floor(one * held.shape[axis] + 0.5) for axis in axes]
            ratios = [one] * len(axes)
        all_sizes = list(held.shape)
        for axis, size, ratio in zip(axes, wanted, ratios, strict=True):
            all_sizes[axis], all_scales[axis] = size, ratio
        if policy == "stretch":
            all_scales = [0.0] * rank  # the ratio of the sizes, whatever it is
    else:
        assert given is not None
        scales = given.ravel()
        if len(scales) != len(axes):
            raise FormatError(f"{operator.title} has {len(scales)} scales, and {len(axes)} axes")
        for axis, scale in zip(axes, scales, strict=True):
            all_scales[axis] = float(scale)
    _resized(t, operator, held, all_scales, all_sizes, settings)


@rule(Op.Upsample)
def upsample(t: Translation, operator: Operator) -> None:
    """Scales by attribute before opset 9, as an input since."""
    scales = operator.attributes.get("scales")
    if scales is None:
        scales = t.weight(operator, 1, "scales").ravel()
    settings = {
        "mode": operator.attributes.get("mode", "nearest"),
        "coordinates": "asymmetric",
        "rounding": "floor",
    }
    _resized(t, operator, t.held(operator), [float(scale) for scale in scales], None, settings)


def _resized(
    t: Translation,
    operator: Operator,
    held: Held,
    scales: list[float],
    sizes: list[int] | None,
    settings: dict[str, Any],
) -> None:
    rank = len(held.shape)
    if len(scales) != rank:
        raise FormatError(f"{operator.title} has {len(scales)} scales, and its input {rank} axes")
    if settings["mode"] in ("bilinear", "trilinear"):
        settings["mode"] = "linear"
    if settings["coordinates"] in ("tf_crop_and_resize", "tf_half_pixel_for_nn"):
        raise NoLayer(f"its coordinates are {settings['coordinates']}")
    if settings.get("exclude_outside") and settings["mode"] == "linear":
        raise NoLayer("it leaves out what lies beyond the border of straight lines")
    if any(scale < 0 or scale != scale or scale > 1e6 for scale in scales):
        raise FormatError(f"{operator.title} has the impossible scales {scales}")
    made = sizes or [floor(size * scale) for size, scale in zip(held.shape, scales, strict=True)]
    if any(size < 1 for size in made):
        raise FormatError(f"{operator.title} makes a map without values")
    partial = any(abs(n * scale - out) > 1e-4 for n, scale, out in zip(held.shape, scales, made, strict=True))
    if sizes is None and partial and settings["coordinates"] in ("align_corners", "pytorch_half_pixel"):
        # The standard takes the scaled size, runtimes the whole number below it.
        raise NoLayer("its scales give no whole sizes")
    if made == list(held.shape) and all(scale in (0.0, 1.0) for scale in scales):
        t.result(operator, held)
        return
    held, frame = framed(t, held)
    places: dict[int, int] = {}
    for axis, size in enumerate(made):
        if size == held.shape[axis] and scales[axis] in (0.0, 1.0):
            continue
        if frame[axis] == (0,) or t.is_batch(held, axis) or len(frame[axis]) > 1:
            raise NoLayer("it changes the number of channels, or of images")
        if frame[axis]:
            places[frame[axis][0]] = axis
    changed = [axis for axis, size in enumerate(made) if size != held.shape[axis]]
    if set(changed) - set(places.values()) or len(t.drafts[held.node].shape) != 3:
        # An axis of size 1 does not say where it lies: the usual order does.
        node = t.map(held)
        held, places = t.own_held(node), {1: 2, 2: 3}
        frame = tuple(() if not axis else (axis - 1,) for axis in range(4))
        if any(axis < 2 for axis in changed):
            raise NoLayer("it changes the number of channels, or of images")
    shape = t.drafts[held.node].shape
    wanted = [shape[1], shape[2]]
    scale = [0.0, 0.0]
    for number, axis in places.items():
        wanted[number - 1] = made[axis]
        ratio = made[axis] / held.shape[axis]
        scale[number - 1] = (
            0.0 if not scales[axis] or np.float32(ratio) == np.float32(scales[axis]) else scales[axis]
        )
    layer = Resize(size=(wanted[0], wanted[1]), scale_height=scale[0], scale_width=scale[1], **settings)
    node = t.add(_simplest(layer, shape), held.node)
    made_frame = [
        own or ((1,) if places.get(1) == a else (2,) if places.get(2) == a else ())
        for a, own in enumerate(frame)
    ]
    view = view_in(t, made_frame, t.drafts[node].shape, t.batch_axis(held))
    t.result(operator, dataclasses.replace(held, node=node, view=view))


def _simplest(layer: Resize, shape: tuple[int, ...]) -> Layer:
    """Upsample by a whole factor where that mixes the very same values."""
    height, width = layer.size
    if height % shape[1] or width % shape[2]:
        return layer
    factor = (height // shape[1], width // shape[2])
    if max(factor) > 64:
        return layer
    mixtures = [
        [way.mixture(output) for output in range(way.outputs)]
        for way in (layer.axis(0, shape[1]), layer.axis(1, shape[2]))
    ]
    if layer.mode == "nearest":
        repeated = [[{o // f: 1.0} for o in range(n * f)] for n, f in zip(shape[1:], factor, strict=True)]
        return Upsample(scale_factor=factor, mode="nearest") if mixtures == repeated else layer
    plain = layer.mode == "linear" and not layer.scale_height and not layer.scale_width
    if plain and not layer.exclude_outside and layer.coordinates in ("half_pixel", "align_corners"):
        aligned = layer.coordinates == "align_corners"
        return Upsample(scale_factor=factor, mode="bilinear", align_corners=aligned)
    return layer


@rule(Op.Pad)
def pad(t: Translation, operator: Operator) -> None:
    """Pads by attribute before opset 11, as inputs since; negative ones crop."""
    attributes = operator.attributes
    held = t.held(operator)
    rank = len(held.shape)
    mode = attributes.get("mode", "constant")
    value, pads = _pads(t, operator, rank)
    if mode not in ("constant", "reflect", "edge"):
        raise NoLayer(f"it pads by {mode}")
    befores, afters = pads[:rank], pads[rank:]
    if mode != "constant" and any(one < 0 for one in pads) and any(one > 0 for one in pads):
        raise NoLayer("it mirrors and cuts at once")
    for axis in range(rank):
        start, stop = max(-befores[axis], 0), held.shape[axis] - max(-afters[axis], 0)
        if start >= stop:
            raise FormatError(f"{operator.title} cuts everything off")
        held = cut(t, held, axis, start, stop)
    befores, afters = ([max(one, 0) for one in side] for side in (befores, afters))
    padded = [axis for axis in range(rank) if befores[axis] or afters[axis]]
    if not padded:
        t.result(operator, held)
        return
    if any(t.is_batch(held, axis) for axis in padded) or (rank == 4 and 0 in padded):
        raise NoLayer("it adds images to a batch")
    if value == float("-inf") and mode == "constant" and rank == 4 and set(padded) <= {2, 3}:
        around = (befores[2], befores[3], afters[2], afters[3])
        t.result(operator, dataclasses.replace(held, around=around))
        return
    if not abs(value) <= 1e9:
        raise NoLayer(f"it pads with {value}")
    held, frame = framed(t, held)
    if len(t.drafts[held.node].shape) != 3 or any(not frame[axis] for axis in padded):
        if rank != 4:
            raise NoLayer("it pads an axis that is no row or column of a map")
        held = t.own_held(t.map(held))
        frame = ((), (0,), (1,), (2,))
    sides = {"top": 0, "bottom": 0, "left": 0, "right": 0}
    for axis in padded:
        if frame[axis] not in ((1,), (2,)):
            raise NoLayer("it pads an axis that is no row or column of a map")
        first, last = ("top", "bottom") if frame[axis] == (1,) else ("left", "right")
        sides |= {first: befores[axis], last: afters[axis]}
    names = {"constant": "zero", "reflect": "reflect", "edge": "replicate"}
    layer = Pad(mode=names[mode], value=value if mode == "constant" else 0.0, **sides)
    node = t.add(layer, held.node)
    view = view_in(t, frame, t.drafts[node].shape, t.batch_axis(held))
    t.result(operator, dataclasses.replace(held, node=node, view=view))


def _pads(t: Translation, operator: Operator, rank: int) -> tuple[float, list[int]]:
    """The number that is added, and pads before all axes, then after all."""
    attributes = operator.attributes
    if "pads" in attributes or "paddings" in attributes:
        listed = [int(one) for one in attributes.get("pads", attributes.get("paddings"))]
        value = float(attributes.get("value", 0.0))
    else:
        given = t.constant(operator, 1, "pads")
        if given is None:
            raise NoLayer("its pads are left out")
        listed = [int(one) for one in given.ravel()]
        number: Known | None = t.constant(operator, 2, "number")
        value = 0.0 if number is None or number.size == 0 else float(number.ravel()[0])
    axes = axes_of(operator, t.constant(operator, 3, "axes"), rank)
    axes = tuple(range(rank)) if axes is None else axes
    if len(listed) != 2 * len(axes):
        raise FormatError(f"{operator.title} has {len(listed)} pads for {len(axes)} axes")
    pads = [0] * (2 * rank)
    for place, axis in enumerate(axes):
        pads[axis], pads[rank + axis] = listed[place], listed[len(axes) + place]
    return value, pads
