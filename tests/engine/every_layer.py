"""Layers of every kind with inputs that fit: the family over which a member of `Layer` has to hold."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from engine.errors import EngineError
from engine.layers import Layer, Setting, layer_kinds
from engine.shapes import FULL, SAME, VALID, Padding, Shape

MAPS: Final[tuple[Shape, ...]] = ((64, 6, 7), (64, 9, 8))
VECTORS: Final[tuple[Shape, ...]] = ((64,), (36,))
GATE: Final[Shape] = (64, 1, 1)

Case = tuple[Layer, tuple[Shape, ...]]
"""A layer and the shapes of its inputs."""
Check = Callable[[Layer, tuple[Shape, ...]], None]


def every_layer() -> list[Case]:
    """Each kind as the palette has it and with every setting changed, on maps, vectors and gates."""
    found: dict[Case, None] = {}
    for cls in layer_kinds().values():
        for layer in _variants(cls):
            found |= dict.fromkeys((layer, shapes) for shapes in _inputs(layer))
    return list(found)


def over(cases: list[Case]) -> Callable[[Check], Callable[[str], None]]:
    """A test of one layer and its inputs as one test a kind, over all cases of that kind."""

    def made(check: Check) -> Callable[[str], None]:
        @pytest.mark.parametrize("kind", list(dict.fromkeys(layer.kind for layer, _ in cases)))
        def test(kind: str) -> None:
            for layer, shapes in cases:
                if layer.kind == kind:
                    try:
                        check(layer, shapes)
                    except BaseException as error:
                        error.add_note(f"{layer!r} of {shapes}")
                        raise

        test.__doc__ = check.__doc__
        return test

    return made


def _variants(cls: type[Layer]) -> Iterator[Layer]:
    layers = [entry.layer for entry in cls.palette()]
    yield from layers
    for layer in layers:
        for setting in cls.settings():
            for value in _values(setting):
                try:
                    yield layer.replace(**{setting.name: value})
                except EngineError:
                    continue


def _values(setting: Setting) -> tuple[Any, ...]:
    if setting.type == "bool":
        return (not setting.default,)
    if setting.type == "choice":
        return setting.choices
    if setting.type == "pair":
        return (1, 1), (2, 3), (3, 1)
    if setting.type == "padding":
        return VALID, SAME, FULL, Padding.of((1, 0, 2, 1))
    if setting.type == "shape":
        return (32, 12, 7), (4, 4, 4)
    if setting.type == "int":
        return tuple(value for value in (0, 1, 2, 3, 4) if value >= (setting.minimum or 0))
    if setting.type == "float":
        return tuple(value for value in (0.5, 2.0) if (setting.minimum or 0) <= value)
    return ()


def _inputs(layer: Layer) -> Iterator[tuple[Shape, ...]]:
    count = max(layer.min_inputs, 1 if layer.max_inputs else 0)
    ways = [(shape,) * count for shape in (*MAPS, *VECTORS)]
    if count == 2:
        ways += [(MAPS[0], GATE), (GATE, MAPS[0])]
    if layer.kind == "Reshape":
        ways.append(((4096,),))
    if layer.max_inputs is None:
        ways.append((MAPS[0],) * 3)
    for shapes in dict.fromkeys(ways):
        try:
            layer.output_shape(*shapes)
        except EngineError:
            continue
        yield shapes
