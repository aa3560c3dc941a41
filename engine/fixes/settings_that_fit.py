"""Other settings with which a layer takes the inputs it was given: one change, or as few as it needs.

Everything here is about one layer and its input shapes; `engine.fixes.fix` makes edits of a network of it.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import gcd
from typing import Any, Final

from engine.errors import ShapeError
from engine.layers import Layer, Setting
from engine.shapes import SAME, VALID, Shape, is_map, pair_text

SEARCH: Final = 256
"""How far from its value a setting is searched step by step for one that fits; farther by halving."""

FARTHEST: Final = 1 << 16
"""How far it is searched at all."""

MOST_FAULTS: Final = 4
"""How many settings that are wrong on their own are mended in one step."""

MOST_WAYS: Final = 4
"""How many ways are given where several settings have to change."""

Way = tuple[str, Layer]
"""What changes, in words, and the layer with the change."""


def fits(layer: Layer, *shapes: Shape) -> bool:
    """Whether the layer takes inputs of these shapes."""
    return wrong_setting(layer, shapes) is None


@lru_cache(maxsize=256)
def fitting_layers(layer: Layer, shapes: tuple[Shape, ...], setting: str | None) -> tuple[Way, ...]:
    """The layer with other settings, which takes these inputs; `setting` is the one found wrong.

    Where no single change will do, several faults are on it: then each is mended in its turn.
    """
    made = _changed(layer, shapes, setting)
    fitting = tuple((text, changed) for text, changed in made if fits(changed, *shapes))
    return fitting or _one_after_another(made, shapes, setting)


def _changed(layer: Layer, shapes: tuple[Shape, ...], setting: str | None) -> tuple[Way, ...]:
    """Every candidate that is a layer at all, once each."""
    made: dict[Layer, str] = {}
    for text, changes in _candidates(layer, shapes, setting):
        try:
            changed = layer.replace(**changes)
        except ShapeError:
            continue
        if changed != layer:
            made.setdefault(changed, text)
    return tuple((text, changed) for changed, text in made.items())


def _one_after_another(
    made: tuple[Way, ...], shapes: tuple[Shape, ...], setting: str | None
) -> tuple[Way, ...]:
    """Mend what is wrong, then what is found wrong behind it, and so on: the shortest ways first."""
    waiting: list[tuple[str, Layer, tuple[str | None, ...]]]
    waiting = [(text, layer, (setting,)) for text, layer in made]
    for _ in range(MOST_FAULTS - 1):
        found: dict[Layer, str] = {}
        behind = []
        for text, layer, mended in waiting:
            wrong = wrong_setting(layer, shapes)
            # Only when another setting is complained of has this change mended the one before it.
            for more, changed in () if not wrong or wrong in mended else _changed(layer, shapes, wrong):
                words = f"{text}, {more[0].lower()}{more[1:]}"
                if fits(changed, *shapes):
                    found.setdefault(changed, words)
                behind.append((words, changed, (*mended, wrong)))
        if found:
            return tuple((text, layer) for layer, text in found.items())[:MOST_WAYS]
        waiting = behind
    return ()


def _candidates(
    layer: Layer, shapes: tuple[Shape, ...], setting: str | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    settings = {setting.name: setting for setting in layer.settings()}
    if not shapes:
        return
    if is_map(shapes[0]):
        yield from _window_changes(layer, shapes[0], settings)
    if setting == "padding" and layer.window is None:
        yield "No padding", {"padding": VALID}
    if setting in settings and setting not in ("groups", "padding", "kernel_size", "dilation"):
        yield from _nearest(layer, shapes, settings, setting)


def _window_changes(
    layer: Layer, shape: Shape, settings: Mapping[str, Setting]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Groups, padding, kernel and dilation that go with these channels and this height and width."""
    channels, *size = shape
    if "groups" in settings:
        yield from _group_counts(layer, channels)
    if "padding" in settings and layer.window is not None:
        yield "Use padding same", {"padding": SAME}
    if "kernel_size" in settings and layer.window is not None:
        kernel = tuple(map(min, layer.window.kernel_size, size))
        yield f"Kernel {pair_text((kernel[0], kernel[1]))}", {"kernel_size": kernel}
        if "dilation" in settings:
            yield "No dilation", {"dilation": (1, 1)}
            both = {"kernel_size": kernel, "dilation": (1, 1)}
            yield f"Kernel {pair_text((kernel[0], kernel[1]))} without dilation", both


def _group_counts(layer: Layer, channels: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The nearest count that divides the channels in and out; or the nearest channels out it divides."""
    groups: int = getattr(layer, "groups")  # noqa: B009  # a setting of the kinds that have it
    out: int = getattr(layer, "out_channels", channels)
    if channels % groups == 0 and out % groups == 0:
        return
    common = gcd(channels, out)
    nearest = min((n for n in range(1, common + 1) if not common % n), key=lambda n: (abs(n - groups), n))
    yield f"Groups {nearest}", {"groups": nearest}
    if channels % groups == 0 and hasattr(layer, "out_channels"):
        rounded = max(groups, round(out / groups) * groups)
        yield f"Channels out {rounded}", {"out_channels": rounded}


def _nearest(
    layer: Layer, shapes: tuple[Shape, ...], settings: Mapping[str, Setting], wrong: str | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The nearest value of the setting that is wrong, and of each that is then found wrong in its turn."""
    changes: dict[str, Any] = {}
    words: list[str] = []
    while wrong is not None:
        changed = None
        if wrong in settings and wrong not in changes:
            changed = _mended(layer, shapes, settings[wrong])
        if changed is None:
            break  # what is left is of another sort
        layer, value = changed, getattr(changed, wrong)
        label = settings[wrong].label
        words.append(f"{label.lower() if words else label} {_value_text(value)}")
        changes[wrong] = value
        wrong = wrong_setting(layer, shapes)
    if changes:
        yield ", ".join(words), changes


def wrong_setting(layer: Layer, shapes: tuple[Shape, ...]) -> str | None:
    """The setting that keeps the layer from taking these inputs, "" if it is none; None if it fits."""
    try:
        layer.output_shape(*shapes)
    except ShapeError as error:
        return error.setting or ""
    return None


def _mended(layer: Layer, shapes: tuple[Shape, ...], setting: Setting) -> Layer | None:
    """The layer with the nearest value of this setting with which nothing, or another setting, is wrong."""
    value = getattr(layer, setting.name)

    def at(away: int) -> Layer | None:
        for other in _values_near(value, away, setting):
            try:
                changed = layer.replace(**{setting.name: other})
            except ShapeError:
                continue
            if wrong_setting(changed, shapes) not in (setting.name, ""):
                return changed
        return None

    for away in range(1, SEARCH + 1):
        if (found := at(away)) is not None:
            return found
    near, far = SEARCH, 2 * SEARCH
    while (found := at(far)) is None:
        near, far = far, 2 * far
        if far > FARTHEST:
            return None
    while far - near > 1:
        middle = (near + far) // 2
        if (better := at(middle)) is None:
            near = middle
        else:
            far, found = middle, better
    return found


def _value_text(value: Any) -> str:
    return pair_text(value) if isinstance(value, tuple) else str(value)


def _values_near(value: Any, away: int, setting: Setting) -> Iterator[Any]:
    """The values so far away, or at the end of the setting's range."""
    low, high = int(setting.minimum or 0), int(setting.maximum or FARTHEST)
    if setting.type == "int":
        yield from (max(value - away, low), min(value + away, high))
    elif setting.type == "pair":
        a, b = value
        most = max(max(value) - away, low)
        yield min(a, most), min(b, most)
        for sign in (-away, away):
            c, d = (min(max(one + sign, low), high) for one in value)
            yield from ((c, b), (a, d), (c, d))
